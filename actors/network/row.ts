import { table } from '../../runtime/table.ts';

/** What all resources of the network service have. */
interface Resource {
  readonly id: string;
  readonly projectId: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Counts the changes, from 0. */
  readonly revision: number;
}

/** A network. */
export interface NetworkRow extends Resource {
  readonly name: string;
  /** Whether all projects may use it. */
  readonly shared: boolean;
  readonly adminStateUp: boolean;
  /** In bytes. */
  readonly mtu: number;
  /** Whether routers have their gateways and projects their floating IPs here. Absent in rows of old: no. */
  readonly external?: boolean;
  /** Absent: nothing is said of it. */
  readonly provider?: ProviderNetwork | undefined;
  /** The QoS policy of its ports that have none of their own. Absent: none. */
  readonly qosPolicyId?: string | undefined;
}

/** What a QoS policy can guarantee. Neutron: `rule-types`. */
export type QosRuleType = 'minimum_bandwidth' | 'minimum_packet_rate';

/** Seen from the guest; `any`: both together, for packet rates only. */
export type QosDirection = 'egress' | 'ingress' | 'any';

/** A guarantee of a QoS policy: the scheduler sees to it that the host has so much left, nothing on the host holds it. */
export interface QosRule {
  readonly id: string;
  readonly type: QosRuleType;
  readonly direction: QosDirection;
  /** A second: kilobits, or thousands of packets. */
  readonly minimum: number;
}

/** What networks and ports are guaranteed. It has at most one rule of a type and a direction. */
export interface QosPolicyRow extends Resource {
  readonly name: string;
  /** Whether all projects may use it. */
  readonly shared: boolean;
  /** Whether networks of its project that name no policy get it. */
  readonly isDefault: boolean;
  readonly rules: readonly QosRule[];
}

/** Where a network is outside of hosts; it is not made there, only said. Neutron: `provider:…`. */
export interface ProviderNetwork {
  readonly networkType: string | null;
  readonly physicalNetwork: string | null;
  readonly segmentationId: number | null;
}

/** How IPv6 addresses come to guests; Neutron's ipv6_address_mode and ipv6_ra_mode. */
export type Ipv6Mode = 'slaac' | 'dhcpv6-stateful' | 'dhcpv6-stateless';

/** A range of addresses of a network. */
export interface SubnetRow extends Resource {
  readonly name: string;
  readonly networkId: string;
  readonly version: 4 | 6;
  /** In the usual form. */
  readonly cidr: string;
  readonly gateway: string | null;
  /** Ranges that addresses are given out of, both ends included, in order. */
  readonly pools: readonly { readonly start: string; readonly end: string }[];
  readonly dnsServers: readonly string[];
  readonly hostRoutes: readonly { readonly destination: string; readonly nexthop: string }[];
  readonly dhcpEnabled: boolean;
  readonly ipv6AddressMode: Ipv6Mode | null;
  readonly ipv6RaMode: Ipv6Mode | null;
}

/** An address of a port. */
export interface FixedIp {
  readonly subnetId: string;
  readonly address: string;
}

/** A port: the place of one network interface. */
export interface PortRow extends Resource {
  readonly name: string;
  readonly networkId: string;
  readonly adminStateUp: boolean;
  /** Lower case, with colons. */
  readonly macAddress: string;
  readonly fixedIps: readonly FixedIp[];
  /** What uses the port, usually an instance; empty when nothing does. */
  readonly deviceId: string;
  readonly deviceOwner: string;
  /** The host that it is bound to; empty when to none. */
  readonly host: string;
  /** Ids of its security groups. */
  readonly securityGroups: readonly string[];
  readonly vnicType: string;
  /** Absent: none of its own. */
  readonly qosPolicyId?: string | undefined;
  /** How compute uses the port; null when it does not. */
  readonly binding: {
    /** The request that bound it. */
    readonly requestId: string;
    /** Its place among the ports of that request. */
    readonly order: number;
    /** Whether compute made the port, and so removes it. */
    readonly made: boolean;
    /** What the guest is to call its card. Absent: it has no tag. */
    readonly tag?: string | undefined;
    /** Which provider serves each of the groups that it asks for: UUIDs by the groups' ids. Absent: it asks for none. */
    readonly allocation?: Readonly<Record<string, string>> | undefined;
  } | null;
}

/** A security group. Its rules are rows of their own. */
export interface SecurityGroupRow extends Resource {
  readonly name: string;
}

