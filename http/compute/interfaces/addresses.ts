import type { Instance } from '../../../actors/instance/row.ts';
import type { BoundPort } from '../../../actors/network/protocol.ts';
import { portTable } from '../../../actors/network/row.ts';
import { type Answer, emptyReply, type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { addressChangeRefusal, noPlaceForGroups } from '../servers/port-addresses.ts';
import type { ComputeServices } from '../services.ts';
import { changedPort, stateRefusal, tellServer } from './change.ts';

type Change = Parameters<typeof changedPort>[1] & { readonly type: 'updatePort' };

/** Changes a port of a server in the network, then in the server's row. */
const change = async (
  request: RequestContext,
  services: ComputeServices,
  server: Instance,
  id: string,
  changes: Change['changes'],
  check: 'addSecurityGroup' | 'removeSecurityGroup',
): Promise<Refusal | null> => {
  const changed = await changedPort(services, { type: 'updatePort', id, changes });
  if ('kind' in changed) return changed;
  const told = await tellServer(request, services, server, id, check);
  return told !== null && 'kind' in told ? told : null;
};

/** Puts all ports of a server into a security group, or takes them out of it. */
export const withGroup = async (
  request: RequestContext,
  services: ComputeServices,
  server: Instance,
  way: 'add' | 'remove',
  name: string,
): Promise<Answer> => {
  const check = way === 'add' ? 'addSecurityGroup' : 'removeSecurityGroup';
  const illegal = stateRefusal(server, check, request);
  if (illegal !== null) return illegal;
  const group = await services.networks.findSecurityGroup(name, request.caller);
  if (group === null) return refuse({ code: 'SecurityGroupNotFound', nameOrId: name, projectId: server.projectId });
  if (group === 'ambiguous')
    return refuseWith(409, `Multiple security groups found matching '${name}'. Use an ID to be more specific.`);
  const touched = server.ports.filter(({ securityGroups }) => securityGroups.includes(group.id) === (way === 'remove'));
  if (way === 'remove' && touched.length === 0)
    return refuseWith(404, `Security group ${name} is not associated with the instance ${server.id}`);
  if (way === 'add' && server.ports.length === 0) return noPlaceForGroups();
  for (const { portId, securityGroups } of touched) {
    const others = securityGroups.filter((id) => id !== group.id);
    const groups = way === 'add' ? [...others, group.id] : others;
    const refused = await change(request, services, server, portId, { securityGroups: groups }, check);
    if (refused !== null) return refused;
  }
  return emptyReply();
};

const addressesOf = ({ fixedIps }: BoundPort) => fixedIps.map(({ subnetId, address }) => ({ subnetId, address }));

/** Gives the server's port on a network one address more. */
export const addFixed = async (
  request: RequestContext,
  services: ComputeServices,
  server: Instance,
  networkId: string,
): Promise<Answer> => {
  const illegal = stateRefusal(server, 'addSecurityGroup', request);
  if (illegal !== null) return illegal;
  const port = server.ports.find((one) => one.networkId === networkId);
  const subnetId = port?.fixedIps[0]?.subnetId;
  if (port === undefined || subnetId === undefined)
    return refuseWith(400, `No fixed IP addresses available for network: ${networkId}`);
  const refusal = addressChangeRefusal(networkId, request.caller, services);
  if (refusal !== null) return refusal;
  const fixedIps = [...addressesOf(port), { subnetId }];
  return (await change(request, services, server, port.portId, { fixedIps }, 'addSecurityGroup')) ?? emptyReply();
};

/** Takes an address from the server. */
export const removeFixed = async (
  request: RequestContext,
  services: ComputeServices,
  server: Instance,
  address: string,
): Promise<Answer> => {
  const illegal = stateRefusal(server, 'removeSecurityGroup', request);
  if (illegal !== null) return illegal;
  const port = server.ports.find(({ fixedIps }) => fixedIps.some((one) => one.address === address));
  if (port === undefined || portTable.read(services.reader, port.portId) === undefined)
    return refuseWith(400, `Instance ${server.id} doesn't have fixed IP '${address}'.`);
  const refusal = addressChangeRefusal(port.networkId, request.caller, services);
  if (refusal !== null) return refusal;
  const fixedIps = addressesOf(port).filter((one) => one.address !== address);
  return (await change(request, services, server, port.portId, { fixedIps }, 'removeSecurityGroup')) ?? emptyReply();
};
