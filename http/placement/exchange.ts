import type { HonoRequest } from 'hono';
import { parseBody, readBody } from '../middleware/body.ts';
import { globalRequestIdOf, newRequestId } from '../middleware/request-id.ts';
import { type Answer, type Problem, problem, wordsOf } from './answer.ts';
import { MAX_VERSION, MIN_VERSION, SINCE } from './microversion.ts';

/** Largest body in bytes: a reshape names every consumer of several providers. */
const BODY_BYTES_MAX = 1_048_576;

const JSON_TYPE = 'application/json';

/** Whether an Accept header takes JSON. */
const takesJson = (accept: string): boolean =>
  accept.split(',').some((offer) => {
    const [type = '', ...parameters] = offer.split(';').map((part) => part.trim().toLowerCase());
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return !isRefused && (type === JSON_TYPE || type === 'application/*' || type === '*/*');
  });

/** One request and its answer: the form in which Placement, and webob below it, say everything. */
export class Exchange {
  readonly requestId: string;
  /** The minor version that was agreed on; null: none, and answers tell of none. */
  minor: number | null = null;
  readonly #request: HonoRequest;
  readonly #base: string;
  readonly #nowMs: number;

  /** `base`: address of the service, without a slash at the end. */
  constructor(request: HonoRequest, base: string, nowMs: number) {
    this.#request = request;
    this.#base = base;
    this.#nowMs = nowMs;
    this.requestId = globalRequestIdOf(request.header('x-openstack-request-id')) ?? newRequestId();
  }

  /** A body must say what it is, whatever becomes of it. */
  untypedRefused(): Problem | null {
    const length = this.#request.header('content-length') ?? '0';
    if (!/^\d+$/.test(length)) return problem(400, 'content-length header must be an integer');
    const hasType = (this.#request.header('content-type') ?? '') !== '';
    return Number(length) > 0 && !hasType ? problem(400, 'content-type header required when content-length > 0') : null;
  }

  contentRefused(): Problem | null {
    const [type = ''] = (this.#request.header('content-type') ?? '').split(';');
    const shown = type.trim().toLowerCase();
    if (shown === JSON_TYPE) return null;
    return problem(415, `The media type ${shown === '' ? 'None' : shown} is not supported, use ${JSON_TYPE}`);
  }

  acceptRefused(): Problem | null {
    const accept = this.#request.header('accept') ?? '';
    return accept !== '' && !takesJson(accept) ? problem(406, `Only ${JSON_TYPE} is provided`) : null;
  }

  /** The body as parsed JSON. */
  async body(): Promise<{ readonly value: unknown } | Problem> {
    const length = this.#request.header('content-length');
    const text = await readBody(this.#request.raw, length, BODY_BYTES_MAX);
    if (text === null) return problem(413, `A body has at most ${BODY_BYTES_MAX} bytes.`);
    const parsed = text === '' ? { ok: false as const } : parseBody(text);
    return parsed.ok ? { value: parsed.value } : problem(400, 'Malformed JSON: it cannot be read');
  }

  #headers(isOutside: boolean): Headers {
    const headers = new Headers({ 'x-openstack-request-id': this.requestId });
    if (this.minor === null) return headers;
    headers.set('openstack-api-version', `placement 1.${this.minor}`);
    if (!isOutside) headers.set('vary', 'openstack-api-version');
    return headers;
  }

  send({ status, body, location, modifiedMs }: Answer): Response {
    const headers = this.#headers(false);
    if (location !== undefined) headers.set('location', this.#base + location);
    if (modifiedMs !== undefined && (this.minor ?? 0) >= SINCE.lastModified) {
      headers.set('last-modified', new Date(modifiedMs === 'now' ? this.#nowMs : modifiedMs).toUTCString());
      headers.set('cache-control', 'no-cache');
    }
    if (body === undefined) return new Response(null, { status, headers });
    headers.set('content-type', JSON_TYPE);
    return new Response(JSON.stringify(body), { status, headers });
  }

  refuse(refused: Problem): Response {
    const { status, code, isOutside = false } = refused;
    const headers = this.#headers(isOutside);
    for (const [name, value] of Object.entries(refused.headers ?? {})) headers.set(name, value);
    headers.set('content-type', JSON_TYPE);
    const asked = { method: this.#request.method, contentType: this.#request.header('content-type') ?? 'None' };
    const { title, detail } = wordsOf(refused, asked);
    const isVersionRefused = this.minor === null && status === 406;
    const error = {
      status,
      title,
      detail,
      ...((this.minor ?? 0) >= SINCE.errorCodes && { code }),
      request_id: this.requestId,
      ...(isVersionRefused && { max_version: MAX_VERSION, min_version: MIN_VERSION }),
    };
    return new Response(JSON.stringify({ errors: [error] }), { status, headers });
  }
}
