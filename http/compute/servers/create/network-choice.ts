import { changeNetwork } from '../../../../actors/network/client.ts';
import type { NetworkChoice, NetworkRequest } from '../../../../actors/network/protocol.ts';
import { deviceVnicType, type NetworkRecord } from '../../../../drivers/networks.ts';
import { isUuidLike } from '../../../formats.ts';
import { type Refusal, refuse, refuseWith } from '../../../reply.ts';
import type { RequestContext } from '../../../request.ts';
import { stepped } from '../../../stepped.ts';
import { changedPort } from '../../interfaces/change.ts';
import { canonicalUuid } from '../../parameter-types.ts';
import type { ComputeServices } from '../../services.ts';
import { externalRefusal } from '../external-networks.ts';
import { addressRefusal, portWithoutAddressRefusal } from '../port-addresses.ts';
import type { NewServer } from '../requests.ts';

/** The networks that a server asks for, checked against what the caller may use (nova/network/neutron.py). */
export interface Chosen {
  readonly kind: 'chosen';
  readonly networks: NetworkChoice;
}

/** Reads and checks `networks`. `count`: how many servers it is for. */
export const networkChoice = async (
  asked: NewServer['networks'],
  count: number,
  request: RequestContext,
  services: ComputeServices,
): Promise<Chosen | Refusal> => {
  if (asked === 'none') return chosen('none');
  if (asked === 'auto' || asked === undefined || asked.length === 0)
    return automatic(asked === 'auto', request, services);
  const refusal = request.refusalOf('os_compute_api:servers:create:attach_network');
  if (refusal !== null) return refusal;
  const requests: NetworkRequest[] = [];
  for (const entry of asked) {
    const checked =
      typeof entry.port === 'string'
        ? await checkedPort(entry.port, entry.fixed_ip, count, request, services)
        : await checkedNetwork(entry.uuid, entry.fixed_ip, count, request, services);
    if ('kind' in checked) return checked;
    const repeated = requests.some((one) => 'portId' in one && 'portId' in checked && one.portId === checked.portId);
    if (repeated && 'portId' in checked) return refuse({ code: 'PortInUse', portId: checked.portId });
    requests.push(entry.tag === undefined ? checked : { ...checked, tag: entry.tag });
  }
  return chosen(requests);
};

const chosen = (networks: NetworkChoice): Chosen => ({ kind: 'chosen', networks });

/** Nothing said: the project's only network, if there is one. */
const automatic = async (
  isWanted: boolean,
  { caller }: RequestContext,
  services: ComputeServices,
): Promise<Chosen | Refusal> => {
  const { networks } = services;
  const [network, other] = await networks.availableNetworks(caller);
  if (other !== undefined) return refuse({ code: 'NetworkAmbiguous' });
  if (network === undefined && isWanted) return made(caller.projectId, services);
  if (network !== undefined && !network.hasSubnets)
    return refuse({ code: 'NetworkRequiresSubnet', networkId: network.id });
  if (network?.guaranteesResources) return guaranteeRefusal(network);
  // Where it leaves hosts is asked for before the port is made: named, the network says so.
  if (network?.uplink) return chosen([{ networkId: network.id, uplink: network.uplink }]);
  return chosen('auto');
};

/** A network is wanted and the project has none: it gets one, once. Nova has Neutron make it when the server is built. */
const made = async (projectId: string | null, { system, reader }: ComputeServices): Promise<Chosen | Refusal> => {
  const outcome = projectId === null ? null : await changeNetwork(system, { type: 'ensureTopology', projectId });
  if (!outcome?.ok) return refuseWith(400, `Unable to automatically allocate a network for project ${projectId}`);
  reader.renew();
  return chosen([{ networkId: outcome.value }]);
};

const checkedPort = async (
  portId: string,
  fixedIp: string | undefined,
  count: number,
  request: RequestContext,
  services: ComputeServices,
): Promise<NetworkRequest | Refusal> => {
  const { caller, version } = request;
  if (fixedIp !== undefined) {
    return refuseWith(
      400,
      `Specified Fixed IP '${fixedIp}' cannot be used with port '${portId}': the two cannot be specified together.`,
    );
  }
  if (count > 1) {
    const reason = 'Unable to launch multiple instances with a single configured port ID.';
    return refuseWith(400, `Failed to launch instances: ${reason}`);
  }
  const port = await services.networks.findPort(portId, caller);
  if (port === null) return refuse({ code: 'PortNotFound', portId });
  if (port.deviceId !== '') return refuse({ code: 'PortInUse', portId });
  const unaddressed = portWithoutAddressRefusal(port, services);
  if (unaddressed !== null) return unaddressed;
  const { resourceGroups, physicalNetwork, uplink } = port;
  if (resourceGroups && !takesResourceRequests.at(version)) {
    return refuseWith(
      400,
      'Creating servers with ports having resource requests, like a port with a QoS minimum bandwidth policy, is not supported until microversion 2.72.',
    );
  }
  const refusal = externalRefusal(port.networkId, request, services);
  if (refusal !== null) return refusal;
  const vnicType = deviceVnicType(port.vnicType);
  return {
    portId,
    ...(uplink && { uplink }),
    ...(vnicType && { device: { portId, vnicType, physicalNetwork } }),
    ...(resourceGroups && { resourceGroups }),
  };
};

/** Whether a server may be made with ports that ask for resources. */
const takesResourceRequests = stepped(false, ['2.72', true]);

/**
 * Ports that are made while a server is built cannot ask for resources: its host has been chosen by then. Nova finds that out
 * there, and the build fails; here it is told at once.
 */
const guaranteeRefusal = ({ id }: NetworkRecord): Refusal =>
  refuseWith(
    400,
    `The QoS policy of network ${id} guarantees resources: make a port on it, and make the server with that port.`,
  );

const checkedNetwork = async (
  given: string | undefined,
  fixedIp: string | undefined,
  count: number,
  request: RequestContext,
  services: ComputeServices,
): Promise<NetworkRequest | Refusal> => {
  if (given === undefined) return refuseWith(400, "Bad networks format: missing 'uuid'");
  if (!isUuidLike(given)) {
    const shown = given.slice(0, 255);
    return refuseWith(400, `Bad networks format: network uuid is not in proper format (${shown})`);
  }
  if (fixedIp !== undefined && count > 1) {
    const reason = 'max_count cannot be greater than 1 if an fixed_ip is specified.';
    return refuseWith(400, `Failed to launch instances: ${reason}`);
  }
  const networkId = canonicalUuid(given);
  const network = await services.networks.findNetwork(networkId, request.caller);
  if (network === null) return refuse({ code: 'NetworkNotFound', networkId });
  if (!network.hasSubnets) return refuse({ code: 'NetworkRequiresSubnet', networkId });
  if (network.guaranteesResources) return guaranteeRefusal(network);
  const refusal = externalRefusal(networkId, request, services) ?? addressRefusal(fixedIp, network, request.caller);
  if (refusal !== null) return refusal;
  if (fixedIp !== undefined) {
    const free = await changedPort(services, { type: 'checkAddress', networkId, address: fixedIp });
    if ('kind' in free) return free;
  }
  const { uplink } = network;
  return { networkId, ...(fixedIp !== undefined && { fixedIp }), ...(uplink && { uplink }) };
};
