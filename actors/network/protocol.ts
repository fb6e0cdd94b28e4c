import type { NetworkUplink, PortNeeds, PortResourceGroup } from '../../drivers/networks.ts';
import { type Address, protocol } from '../../runtime/address.ts';
import type { Result } from '../../runtime/result.ts';
import type { BindError, NetworkError } from './errors.ts';
import type { Ipv6Mode, ProviderNetwork, QosDirection, QosRuleType } from './row.ts';

/** The one network actor's id. */
export const NETWORK_MAIN = 'main';

/** Fields that are given are changed; the others stay. */
export type Changes<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** What a network is made of. */
export interface NewNetwork {
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly shared: boolean;
  readonly adminStateUp: boolean;
  readonly mtu: number;
  /** @default false */
  readonly external?: boolean | undefined;
  /** Absent: nothing is said of it. */
  readonly provider?: ProviderNetwork | undefined;
  /** Null: none; absent: for a new network the default one of its project. */
  readonly qosPolicyId?: string | null | undefined;
}

/** What a subnet is made of. Addresses are text from outside. */
export interface NewSubnet {
  readonly projectId: string;
  readonly networkId: string;
  readonly name: string;
  readonly description: string;
  readonly version: 4 | 6;
  readonly cidr: string;
  /** Null: none; undefined: the first address of the range. */
  readonly gateway: string | null | undefined;
  /** Undefined: the whole range without the gateway. */
  readonly pools: readonly { readonly start: string; readonly end: string }[] | undefined;
  readonly dnsServers: readonly string[];
  readonly hostRoutes: readonly { readonly destination: string; readonly nexthop: string }[];
  readonly dhcpEnabled: boolean;
  readonly ipv6AddressMode: Ipv6Mode | null;
  readonly ipv6RaMode: Ipv6Mode | null;
}

/** An address that a port asks for: a certain one, or any of a subnet. */
export interface WantedIp {
  readonly subnetId?: string | undefined;
  readonly address?: string | undefined;
}

/** What a port is made of. */
export interface NewPort {
  readonly projectId: string;
  readonly networkId: string;
  readonly name: string;
  readonly description: string;
  readonly adminStateUp: boolean;
  /** Undefined: a new one. */
  readonly macAddress: string | undefined;
  /** Undefined: one IPv4 and one IPv6 address, as far as the network has subnets. */
  readonly fixedIps: readonly WantedIp[] | undefined;
  readonly deviceId: string;
  readonly deviceOwner: string;
  readonly host: string;
  /** Ids; undefined: the project's default group. */
  readonly securityGroups: readonly string[] | undefined;
  readonly vnicType: string;
  /** Null or absent: none of its own. */
  readonly qosPolicyId?: string | null | undefined;
}

/** What a QoS policy is made of. */
export interface NewQosPolicy {
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly shared: boolean;
  readonly isDefault: boolean;
}

/** What a rule of a QoS policy is made of. */
export interface NewQosRule {
  readonly direction: QosDirection;
  /** A second: kilobits, or thousands of packets. */
  readonly minimum: number;
}

/** What a rule is made of. */
export interface NewSecurityGroupRule {
  readonly projectId: string;
  readonly groupId: string;
  readonly description: string;
  readonly direction: 'ingress' | 'egress';
  readonly ethertype: 'IPv4' | 'IPv6';
  readonly protocol: string | null;
  readonly portRangeMin: number | null;
  readonly portRangeMax: number | null;
  readonly remoteIpPrefix: string | null;
  readonly remoteGroupId: string | null;
}

/** What a router's gateway is made of. */
export interface NewGateway {
  readonly networkId: string;
  /** @default true */
  readonly enableSnat: boolean | undefined;
  /** Undefined: what the external network has. */
  readonly fixedIps: readonly WantedIp[] | undefined;
}

/** What a router is made of. */
export interface NewRouter {
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly adminStateUp: boolean;
  readonly gateway: NewGateway | null;
}

/** Where a floating IP is to lead: to the one IPv4 address of a port, or to the one that is named. */
export interface FloatingTarget {
  readonly portId: string;
  readonly fixedAddress: string | undefined;
}

/** What a floating IP is made of. */
export interface NewFloatingIp {
  readonly projectId: string;
  readonly description: string;
  /** An external network. */
  readonly networkId: string;
  /** The address, or the subnet, that it is wanted of; undefined: any. */
  readonly wanted: WantedIp | undefined;
  readonly target: FloatingTarget | null;
}

