import { instanceMappings } from '../../../actors/cell-mapping/row.ts';
import type { Requester } from '../../../actors/instance/protocol.ts';
import { type Instance, instances } from '../../../actors/instance/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { echoed, type Refusal, refuse } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { Found } from '../../route.ts';
import type { ComputeServices } from '../services.ts';

/** Nothing but a UUID names a server, and all UUIDs are so long. */
const UUID_LENGTH = 36;

/** The row of a server, deleted ones included; undefined for any text that names none. */
export const readServer = (reader: Reader, id: string): Instance | undefined =>
  id.length === UUID_LENGTH ? instances.read(reader, id) : undefined;

/**
 * Looks a server up for a caller. A foreign one does not exist for those who are no administrators, whatever a policy
 * may allow, as in Nova, whose database is asked for the project's own rows (`_build_instance_get`, nova/db/main/api.py).
 */
export const findServer = (
  reader: Reader,
  id: string,
  { caller }: Pick<RequestContext, 'caller'>,
  deleted: 'too' | 'none' = 'none',
): Found<Instance> | Refusal => {
  const server = readServer(reader, id);
  const isVisible =
    server !== undefined &&
    (caller.isAdmin || server.projectId === caller.projectId) &&
    (deleted === 'too' || server.deletedAtMs === null);
  if (server === undefined && isOutOfReach(reader, id, caller)) return refuse({ code: 'CellDown', instanceId: id });
  return isVisible
    ? { value: server, target: { project_id: server.projectId, user_id: server.userId } }
    : refuse({ code: 'InstanceNotFound', instanceId: echoed(id) });
};

/** Whether there is such a server for this caller, in a cell whose rows cannot be read. */
const isOutOfReach = (reader: Reader, id: string, caller: RequestContext['caller']): boolean => {
  const mapping = id.length === UUID_LENGTH ? instanceMappings.read(reader, id) : undefined;
  return mapping !== undefined && (caller.isAdmin || mapping.projectId === caller.projectId);
};

/** The server that a path names as `id`: the `subject` of its routes. Deleted ones are not found. */
export const serverById = (
  request: RequestContext & { readonly params: { readonly id: string } },
  { reader }: ComputeServices,
): Found<Instance> | Refusal => findServer(reader, request.params.id, request);

/** The server that a path names as `server_id`. */
export const serverByServerId = (
  request: RequestContext & { readonly params: { readonly server_id: string } },
  { reader }: ComputeServices,
): Found<Instance> | Refusal => findServer(reader, request.params.server_id, request);

/** Who asks, as it is recorded with an action. */
export const requesterOf = ({ requestId, caller }: RequestContext): Requester => ({
  requestId,
  userId: caller.userId,
  // Every rule refuses a caller without a project before this.
  projectId: caller.projectId ?? '',
  isAdmin: caller.isAdmin,
});
