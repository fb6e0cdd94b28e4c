import { claimPortDevice, releasePortDevice } from '../../../actors/cell/client.ts';
import { computeErrorOf } from '../../../actors/errors.ts';
import { beginOperation } from '../../../actors/instance/client.ts';
import { type Instance, instances } from '../../../actors/instance/row.ts';
import type { BoundPort, PortRequest } from '../../../actors/network/protocol.ts';
import { deviceVnicType, type PortDevice, type PortResourceGroup } from '../../../drivers/networks.ts';
import { type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { ShapeOutput } from '../../shape.ts';
import { begun, stateRefusal } from '../servers/begin.ts';
import { externalRefusal } from '../servers/external-networks.ts';
import { requesterOf } from '../servers/lookup.ts';
import { addressRefusal, withoutSubnetsRefusal } from '../servers/port-addresses.ts';
import type { ComputeServices } from '../services.ts';
import { claimResources, giveBackResources, isWanted, noDeviceFor, pciAskedBy, type Served } from './port-resources.ts';
import type { attachInterface } from './requests.ts';

type Wanted = NonNullable<ShapeOutput<typeof attachInterface>['interfaceAttachment']>;

type AboutServer = RequestContext & { readonly subject: Instance };

/** What is to be claimed of the host for a port. */
interface Claims {
  /** The device that its card is; absent: it is none. */
  readonly device?: PortDevice;
  /** What it asks of providers; absent: nothing. */
  readonly resourceGroups?: readonly PortResourceGroup[];
}

type Asked = PortRequest & Claims;

/** What a request asks the network for, after what the caller may see of it. */
const portRequest = async (
  { net_id, port_id, fixed_ips }: Wanted,
  request: RequestContext,
  services: ComputeServices,
): Promise<Asked | Refusal> => {
  const { caller } = request;
  const { networks } = services;
  if (net_id !== undefined && port_id !== undefined)
    return refuseWith(400, 'Must not input both network_id and port_id');
  if (fixed_ips !== undefined && net_id === undefined)
    return refuseWith(400, 'Must input network_id when request IP address');
  if (port_id !== undefined) {
    const port = await networks.findPort(port_id, caller);
    if (port === null) return refuse({ code: 'PortNotFound', portId: port_id });
    if (port.deviceId !== '') return refuse({ code: 'PortInUse', portId: port_id });
    const refusal =
      externalRefusal(port.networkId, request, services) ?? withoutSubnetsRefusal(port.networkId, services);
    if (refusal !== null) return refusal;
    const vnicType = deviceVnicType(port.vnicType);
    const { resourceGroups, physicalNetwork } = port;
    return {
      portId: port_id,
      ...(vnicType && { device: { portId: port_id, vnicType, physicalNetwork } }),
      ...(resourceGroups && { resourceGroups }),
    };
  }
  if (net_id !== undefined) {
    const network = await networks.findNetwork(net_id, caller);
    if (network === null) return refuse({ code: 'NetworkNotFound', networkId: net_id });
    const fixedIp = fixed_ips?.[0]?.ip_address;
    const refusal =
      externalRefusal(net_id, request, services) ??
      withoutSubnetsRefusal(net_id, services) ??
      addressRefusal(fixedIp, network, caller);
    return refusal ?? { networkId: net_id, fixedIp };
  }
  const [only, ...others] = await networks.availableNetworks(caller);
  if (only === undefined) return refuseWith(400, 'No network found for the interface.');
  if (others.length > 0) return refuse({ code: 'NetworkAmbiguous' });
  return withoutSubnetsRefusal(only.id, services) ?? { networkId: only.id };
};

/** Gives a server one port more. Answered when its guest, where that is in memory, has the card. */
export const attach = async (
  request: AboutServer,
  services: ComputeServices,
  wanted: Wanted,
): Promise<BoundPort | Refusal> => {
  const { subject: server } = request;
  const illegal = stateRefusal(request, 'attachInterface');
  if (illegal !== null) return illegal;
  const asked = await portRequest(wanted, request, services);
  if ('kind' in asked) return asked;
  const { device, resourceGroups, ...port } = asked;
  const claimed = await claims(services, server, asked);
  if (claimed !== null && 'kind' in claimed) return claimed;
  const attached = await attachedPort(request, services, { ...port, ...claimed, tag: wanted.tag });
  if (!('kind' in attached)) return attached;
  if (device !== undefined) giveBack(services, server, device.portId);
  if (resourceGroups !== undefined && 'portId' in port)
    giveBackResources(services, server, port.portId, resourceGroups);
  return attached;
};

/** Claims what a port needs of the host of the server, all of it or nothing; null: that is said nowhere. */
const claims = async (
  services: ComputeServices,
  server: Instance,
  { device, resourceGroups }: Claims,
): Promise<Served | Refusal | null> => {
  if (resourceGroups !== undefined) return claimResources(services, server, resourceGroups, device);
  return device === undefined ? null : claimRefusal(services, server, device);
};

/** Gives the device of a port back that was not attached; unless another request has attached it meanwhile. */
const giveBack = (services: ComputeServices, server: Instance, portId: string): void => {
  if (!isWanted(services, server, portId)) releasePortDevice(services.system, server, portId);
};

/** Claims the device that the card of a port is, on the host of the server; null: it has one. */
const claimRefusal = async (
  { system }: ComputeServices,
  server: Instance,
  device: PortDevice,
): Promise<Refusal | null> => {
  const claimed = await claimPortDevice(system, server, device, pciAskedBy(server));
  if (!claimed.ok) return refuse(computeErrorOf(claimed.error));
  return claimed.value ? null : noDeviceFor(server);
};

const attachedPort = async (
  request: AboutServer,
  { system, reader }: ComputeServices,
  wanted: PortRequest,
): Promise<BoundPort | Refusal> => {
  const { id } = request.subject;
  const attach = { operation: 'attachInterface', request: wanted } as const;
  const attached = await beginOperation(system, id, attach, requesterOf(request));
  if (!attached.ok) return refuse(attached.error);
  reader.renew();
  const port = instances.read(reader, id)?.ports.find(({ portId }) => portId === attached.value.portId);
  // Deleted, or detached, just now.
  return port ?? refuse({ code: 'PortNotFound', portId: attached.value.portId ?? '' });
};

/** Takes a port from a server, when its guest has let go of the card; one that was made for it is removed. */
export const detach = async (
  request: AboutServer,
  services: ComputeServices,
  portId: string,
): Promise<Refusal | null> => {
  const illegal = stateRefusal(request, 'detachInterface');
  if (illegal !== null) return illegal;
  if (!request.subject.ports.some((port) => port.portId === portId))
    return refuseWith(404, `Port id ${portId.slice(0, 255)} could not be found.`);
  return begun(request, services, { operation: 'detachInterface', portId });
};
