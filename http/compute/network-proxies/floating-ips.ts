import { computeErrorOf, isAskError } from '../../../actors/errors.ts';
import { changeNetwork, type NetworkChange, type NetworkError } from '../../../actors/network/client.ts';
import {
  type FloatingIpRow,
  floatingIpTable,
  type NetworkRow,
  networkTable,
  portTable,
} from '../../../actors/network/row.ts';
import type { Caller } from '../../../drivers/identity.ts';
import type { Reader } from '../../../runtime/store.ts';
import { reasonOf } from '../../network/faults.ts';
import { type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { ComputeServices } from '../services.ts';

/** Longest id or address that is looked for: keys are bounded. */
const NAME_LENGTH_MAX = 255;

/** The external networks, in the order of their ids: what nova-network called pools. */
export const pools = (reader: Reader): readonly NetworkRow[] =>
  [...networkTable.ids(reader, 'external', [])].flatMap((id) => networkTable.read(reader, id) ?? []);

const maySee = (row: FloatingIpRow, caller: Caller): boolean => caller.isAdmin || row.projectId === caller.projectId;

/** A floating IP of the caller's project, for an administrator of any; null when there is none of this id. */
export const findFloatingIp = (id: string, caller: Caller, reader: Reader): FloatingIpRow | null => {
  const row = id.length > NAME_LENGTH_MAX ? undefined : floatingIpTable.read(reader, id);
  return row && maySee(row, caller) ? row : null;
};

/** The same, by its address. */
export const floatingIpAt = (address: string, caller: Caller, reader: Reader): FloatingIpRow | null => {
  if (address.length > NAME_LENGTH_MAX) return null;
  for (const id of floatingIpTable.ids(reader, 'address', [address])) {
    const row = floatingIpTable.read(reader, id);
    if (row && maySee(row, caller)) return row;
  }
  return null;
};

/** The server that a floating IP leads to; null when to none. */
export const serverOfFloatingIp = ({ target }: FloatingIpRow, reader: Reader): string | null =>
  (target === null ? undefined : portTable.read(reader, target.portId)?.deviceId) || null;

/** A floating IP as Nova shows it. */
export const floatingIpBody = (row: FloatingIpRow, reader: Reader): object => ({
  id: row.id,
  ip: row.address,
  pool: networkTable.read(reader, row.networkId)?.name || row.networkId,
  fixed_ip: row.target?.fixedAddress ?? null,
  instance_id: serverOfFloatingIp(row, reader),
});

/** The id of what was changed, or why not: a refusal, or an error of the network that each caller words itself. */
export type ChangedFloatingIp =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly refusal: Refusal; readonly error: null }
  | { readonly ok: false; readonly refusal: null; readonly error: NetworkError };

/** Has the network service change a floating IP. */
export const changedFloatingIp = async (
  { system, reader }: ComputeServices,
  change: NetworkChange,
): Promise<ChangedFloatingIp> => {
  const outcome = await changeNetwork(system, change);
  if (outcome.ok) {
    reader.renew();
    return { ok: true, id: outcome.value };
  }
  const { error } = outcome;
  return isAskError(error)
    ? { ok: false, refusal: refuse(computeErrorOf(error)), error: null }
    : { ok: false, refusal: null, error };
};

/** Gives a project a floating IP of a pool, by the name or id of the network; null: of the only one, or of `nova`. */
export const allocate = async (
  wanted: string | null,
  projectId: string,
  services: ComputeServices,
): Promise<FloatingIpRow | Refusal> => {
  const all = pools(services.reader);
  const named = all.find(({ id, name }) => id === wanted || name === (wanted ?? 'nova'));
  const pool = named ?? (wanted === null && all.length === 1 ? all[0] : undefined);
  if (pool === undefined) {
    return wanted === null
      ? refuseWith(404, 'No more floating IPs available.')
      : refuseWith(404, 'Floating IP pool not found.');
  }
  const floatingIp = { projectId, description: '', networkId: pool.id, wanted: undefined, target: null };
  const made = await changedFloatingIp(services, { type: 'createFloatingIp', floatingIp });
  if (!made.ok) return made.refusal ?? notAllocated(made.error, wanted);
  return floatingIpTable.read(services.reader, made.id) ?? refuse({ code: 'InternalError' });
};

const notAllocated = (error: NetworkError, wanted: string | null): Refusal => {
  const inPool = wanted?.slice(0, NAME_LENGTH_MAX);
  switch (error.code) {
    case 'NoMoreAddresses':
      return refuseWith(
        404,
        inPool === undefined ? 'No more floating IPs available.' : `No more floating IPs in pool ${inPool}.`,
      );
    case 'NetworkQuotaExceeded':
      return refuseWith(
        403,
        inPool === undefined ? 'IP allocation over quota.' : `IP allocation over quota in pool ${inPool}.`,
      );
    case 'NetworkNotFound':
    case 'NetworkNotExternal':
      return refuseWith(404, 'Floating IP pool not found.');
    default:
      return refuseWith(400, reasonOf(error));
  }
};