/** What the user of an instance asked for: a network (with an address perhaps), or a port, with what that needs of a host. */
export type NetworkRequest =
  | { readonly networkId: string; readonly fixedIp?: string; readonly tag?: string; readonly uplink?: NetworkUplink }
  | ({ readonly portId: string; readonly tag?: string } & PortNeeds);

/** What networks an instance gets. `auto`: as Nova decides when the request says nothing. */
export type NetworkChoice = 'auto' | 'none' | readonly NetworkRequest[];

/** What an instance asks to be connected to: a port that exists, or a new one on a network. */
export type PortRequest =
  | {
      readonly portId: string;
      readonly tag?: string | undefined;
      /** Which providers serve what the port asks of hosts: UUIDs by the ids of its groups. Absent: it asks for nothing. */
      readonly allocation?: Readonly<Record<string, string>> | undefined;
    }
  | { readonly networkId: string; readonly fixedIp?: string | undefined; readonly tag?: string | undefined };

/** Asks for ports of an instance. The front end has checked that the caller may use what is named. */
export interface BindPorts {
  readonly type: 'bindPorts';
  /** The same for each repetition of one request. */
  readonly requestId: string;
  readonly instanceId: string;
  readonly projectId: string;
  readonly host: string;
  readonly answerTo: Address<PortsBound>;
  /** `none`: no ports. An empty list: one on the project's only network, if it has one. */
  readonly requests: readonly PortRequest[] | 'none';
  /** Names or ids, for ports that are made; empty: the project's default group. */
  readonly securityGroups: readonly string[];
}

/** An address of a bound port, with what a guest needs to use it. */
export interface BoundAddress {
  readonly subnetId: string;
  readonly address: string;
  readonly version: 4 | 6;
  readonly prefixLength: number;
  readonly gateway: string | null;
  readonly dnsServers: readonly string[];
}

/** A port of an instance. */
export interface BoundPort {
  readonly portId: string;
  readonly networkId: string;
  readonly networkName: string;
  readonly macAddress: string;
  readonly mtu: number;
  readonly fixedIps: readonly BoundAddress[];
  /** What the instance's user calls the card. Absent: it has no tag. */
  readonly tag?: string;
  /** Whether the port outlives the instance, since a user made it. */
  readonly preserveOnDelete: boolean;
  readonly vnicType: string;
  /** Of a port whose card is a device of the host: where its network leads out of that; null: nowhere. Absent: of others. */
  readonly physicalNetwork?: string | null;
  /** Absent: it is not said. */
  readonly uplink?: NetworkUplink;
  /** What it asks of hosts. Absent: nothing. */
  readonly resourceGroups?: readonly PortResourceGroup[];
  /** Ids. */
  readonly securityGroups: readonly string[];
}

/** The answer to `bindPorts`: all ports, in the order of the requests, or none. */
export interface PortsBound {
  readonly type: 'portsBound';
  readonly requestId: string;
  readonly outcome: Result<readonly BoundPort[], BindError>;
}

/** The answer to `releasePorts`. */
export interface PortsReleased {
  readonly type: 'portsReleased';
  readonly requestId: string;
  readonly instanceId: string;
}

/** Resources that can be tagged. */
export type TaggedResource = 'network' | 'subnet' | 'port' | 'securityGroup' | 'router' | 'floatingIp' | 'qosPolicy';

