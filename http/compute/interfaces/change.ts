import { computeErrorOf, isAskError } from '../../../actors/errors.ts';
import { changeInstancePort, checkRefusal } from '../../../actors/instance/client.ts';
import type { PortChange } from '../../../actors/instance/protocol.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import { boundPort, changeNetwork, type NetworkChange } from '../../../actors/network/client.ts';
import type { BoundPort } from '../../../actors/network/protocol.ts';
import { portTable } from '../../../actors/network/row.ts';
import { type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { requesterOf } from '../servers/lookup.ts';
import type { ComputeServices } from '../services.ts';

/** What a user changes of a server's ports. */
type Check = PortChange['check'];

/** Why the server's state does not allow it; null: it does. */
export const stateRefusal = (server: Instance, check: Check, { caller }: RequestContext): Refusal | null => {
  const error = checkRefusal(server, check, caller.isAdmin);
  return error === null ? null : refuse(error);
};

/** Has the network service change something; the id of the port, or the refusal that Nova makes of the reason. */
export const changedPort = async (
  { system, reader }: ComputeServices,
  change: NetworkChange,
): Promise<{ readonly id: string } | Refusal> => {
  const outcome = await changeNetwork(system, change);
  if (outcome.ok) {
    reader.renew();
    return { id: outcome.value };
  }
  const { error } = outcome;
  if (isAskError(error)) return refuse(computeErrorOf(error));
  switch (error.code) {
    case 'NetworkNotFound':
    case 'NetworkAmbiguous':
    case 'NetworkRequiresSubnet':
    case 'NetworkGuaranteesResources':
    case 'PortNotFound':
    case 'PortInUse':
    case 'FixedIpInUse':
    case 'FixedIpInvalid':
    case 'NoMoreAddresses':
    case 'SecurityGroupNotFound':
    case 'InvalidInput':
      return refuse(error);
    case 'NetworkQuotaExceeded':
      return refuseWith(403, 'Maximum number of ports exceeded');
    default:
      return refuse({ code: 'InternalError' });
  }
};

/** Tells the server of a port as the network has it now; null: it is gone. */
export const tellServer = async (
  request: RequestContext,
  { system, reader }: ComputeServices,
  server: Instance,
  portId: string,
  check: Check,
): Promise<BoundPort | null | Refusal> => {
  const row = portTable.read(reader, portId);
  const port = row !== undefined && row.deviceId === server.id ? boundPort(reader, row) : null;
  const requester = requesterOf(request);
  const told = await changeInstancePort(system, server.id, { type: 'changePort', portId, port, check, requester });
  return told.ok ? port : refuse(told.error);
};