/** A rule of a security group: what may pass. Recorded, not enforced: nothing on the hosts filters by it yet. */
export interface SecurityGroupRuleRow extends Omit<Resource, 'tags' | 'updatedAtMs'> {
  readonly groupId: string;
  readonly direction: 'ingress' | 'egress';
  readonly ethertype: 'IPv4' | 'IPv6';
  /** A name as Neutron knows it, or a number from 0 to 255 as text; null for any. */
  readonly protocol: string | null;
  readonly portRangeMin: number | null;
  readonly portRangeMax: number | null;
  readonly remoteIpPrefix: string | null;
  readonly remoteGroupId: string | null;
}

/** A router's way out. */
export interface RouterGateway {
  /** An external network. */
  readonly networkId: string;
  /** The router's port there. */
  readonly portId: string;
  readonly enableSnat: boolean;
}

/** A router. Its interfaces are ports whose device it is. */
export interface RouterRow extends Resource {
  readonly name: string;
  readonly adminStateUp: boolean;
  readonly gateway: RouterGateway | null;
}

/** An address of an external network that a project has, and the port that it leads to. */
export interface FloatingIpRow extends Resource {
  readonly networkId: string;
  readonly address: string;
  /** The port on the external network that holds the address. */
  readonly ownPortId: string;
  /** Where it leads; null: nowhere. */
  readonly target: {
    readonly portId: string;
    readonly fixedAddress: string;
    readonly routerId: string;
  } | null;
}

/** What was made for a project that asked for any network. Its id is that of the project. */
export interface AutoTopologyRow {
  readonly networkId: string;
  readonly routerId: string;
}

/** One row: how many ports have floating IPs, so that a reader of servers needs not look for any when there are none. */
export interface FloatingUseRow {
  readonly ports: number;
}

/** That the defaults of the first start have been made; they are not made again when somebody removes them. */
export interface NetworkDefaultsRow {
  readonly networkId: string;
}

/** One row, written with every change of a network or subnet: what a reader keeps of them holds as long as it is the same. */
export interface NetworkLayoutRow {
  readonly changes: number;
}

export const networkTable = table<NetworkRow, 'project' | 'shared' | 'external' | 'qos'>({
  name: 'network',
  indexes: {
    qos: ({ qosPolicyId }) => (qosPolicyId === undefined ? null : [qosPolicyId]),
    project: (row) => [row.projectId],
    shared: (row) => (row.shared ? [] : null),
    external: (row) => (row.external === true ? [] : null),
  },
});

export const subnetTable = table<SubnetRow, 'network'>({
  name: 'subnet',
  indexes: { network: (row) => [row.networkId] },
});

/** Two indexes for most, because a port is written with each instance. A project's ports are found network by network. */
export const portTable = table<PortRow, 'network' | 'device' | 'qos'>({
  name: 'port',
  indexes: {
    qos: ({ qosPolicyId }) => (qosPolicyId === undefined ? null : [qosPolicyId]),
    network: (row) => [row.networkId, row.projectId],
    device: (row) => (row.deviceId === '' ? null : [row.deviceId]),
  },
});

export const qosPolicyTable = table<QosPolicyRow, 'project' | 'shared' | 'default'>({
  name: 'qos-policy',
  indexes: {
    project: (row) => [row.projectId],
    shared: (row) => (row.shared ? [] : null),
    default: (row) => (row.isDefault ? [row.projectId] : null),
  },
});

export const securityGroupTable = table<SecurityGroupRow, 'project'>({
  name: 'security-group',
  indexes: { project: (row) => [row.projectId, row.name] },
});

export const securityGroupRuleTable = table<SecurityGroupRuleRow, 'group' | 'remote'>({
  name: 'security-group-rule',
  indexes: {
    group: (row) => [row.groupId],
    remote: (row) => (row.remoteGroupId === null ? null : [row.remoteGroupId]),
  },
});

export const routerTable = table<RouterRow, 'project'>({
  name: 'router',
  indexes: { project: (row) => [row.projectId] },
});

export const floatingIpTable = table<FloatingIpRow, 'project' | 'port' | 'router' | 'address'>({
  name: 'floating-ip',
  indexes: {
    project: (row) => [row.projectId],
    port: ({ target }) => (target === null ? null : [target.portId]),
    router: ({ target }) => (target === null ? null : [target.routerId]),
    address: (row) => [row.address],
  },
});

export const autoTopologyTable = table<AutoTopologyRow>({ name: 'auto-topology' });

export const floatingUseTable = table<FloatingUseRow>({ name: 'floating-use' });

export const networkDefaultsTable = table<NetworkDefaultsRow>({ name: 'network-defaults' });

export const networkLayoutTable = table<NetworkLayoutRow>({ name: 'network-layout' });
