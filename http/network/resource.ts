import type { NetworkChange, NetworkError } from '../../actors/network/client.ts';
import type { TaggedResource } from '../../actors/network/protocol.ts';
import type { Reader } from '../../runtime/store.ts';
import type { Table } from '../../runtime/table.ts';
import type { Answer } from './faults.ts';
import type { View } from './filters.ts';
import type { Walk } from './listing.ts';
import type { NetworkRequest } from './request.ts';

/** What a request asks of the network service, or the answer that refuses it. */
export type Wanted = NetworkChange | { readonly answer: Answer };

/** A resource of the API: how it is shown, and what requests make of it. */
export interface NetworkResource {
  /** Key of a body with one, such as `security_group`. */
  readonly singular: string;
  /** Key of a body with many. */
  readonly plural: string;
  /** Path below the version, such as `security-groups`. */
  readonly path: string;
  /** Fields that every caller sees and may filter by. */
  readonly attributes: readonly string[];
  /** Path of its tags below the version. @default that of the resource */
  readonly tagsPath?: string;
  /** How its tags are changed; null when it has none. */
  readonly tagged: TaggedResource | null;
  /** What must be there before a list is shown; the answer when it cannot be made. */
  beforeList?(request: NetworkRequest): Promise<Answer | null>;
  /** All that the caller may see, in the order of ids. */
  views(request: NetworkRequest, walk: Walk): Iterable<View>;
  /** One that the caller may see. */
  find(request: NetworkRequest, id: string): View | undefined;
  notFound(id: string): NetworkError;
  create(request: NetworkRequest, body: unknown): Wanted;
  /** Null: it cannot be changed. */
  readonly update: ((request: NetworkRequest, id: string, body: unknown) => Wanted) | null;
  remove(request: NetworkRequest, id: string): Wanted;
}

/** Rows of some ids in the order of ids, from where a walk begins. */
export function* rowsOf<Row>(
  table: Table<Row>,
  reader: Reader,
  ids: Iterable<string>,
  { after, reverse }: Walk,
): Iterable<Row> {
  const sorted = [...new Set(ids)].sort();
  if (reverse) sorted.reverse();
  for (const id of sorted) {
    if (after !== undefined && (reverse ? id >= after : id <= after)) continue;
    const row = table.read(reader, id);
    if (row !== undefined) yield row;
  }
}

/** All rows of a table in the order of ids, from where a walk begins. */
export const allRows = <Row>(table: Table<Row>, reader: Reader, { after, reverse }: Walk): Iterable<Row> =>
  table.scan(reader, after === undefined ? { reverse } : { after: table.key(after), reverse });

/** The project whose things a list can be limited to before it is read: a member's own, or the one a filter names. */
export function projectOfList({ caller, query }: NetworkRequest): string | null {
  if (!caller.isAdmin) return caller.projectId ?? '';
  const [projectId, ...others] = [...query.getAll('project_id'), ...query.getAll('tenant_id')];
  return others.length > 0 ? null : (projectId ?? null);
}

/** The time of a row as Neutron shows it. */
export const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
