import type { InstanceMapping } from '../../../actors/cell-mapping/row.ts';
import { type Instance, instances } from '../../../actors/instance/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import type { Link } from '../../links.ts';
import { type Page, pageLinks, pageOf } from '../../paging.ts';
import { type Answer, encodedReply, type Refusal, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { PolicyRule } from '../policies.ts';
import type { ComputeServices } from '../services.ts';
import { downServers } from './down-cells.ts';
import { type ListServers, sortsByLocked } from './list-query.ts';
import { readServer } from './lookup.ts';
import { type Selection, selectionOf } from './selection.ts';
import { comparing, orderOf, type SortBy } from './sorting.ts';

/** What tells the two lists apart. */
export interface ListKind {
  /** As in links: `servers` or `servers/detail`. */
  readonly path: string;
  readonly allTenantsRule: PolicyRule;
  /** JSON of one server. */
  readonly render: (server: Instance) => string;
  /** JSON of one whose cell is down. */
  readonly renderDown: (mapping: InstanceMapping, request: RequestContext) => string;
}

/** Answers GET /servers and /servers/detail. */
export const listAnswer = (
  request: RequestContext & { readonly query: ListServers },
  { reader, downCells }: Pick<ComputeServices, 'reader' | 'downCells'>,
  { path, allTenantsRule, render, renderDown }: ListKind,
): Answer => {
  const { query, caller, version } = request;
  const selection = selectionOf(request, query, reader, allTenantsRule);
  if (selection.kind === 'refusal') return selection;
  const order = orderOf(query, { isAdmin: caller.isAdmin, locked: sortsByLocked.at(version) });
  if ('kind' in order) return order;
  const page = pageOf(query);
  const found = selection.kind === 'nothing' ? [] : pageOfServers(reader, selection, order, page);
  if ('kind' in found) return found;
  const links = pageLinks(
    request,
    path,
    page,
    found.map(({ id }) => id),
  );
  const known = found.map(render);
  if (downCells !== undefined && selection.kind !== 'nothing') {
    const left = page.limit - found.length;
    const down = downServers(request, reader, downCells(), selection.projectId, left);
    known.push(...down.map((mapping) => renderDown(mapping, request)));
  }
  return encodedReply(listJson(known, links));
};

/** Put together by appending, which copies the text once, when it is sent; joining a list first would copy it twice. */
const listJson = (known: readonly string[], links: readonly Link[] | undefined): string => {
  let json = '{"servers":[';
  for (const [index, server] of known.entries()) json += index === 0 ? server : `,${server}`;
  return links === undefined ? `${json}]}` : `${json}],"servers_links":${JSON.stringify(links)}}`;
};

/** The servers of a page. Those in the usual order come straight from an index; others are collected and sorted. */
const pageOfServers = (
  reader: Reader,
  selection: Selection,
  order: readonly SortBy[],
  page: Page,
): readonly Instance[] | Refusal => {
  if (page.limit === 0) return [];
  const after = page.marker === null ? null : readServer(reader, page.marker);
  // A foreign server is no marker, so that nobody learns of it.
  const isForeign = selection.projectId !== null && after?.projectId !== selection.projectId;
  if (page.marker !== null && (after === undefined || isForeign))
    return refuseWith(400, `marker [${page.marker.slice(0, 255)}] not found`);
  const [first] = order;
  const inIndexOrder = order.length === 1 && first?.key === 'created_at' && selection.deleted === 'none';
  if (inIndexOrder && (after?.deletedAtMs ?? null) === null)
    return walked(reader, selection, first.descending, page.limit, after ?? null);
  return sorted(reader, selection, order, page.limit, after ?? null);
};

function* living(reader: Reader, projectId: string | null, reverse: boolean, after: Instance | null) {
  const index = projectId === null ? 'all' : 'byProject';
  const key = after === null ? undefined : instances.entryKey(index, after, after.id);
  const page = key === undefined ? { reverse } : { reverse, after: key };
  for (const id of instances.ids(reader, index, projectId === null ? [] : [projectId], page)) {
    const server = instances.read(reader, id);
    if (server !== undefined) yield server;
  }
}

function* deleted(reader: Reader, projectId: string | null) {
  for (const id of instances.ids(reader, 'deleted', projectId === null ? [] : [projectId])) {
    const server = instances.read(reader, id);
    if (server !== undefined) yield server;
  }
}

const walked = (
  reader: Reader,
  selection: Selection,
  reverse: boolean,
  limit: number,
  after: Instance | null,
): readonly Instance[] => {
  const found: Instance[] = [];
  for (const server of living(reader, selection.projectId, reverse, after)) {
    if (!selection.test(server)) continue;
    found.push(server);
    if (found.length === limit) break;
  }
  return found;
};

const sorted = (
  reader: Reader,
  selection: Selection,
  order: readonly SortBy[],
  limit: number,
  after: Instance | null,
): readonly Instance[] => {
  const { projectId } = selection;
  const compare = comparing(order);
  const found: Instance[] = [];
  const take = (server: Instance): void => {
    if (selection.test(server) && (after === null || compare(server, after) > 0)) found.push(server);
  };
  if (selection.deleted !== 'only') for (const server of living(reader, projectId, false, null)) take(server);
  if (selection.deleted !== 'none') for (const server of deleted(reader, projectId)) take(server);
  return found.sort(compare).slice(0, limit);
};
