import type { PortResourceGroup } from '../../drivers/networks.ts';
import type { Reader } from '../../runtime/store.ts';
import { nameUuid } from './name-uuid.ts';
import { type NetworkRow, networkTable, type PortRow, type QosRule, type QosRuleType, qosPolicyTable } from './row.ts';

/** The resource class of each rule. os-resource-classes: `NET_BW_…` and `NET_PACKET_RATE_…`. */
const CLASSES: { readonly [Type in QosRuleType]: Readonly<Record<QosRule['direction'], string | undefined>> } = {
  minimum_bandwidth: {
    egress: 'NET_BW_EGR_KILOBIT_PER_SEC',
    ingress: 'NET_BW_IGR_KILOBIT_PER_SEC',
    any: undefined,
  },
  minimum_packet_rate: {
    egress: 'NET_PACKET_RATE_EGR_KILOPACKET_PER_SEC',
    ingress: 'NET_PACKET_RATE_IGR_KILOPACKET_PER_SEC',
    any: 'NET_PACKET_RATE_KILOPACKET_PER_SEC',
  },
};

/** A trait of one's own, of any text. os_traits: `normalize_name`. */
const customTrait = (name: string): string => `CUSTOM_${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`;

/** The trait of providers that carry a network: of those on its physical network, or of those that tunnel. neutron_lib: placement. */
const networkTrait = (physicalNetwork: string | null): string =>
  customTrait(physicalNetwork === null ? 'NETWORK_TUNNEL_PROVIDER' : `PHYSNET_${physicalNetwork}`);

/** What is known of a port. */
interface AskingPort {
  readonly id: string;
  readonly vnicType: string;
  /** Null: its network is on none. */
  readonly physicalNetwork: string | null;
}

/** What the rules of one type ask for; empty: nothing. */
function groupOf(type: QosRuleType, rules: readonly QosRule[], port: AskingPort): readonly PortResourceGroup[] {
  const asking = rules.filter((rule) => rule.type === type);
  const resources: Record<string, number> = {};
  for (const { direction, minimum } of asking) {
    const name = CLASSES[type][direction];
    // Providers give no amount of 0.
    if (name !== undefined && minimum > 0) resources[name] = minimum;
  }
  if (Object.keys(resources).length === 0) return [];
  const vnicTrait = customTrait(`VNIC_TYPE_${port.vnicType}`);
  // A packet rate is that of the host's switch, whichever network the packets are of.
  const requiredTraits = type === 'minimum_bandwidth' ? [networkTrait(port.physicalNetwork), vnicTrait] : [vnicTrait];
  return [{ id: nameUuid(port.id, asking.map(({ id }) => id).join(':')), resources, requiredTraits }];
}

/** What a port with these rules asks of hosts: a group for bandwidth, and one for packet rates. Neutron: `_get_resource_request`. */
export const resourceGroups = (rules: readonly QosRule[], port: AskingPort): readonly PortResourceGroup[] => [
  ...groupOf('minimum_bandwidth', rules, port),
  ...groupOf('minimum_packet_rate', rules, port),
];

/** What a port asks of hosts, after its own policy or that of its network; empty: nothing. */
export function portResourceGroups(
  rows: Reader,
  port: Pick<PortRow, 'id' | 'networkId' | 'vnicType' | 'qosPolicyId'>,
  network: NetworkRow | undefined = networkTable.read(rows, port.networkId),
): readonly PortResourceGroup[] {
  const policyId = port.qosPolicyId ?? network?.qosPolicyId;
  if (policyId === undefined) return NOTHING;
  const rules = qosPolicyTable.read(rows, policyId)?.rules ?? [];
  return resourceGroups(rules, { ...port, physicalNetwork: network?.provider?.physicalNetwork ?? null });
}

const NOTHING: readonly PortResourceGroup[] = [];

/** Whether ports of a network that have no policy of their own ask for resources. */
export const guaranteesResources = (rows: Reader, { qosPolicyId }: NetworkRow): boolean =>
  qosPolicyId !== undefined &&
  (qosPolicyTable.read(rows, qosPolicyId)?.rules.some(({ minimum }) => minimum > 0) ?? false);
