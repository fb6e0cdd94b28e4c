import type { PortResourceGroup } from '../../drivers/networks.ts';
import type { Context } from '../../runtime/context.ts';
import { withGroups } from '../cell/port-groups.ts';
import type { GranularRequest, GroupMappings } from '../cell/protocol.ts';
import { NETWORK_MAIN, type NetworkRequest, network, type PortRequest } from '../network/protocol.ts';
import type { Instance, PlacementTerms } from './row.ts';

/** What of an instance says what its ports ask of hosts. */
type WithPorts = Partial<Pick<Instance, 'networks' | 'ports'>>;

/** Providers' UUIDs by the ids of groups. */
type Allocation = Readonly<Record<string, string>>;

/**
 * What the ports ask for, port by port: those that the instance has, or, before it has any, those that are to be its. Empty for
 * nearly all.
 */
function askedByPort({ networks, ports = [] }: WithPorts): readonly (readonly PortResourceGroup[])[] {
  if (ports.length > 0) return ports.flatMap(({ resourceGroups }) => (resourceGroups ? [resourceGroups] : []));
  if (typeof networks !== 'object') return NOTHING;
  return networks.flatMap((asked) => ('portId' in asked && asked.resourceGroups ? [asked.resourceGroups] : []));
}

const NOTHING: readonly (readonly PortResourceGroup[])[] = [];

/** What a flavor asks of single providers, with what the ports ask; absent: nothing. The flavor's policy holds for all. */
export const withPortGroups = (
  granular: GranularRequest | undefined,
  instance: WithPorts,
): GranularRequest | undefined => {
  const asked = askedByPort(instance);
  return asked.length === 0 ? granular : withGroups(granular, asked);
};

/** Which providers serve what the ports ask for, of what a cell has answered; absent: they ask for nothing. */
export function allocationOf(instance: WithPorts, mappings: GroupMappings | undefined): Allocation | undefined {
  const asked = askedByPort(instance);
  if (asked.length === 0 || mappings === undefined) return undefined;
  const served = asked.flat().flatMap(({ id }): [string, string][] => {
    const provider = Object.hasOwn(mappings, id) ? mappings[id]?.[0] : undefined;
    return provider === undefined ? [] : [[id, provider]];
  });
  return Object.fromEntries(served);
}

/** What a placement says with another allocation; absent: none. The same object where nothing changes. */
export function placementWith(
  placement: PlacementTerms | undefined,
  allocation: Allocation | undefined,
): PlacementTerms | undefined {
  if (placement?.allocation === allocation) return placement;
  const { allocation: _, ...others } = placement ?? {};
  return allocation === undefined ? others : { ...others, allocation };
}

/** The instance with who serves what one port more asks for. */
export const withAllocation = (instance: Instance, more: Allocation | undefined): Instance =>
  more === undefined
    ? instance
    : { ...instance, placement: { ...instance.placement, allocation: { ...instance.placement?.allocation, ...more } } };

/** A port as the network is asked for it, with who serves what it asks for. */
export function portRequest(asked: NetworkRequest, { placement }: Pick<Instance, 'placement'>): PortRequest {
  if (!('portId' in asked) || !asked.resourceGroups) return asked;
  const served = placement?.allocation ?? {};
  const entries = asked.resourceGroups.flatMap(({ id }): [string, string][] => {
    const provider = Object.hasOwn(served, id) ? served[id] : undefined;
    return provider === undefined ? [] : [[id, provider]];
  });
  const { portId, tag } = asked;
  return { portId, tag, allocation: Object.fromEntries(entries) };
}

/** Tells the network where the ports of an instance are that has moved. */
export function tellPlaced({ id: instanceId, host, ports, placement }: Instance, ctx: Context): void {
  if (ports.length === 0) return;
  const allocation = (host === null ? undefined : placement?.allocation) ?? {};
  ctx.tell(network.at(NETWORK_MAIN), { type: 'placePorts', instanceId, host: host ?? '', allocation });
}
