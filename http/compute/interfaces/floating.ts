import type { Instance } from '../../../actors/instance/row.ts';
import { reasonOf } from '../../network/faults.ts';
import { type Answer, emptyReply, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { changedFloatingIp, floatingIpAt, serverOfFloatingIp } from '../network-proxies/floating-ips.ts';
import type { ComputeServices } from '../services.ts';

const NOT_FOUND = 'floating IP not found';

/** Has a floating IP lead to a server. Nova: `_add_floating_ip` (api/openstack/compute/floating_ips.py). */
export const addFloating = async (
  { caller }: RequestContext,
  services: ComputeServices,
  server: Instance,
  { address, fixed_address: named }: { readonly address: string; readonly fixed_address?: string | undefined },
): Promise<Answer> => {
  const places = server.ports.flatMap(({ portId, fixedIps }) => fixedIps.map((fixed) => ({ portId, ...fixed })));
  if (server.ports.length === 0) return refuseWith(400, 'Instance network is not ready yet');
  if (places.length === 0) return refuseWith(400, 'No fixed IPs associated to instance');
  const place = places.find((fixed) => (named === undefined ? fixed.version === 4 : fixed.address === named));
  if (place === undefined) {
    return named === undefined
      ? refuseWith(
          400,
          `Unable to associate floating IP ${address} to any fixed IPs for instance ${server.id}. Instance has no fixed IPv4 addresses to associate.`,
        )
      : refuseWith(400, 'Specified fixed address not assigned to instance');
  }
  const row = floatingIpAt(address, caller, services.reader);
  if (row === null) return refuseWith(404, NOT_FOUND);
  const target = { portId: place.portId, fixedAddress: place.address };
  const changed = await changedFloatingIp(services, { type: 'updateFloatingIp', id: row.id, changes: { target } });
  if (changed.ok) return emptyReply();
  if (changed.refusal !== null) return changed.refusal;
  const reason = reasonOf(changed.error);
  if (changed.error.code === 'FloatingTargetTaken') return refuseWith(400, reason);
  return refuseWith(
    400,
    `Unable to associate floating IP ${address} to fixed IP ${place.address} for instance ${server.id}. Error: ${reason}`,
  );
};

/** Has a floating IP lead to a server no more. Nova: `_remove_floating_ip`. */
export const removeFloating = async (
  { caller }: RequestContext,
  services: ComputeServices,
  server: Instance,
  address: string,
): Promise<Answer> => {
  const row = floatingIpAt(address, caller, services.reader);
  if (row === null) return refuseWith(404, NOT_FOUND);
  if (serverOfFloatingIp(row, services.reader) !== server.id)
    return refuseWith(409, `Floating IP ${address} is not associated with instance ${server.id}.`);
  const change = { type: 'updateFloatingIp', id: row.id, changes: { target: null } } as const;
  const changed = await changedFloatingIp(services, change);
  if (changed.ok) return emptyReply();
  return changed.refusal ?? refuseWith(404, NOT_FOUND);
};
