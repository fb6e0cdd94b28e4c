import assert from 'node:assert/strict';
import { cellKind } from '../../../actors/cell/index.ts';
import { createPlacementApp } from '../../../http/placement/app.ts';
import { PLACEMENT_BASE_RULES, PLACEMENT_POLICIES } from '../../../http/placement/policies.ts';
import { compilePolicies } from '../../../http/policy.ts';
import { realClock } from '../../../runtime/clock.ts';
import { seededRandom } from '../../../runtime/random.ts';
import type { Reader } from '../../../runtime/store.ts';
import type { ActorSystem } from '../../../runtime/system.ts';
import { MemoryStore } from '../../../storage/memory-store.ts';
import { oneShard } from '../../actors/one-shard.ts';
import { answerOf, type Answer as PlainAnswer } from '../answer.ts';
import { HOLDERS, tokensOf } from '../callers.ts';

/** What an answer says. */
export interface Answer extends PlainAnswer {
  /** The detail and the code of a problem. */
  readonly detail: string;
  readonly code: unknown;
}

/** How a request is sent. */
export interface Sent {
  /** The minor version, or a whole header; absent: none. */
  readonly version?: number | string;
  readonly as?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The Placement API over rows. Tokens: `admin`, `service`, and `reader` (of project p1). */
export interface PlacementApi {
  readonly crashes: unknown[];
  call(method: string, path: string, sent?: Sent): Promise<Answer>;
  /** The same, which must have this status. */
  must(status: number, method: string, path: string, sent?: Sent): Promise<Answer>;
}

const identity = tokensOf({
  admin: { projectId: 'p1', roles: HOLDERS.admin.roles },
  service: { projectId: 'p1', roles: ['service'] },
  both: { projectId: 'p1', roles: ['admin', 'service', 'reader'] },
  reader: HOLDERS.reader,
});

async function problemIn(response: Response): Promise<Answer> {
  const answer = await answerOf(response);
  return { ...answer, detail: String(answer.at('errors', 0, 'detail') ?? ''), code: answer.at('errors', 0, 'code') };
}

const versionHeader = (version: number | string): string =>
  typeof version === 'number' ? `placement 1.${version}` : version;

/** The API over a system that has a cell. */
export function placementApi(system: ActorSystem, reader: Reader): PlacementApi {
  const crashes: unknown[] = [];
  const app = createPlacementApp({
    system,
    reader,
    identity,
    policies: compilePolicies({ base: PLACEMENT_BASE_RULES, rules: PLACEMENT_POLICIES }),
    clock: realClock,
    random: seededRandom(7),
    crashed: (error) => crashes.push(error),
  });
  const call = async (method: string, path: string, sent: Sent = {}): Promise<Answer> => {
    const headers = new Headers();
    if (sent.as !== null) headers.set('x-auth-token', sent.as ?? 'both');
    if (sent.version !== undefined) headers.set('openstack-api-version', versionHeader(sent.version));
    if (sent.body !== undefined) headers.set('content-type', 'application/json');
    for (const [name, value] of Object.entries(sent.headers ?? {})) headers.set(name, value);
    const body = typeof sent.body === 'string' ? sent.body : JSON.stringify(sent.body);
    const init: RequestInit = sent.body === undefined ? { method, headers } : { method, headers, body };
    return problemIn(await app.request(`http://cloud.test/placement${path}`, init));
  };
  return {
    crashes,
    call,
    async must(status, method, path, sent) {
      const answer = await call(method, path, sent);
      assert.equal(answer.status, status, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer;
    },
  };
}

/** A cell in memory without hosts, and the API over it. */
export function startPlacement(): PlacementApi & { readonly store: MemoryStore; readonly system: ActorSystem } {
  const store = new MemoryStore(realClock);
  const { system } = oneShard([cellKind()], store, {
    limits: { slowHandlerMs: Number.POSITIVE_INFINITY },
    notice: (notice) => assert.equal(notice.type, 'resumed', JSON.stringify(notice)),
  });
  return { ...placementApi(system, store), store, system };
}

/** A UUID that is easy to tell from others: `id(1)`. */
export const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
