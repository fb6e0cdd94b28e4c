import { table } from '../../runtime/table.ts';

/** A request that a client has given a key. */
export interface IdempotentRequest {
  /** Hash of the request. */
  readonly digest: string;
  readonly begunAtMs: number;
  /** Sealed; null as long as it is not answered. */
  readonly answer: string | null;
}

/** By project and hash of the key. */
export const idempotentRequests = table<IdempotentRequest>({ name: 'idempotentRequest' });

/** Start of the ids of a project. */
export const requestPrefix = (projectId: string): string => `${projectId} `;
