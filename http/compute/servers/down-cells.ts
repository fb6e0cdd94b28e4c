import { type InstanceMapping, instanceMappings } from '../../../actors/cell-mapping/row.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { selfAndBookmark } from '../../links.ts';
import type { Refusal } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { Found } from '../../route.ts';
import { stepped } from '../../stepped.ts';
import type { ComputeServices } from '../services.ts';
import { isoSeconds } from '../times.ts';
import type { ListServers } from './list-query.ts';
import { findServer } from './lookup.ts';
import { flavorEmbedded, imageShown } from './view-fields.ts';

/** A server whose cell is down: what the api knows of it. */
export interface DownServer {
  readonly isDown: true;
  readonly mapping: InstanceMapping;
}

export const isDown = (server: Instance | DownServer): server is DownServer => 'isDown' in server;

/** Whether servers of cells that are down are shown, as far as they are known. Before, lists leave them out. */
const showsDown = stepped(false, ['2.69', true]);
const showsGroups = stepped(false, ['2.71', true]);

/** As `serverById`; from 2.69 on also one whose cell is down. */
export const serverOrDown = (
  request: RequestContext & { readonly params: { readonly id: string } },
  { reader }: ComputeServices,
): Found<Instance | DownServer> | Refusal => {
  const found = findServer(reader, request.params.id, request);
  if ('value' in found || !showsDown.at(request.version)) return found;
  const mapping = instanceMappings.read(reader, request.params.id);
  if (mapping === undefined || !isVisible(mapping, request)) return found;
  return {
    value: { isDown: true, mapping },
    target: { project_id: mapping.projectId, user_id: mapping.userId },
  };
};

/** Whether a server is the caller's to see; the same rule as for those that can be read. */
const isVisible = ({ projectId }: InstanceMapping, { caller }: Pick<RequestContext, 'caller'>): boolean =>
  caller.isAdmin || projectId === caller.projectId;

/** The servers of cells that are down which a list shows at its end. Filters and pages leave them out, as in Nova. */
export function downServers(
  { version, query }: RequestContext & { readonly query: ListServers },
  reader: Reader,
  cells: ReadonlySet<string>,
  projectId: string | null,
  limit: number,
): readonly InstanceMapping[] {
  if (cells.size === 0 || limit <= 0 || !showsDown.at(version)) return [];
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.some(([name]) => !SCOPES.has(name))) return [];
  const found: InstanceMapping[] = [];
  for (const cell of cells) {
    const parts = projectId === null ? [cell] : [cell, projectId];
    for (const id of instanceMappings.ids(reader, 'byCell', parts, { limit: limit - found.length })) {
      const mapping = instanceMappings.read(reader, id);
      if (mapping !== undefined) found.push(mapping);
    }
    if (found.length >= limit) break;
  }
  return found;
}

/** What a query may say, and still show servers of cells that are down. */
const SCOPES: ReadonlySet<string> = new Set(['all_tenants', 'project_id', 'tenant_id', 'limit']);

/** In a plain list. */
export const briefDownJson = ({ instanceId }: InstanceMapping, request: RequestContext): string =>
  JSON.stringify({ id: instanceId, status: 'UNKNOWN', links: selfAndBookmark(request, 'servers', instanceId) });

/** In a detailed list. */
export const detailDownJson = (mapping: InstanceMapping, request: RequestContext): string =>
  JSON.stringify({
    id: mapping.instanceId,
    status: 'UNKNOWN',
    created: isoSeconds(mapping.createdAtMs),
    tenant_id: mapping.projectId,
    links: selfAndBookmark(request, 'servers', mapping.instanceId),
  });

/** Shown alone. Power state 0 is Nova's NOSTATE. */
export function shownDown({ mapping }: DownServer, request: RequestContext): object {
  const target = { project_id: mapping.projectId };
  const flavorExtraSpecs = request.allows('os_compute_api:servers:show:flavor-extra-specs', target);
  return {
    server: {
      id: mapping.instanceId,
      status: 'UNKNOWN',
      created: isoSeconds(mapping.createdAtMs),
      tenant_id: mapping.projectId,
      user_id: mapping.userId,
      flavor: flavorEmbedded(mapping, { flavorExtraSpecs }),
      image: imageShown.at(request.version)(mapping, { links: request }),
      'OS-EXT-AZ:availability_zone': mapping.requestedZone ?? 'UNKNOWN',
      'OS-EXT-STS:power_state': 0,
      links: selfAndBookmark(request, 'servers', mapping.instanceId),
      ...(showsGroups.at(request.version) ? { server_groups: mapping.groupId === null ? [] : [mapping.groupId] } : {}),
    },
  };
}
