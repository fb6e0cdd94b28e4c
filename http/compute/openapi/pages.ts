import { MICROVERSIONS, type Microversion, NEWEST } from '../../microversions.ts';
import { openApiDocument } from './document.ts';
import type { DocumentedRoute } from './operation.ts';
import { schemaList } from './schema-list.ts';

/** Documents kept as text: who reads one reads it again, and making one takes some milliseconds. */
const KEPT_MAX = 8;

/** The microversion that a query asks for: `2.90`, `latest`, or none for the newest; null when there is no such. */
export const askedVersion = (search: string): Microversion | null => {
  const asked = new URLSearchParams(search).get('version') ?? 'latest';
  if (asked === 'latest') return NEWEST;
  return MICROVERSIONS.find(({ version }) => version === asked)?.version ?? null;
};

/** The documents about the API that the service itself answers. */
export class DocumentPages {
  readonly #routes: readonly DocumentedRoute[];
  readonly #kept = new Map<string, string>();

  constructor(routes: readonly DocumentedRoute[]) {
    this.#routes = routes;
  }

  /** The OpenAPI document as JSON text; `endpoint` has no slash at the end. */
  openApi(version: Microversion, endpoint: string): string {
    return this.#keep(`${version} ${endpoint}`, () => openApiDocument(this.#routes, version, `${endpoint}/v2.1`));
  }

  /** All schemas of requests as JSON text. */
  schemas(): string {
    return this.#keep('schemas', () => schemaList(this.#routes));
  }

  #keep(key: string, make: () => object): string {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const made = JSON.stringify(make());
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(key, made);
    return made;
  }
}
