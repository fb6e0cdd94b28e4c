import type { PortDevice, PortResourceGroup } from '../../drivers/networks.ts';
import type { RequestedPort } from '../scheduler/pci/request.ts';
import type { GranularRequest, RequestedGroup } from './protocol.ts';

const requested = ({ id, resources, requiredTraits }: PortResourceGroup): RequestedGroup => ({
  suffix: id,
  resources,
  requiredTraits,
  forbiddenTraits: [],
});

/**
 * What is asked of single providers, with what ports ask beside it, port by port. Nova: each group of a port's `resource_request`
 * is a numbered one, and those of one port are of one subtree.
 */
export function withGroups(
  granular: GranularRequest | undefined,
  byPort: readonly (readonly PortResourceGroup[])[],
): GranularRequest {
  const { policy = 'none', groups = [], sameSubtrees = [] } = granular ?? {};
  const subtrees = byPort.filter(({ length }) => length > 1).map((ofPort) => ofPort.map(({ id }) => id));
  const all = [...sameSubtrees, ...subtrees];
  return {
    policy,
    groups: [...groups, ...byPort.flat().map(requested)],
    ...(all.length > 0 && { sameSubtrees: all }),
  };
}

/** Which of the groups of a port asks for bandwidth; undefined: none. Neutron makes one for it. */
const bandwidthGroupOf = (groups: readonly PortResourceGroup[] = []): string | undefined =>
  groups.find(({ resources }) => Object.keys(resources).some((name) => name.startsWith('NET_BW_')))?.id;

/** A port that asks for a device, with the group of its bandwidth. */
export function requestedPort(port: PortDevice, groups: readonly PortResourceGroup[] | undefined): RequestedPort {
  const bandwidthGroup = bandwidthGroupOf(groups);
  return bandwidthGroup === undefined ? port : { ...port, bandwidthGroup };
}