/** What the network actor can be told. Asks are answered with the id of what was made, changed or removed. */
export type NetworkMessage =
  /**
   * Makes the shared network `default` with a subnet at the first start; where hosts are routed also the external network
   * `public` and a router between them. Repeating it changes nothing.
   */
  | { readonly type: 'ensureDefaults'; readonly projectId: string; readonly routed: boolean }
  | { readonly type: 'createNetwork'; readonly network: NewNetwork }
  | { readonly type: 'updateNetwork'; readonly id: string; readonly changes: Changes<Omit<NewNetwork, 'projectId'>> }
  /** Removes a network without ports, and its subnets. */
  | { readonly type: 'deleteNetwork'; readonly id: string }
  | { readonly type: 'createSubnet'; readonly subnet: NewSubnet }
  | {
      readonly type: 'updateSubnet';
      readonly id: string;
      readonly changes: Changes<
        Pick<NewSubnet, 'name' | 'description' | 'gateway' | 'pools' | 'dnsServers' | 'hostRoutes' | 'dhcpEnabled'>
      >;
    }
  | { readonly type: 'deleteSubnet'; readonly id: string }
  | { readonly type: 'createPort'; readonly port: NewPort }
  | {
      readonly type: 'updatePort';
      readonly id: string;
      readonly changes: Changes<Omit<NewPort, 'projectId' | 'networkId'>>;
    }
  | { readonly type: 'deletePort'; readonly id: string }
  /** Asks whether a port could name an address of a network now: the network's id, or FixedIpInUse. Takes nothing. */
  | { readonly type: 'checkAddress'; readonly networkId: string; readonly address: string }
  | { readonly type: 'createRouter'; readonly router: NewRouter }
  | { readonly type: 'updateRouter'; readonly id: string; readonly changes: Changes<Omit<NewRouter, 'projectId'>> }
  /** Removes a router without interfaces. */
  | { readonly type: 'deleteRouter'; readonly id: string }
  /** Connects a router with a subnet, at the subnet's gateway address, or with a port; answered with the port's id. */
  | {
      readonly type: 'addRouterInterface';
      readonly routerId: string;
      readonly to: { readonly subnetId: string } | { readonly portId: string };
    }
  /** Removes the port of a router's interface; answered with its id. */
  | { readonly type: 'removeRouterInterface'; readonly routerId: string; readonly portId: string }
  | { readonly type: 'createFloatingIp'; readonly floatingIp: NewFloatingIp }
  | {
      readonly type: 'updateFloatingIp';
      readonly id: string;
      readonly changes: Changes<Pick<NewFloatingIp, 'description' | 'target'>>;
    }
  | { readonly type: 'deleteFloatingIp'; readonly id: string }
  /** Makes a network with a subnet behind a router for a project, once; answered with the network's id. */
  | { readonly type: 'ensureTopology'; readonly projectId: string }
  /** Removes what `ensureTopology` made, when nothing uses it. */
  | { readonly type: 'deleteTopology'; readonly projectId: string }
  | {
      readonly type: 'createSecurityGroup';
      readonly group: { readonly projectId: string; readonly name: string; readonly description: string };
    }
  /** Makes the group `default` of a project when it has none. */
  | { readonly type: 'ensureDefaultSecurityGroup'; readonly projectId: string }
  | {
      readonly type: 'updateSecurityGroup';
      readonly id: string;
      readonly changes: Changes<{ readonly name: string; readonly description: string }>;
    }
  | { readonly type: 'deleteSecurityGroup'; readonly id: string; readonly defaultToo?: boolean }
  | { readonly type: 'createSecurityGroupRule'; readonly rule: NewSecurityGroupRule }
  | { readonly type: 'deleteSecurityGroupRule'; readonly id: string }
  | { readonly type: 'createQosPolicy'; readonly policy: NewQosPolicy }
  | {
      readonly type: 'updateQosPolicy';
      readonly id: string;
      readonly changes: Changes<Omit<NewQosPolicy, 'projectId'>>;
    }
  /** Removes a policy that no network and no port has. */
  | { readonly type: 'deleteQosPolicy'; readonly id: string }
  /** Adds a rule to a policy; answered with the rule's id. */
  | {
      readonly type: 'createQosRule';
      readonly policyId: string;
      readonly ruleType: QosRuleType;
      readonly rule: NewQosRule;
    }
  | {
      readonly type: 'updateQosRule';
      readonly policyId: string;
      readonly ruleType: QosRuleType;
      readonly id: string;
      readonly changes: Changes<NewQosRule>;
    }
  | { readonly type: 'deleteQosRule'; readonly policyId: string; readonly ruleType: QosRuleType; readonly id: string }
  /** Replaces the tags of a resource. */
  | {
      readonly type: 'setTags';
      readonly resource: TaggedResource;
      readonly id: string;
      readonly tags: readonly string[];
    }
  /**
   * Binds ports for an instance, all or none, and tells `portsBound`. Repeated for the same instance and request it
   * tells the same ports.
   */
  | BindPorts
  /** From an instance that has moved: where its ports are now, and which providers serve what they ask for there. */
  | {
      readonly type: 'placePorts';
      readonly instanceId: string;
      /** Empty: on no host. */
      readonly host: string;
      /** UUIDs by the ids of groups. */
      readonly allocation: Readonly<Record<string, string>>;
    }
  /**
   * Removes the ports that compute made for an instance and unbinds the others; tells `portsReleased`. With `portIds`
   * only these. Repeating it changes nothing.
   */
  | {
      readonly type: 'releasePorts';
      readonly requestId: string;
      readonly instanceId: string;
      readonly portIds?: readonly string[];
      /** Only what this request has bound. */
      readonly boundBy?: string;
      readonly answerTo?: Address<PortsReleased>;
    };

/** The answer to an ask: the id of the resource, or why not. */
export type NetworkReply = Result<string, NetworkError>;

/** The network service: one actor, `network/main`. */
export const network = protocol<NetworkMessage, NetworkReply>('network');
