import { claimPortDevice, releasePortDevice } from '../../../actors/cell/client.ts';
import { computeErrorOf } from '../../../actors/errors.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import type { BoundPort, PortRequest } from '../../../actors/network/protocol.ts';
import { portTable } from '../../../actors/network/row.ts';
import { deviceVnicType, type PortDevice } from '../../../drivers/networks.ts';
import { type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { ShapeOutput } from '../../shape.ts';
import type { ComputeServices } from '../services.ts';
import { changedPort, mayPlug, stateRefusal, tellServer } from './change.ts';
import type { attachInterface } from './requests.ts';

type Wanted = NonNullable<ShapeOutput<typeof attachInterface>['interfaceAttachment']>;

/** A port, with the device of the host that its card is; absent: it is none. */
type Asked = PortRequest & { readonly device?: PortDevice };

/** What a request asks the network for, after what the caller may see of it. */
const portRequest = async (
  { net_id, port_id, fixed_ips }: Wanted,
  { caller }: RequestContext,
  { networks }: ComputeServices,
): Promise<Asked | Refusal> => {
  if (net_id !== undefined && port_id !== undefined)
    return refuseWith(400, 'Must not input both network_id and port_id');
  if (fixed_ips !== undefined && net_id === undefined)
    return refuseWith(400, 'Must input network_id when request IP address');
  if (port_id !== undefined) {
    const port = await networks.findPort(port_id, caller);
    if (port === null) return refuse({ code: 'PortNotFound', portId: port_id });
    if (port.deviceId !== '') return refuse({ code: 'PortInUse', portId: port_id });
    const vnicType = deviceVnicType(port.vnicType);
    if (vnicType === undefined) return { portId: port_id };
    return { portId: port_id, device: { portId: port_id, vnicType, physicalNetwork: port.physicalNetwork } };
  }
  if (net_id !== undefined) {
    const network = await networks.findNetwork(net_id, caller);
    if (network === null) return refuse({ code: 'NetworkNotFound', networkId: net_id });
    return { networkId: net_id, fixedIp: fixed_ips?.[0]?.ip_address };
  }
  const [only, ...others] = await networks.availableNetworks(caller);
  if (only === undefined) return refuseWith(400, 'No network found for the interface.');
  return others.length > 0 ? refuse({ code: 'NetworkAmbiguous' }) : { networkId: only.id };
};

/** Gives a server one port more, in its row and at its next start; a running guest of a driver that can gets it at once. */
export const attach = async (
  request: RequestContext,
  services: ComputeServices,
  server: Instance,
  wanted: Wanted,
): Promise<BoundPort | Refusal> => {
  const illegal = stateRefusal(server, 'attachInterface', request);
  if (illegal !== null) return illegal;
  if (!mayPlug(server, services))
    return refuseWith(400, `Attaching interfaces is not supported for instance ${server.id}.`);
  const asked = await portRequest(wanted, request, services);
  if ('kind' in asked) return asked;
  const { device, ...port } = asked;
  const claimed = device === undefined ? null : await claimRefusal(services, server, device);
  if (claimed !== null) return claimed;
  const attached = await attachedPort(request, services, server, { ...port, tag: wanted.tag });
  if ('kind' in attached && device !== undefined) giveBack(services, server, device.portId);
  return attached;
};

/** Gives the device of a port back that was not attached; unless another request has attached it meanwhile. */
const giveBack = ({ system, reader }: ComputeServices, server: Instance, portId: string): void => {
  reader.renew();
  if (portTable.read(reader, portId)?.deviceId !== server.id) releasePortDevice(system, server, portId);
};

/** Claims the device that the card of a port is, on the host of the server; null: it has one. */
const claimRefusal = async (
  { system }: ComputeServices,
  server: Instance,
  device: PortDevice,
): Promise<Refusal | null> => {
  const { flavor, image } = server;
  const said = { extraSpecs: flavor.extraSpecs, properties: image?.properties ?? {} };
  const claimed = await claimPortDevice(system, server, device, said);
  if (!claimed.ok) return refuse(computeErrorOf(claimed.error));
  return claimed.value ? null : refuseWith(400, `Failed to claim PCI device for ${server.id} during interface attach`);
};

const attachedPort = async (
  request: RequestContext,
  services: ComputeServices,
  server: Instance,
  wanted: PortRequest,
): Promise<BoundPort | Refusal> => {
  const attached = await changedPort(services, {
    type: 'attachPort',
    request: wanted,
    requestId: request.requestId,
    instanceId: server.id,
    projectId: server.projectId,
    host: server.host ?? '',
    securityGroups: [],
  });
  if ('kind' in attached) return attached;
  const port = await tellServer(request, services, server, attached.id, 'attachInterface');
  if (port !== null && !('kind' in port)) return port;
  // The server has changed its mind meanwhile: it was deleted, or locked.
  await changedPort(services, { type: 'detachPort', instanceId: server.id, portId: attached.id });
  return port ?? refuse({ code: 'InternalError' });
};

/** Takes a port from a server; one that was made for it is removed. */
export const detach = async (
  request: RequestContext,
  services: ComputeServices,
  server: Instance,
  portId: string,
): Promise<Refusal | null> => {
  const illegal = stateRefusal(server, 'detachInterface', request);
  if (illegal !== null) return illegal;
  if (!server.ports.some((port) => port.portId === portId))
    return refuseWith(404, `Port id ${portId.slice(0, 255)} could not be found.`);
  if (!mayPlug(server, services)) return refuse({ code: 'NotSupported' });
  const detached = await changedPort(services, { type: 'detachPort', instanceId: server.id, portId });
  if ('kind' in detached) return detached;
  const told = await tellServer(request, services, server, portId, 'detachInterface');
  return told !== null && 'kind' in told ? told : null;
};
