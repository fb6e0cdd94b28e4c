import type { Caller } from './identity.ts';

/** What a port asks one resource provider of a host for. Neutron: an item of `request_groups` of a port's `resource_request`. */
export interface PortResourceGroup {
  /** UUID, the same as long as the port and the rules that ask stay the same. */
  readonly id: string;
  /** Amounts by resource class; never empty. */
  readonly resources: Readonly<Record<string, number>>;
  readonly requiredTraits: readonly string[];
}

/** By what a network leaves hosts: the cards of a physical network, or those of the tunnels. */
export type NetworkUplink = { readonly kind: 'physical'; readonly name: string } | { readonly kind: 'tunnel' };

/** A network as compute sees it. */
export interface NetworkRecord {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly shared: boolean;
  /** Whether an instance on it can have an address. */
  readonly hasSubnets: boolean;
  /** Whether ports on it that name no QoS policy ask for resources of hosts. Absent: no. */
  readonly guaranteesResources?: true;
  /** Absent: it is not said. */
  readonly uplink?: NetworkUplink;
}

/** A port as compute sees it. */
export interface PortRecord {
  readonly id: string;
  readonly networkId: string;
  readonly projectId: string;
  /** The instance that uses it; empty when none does. */
  readonly deviceId: string;
  readonly macAddress: string;
  readonly addresses: readonly string[];
  /** Neutron: `binding:vnic_type`. */
  readonly vnicType: string;
  /** Where its network leads out of hosts; null: nowhere that is said. */
  readonly physicalNetwork: string | null;
  /** That of its network. Absent: it is not said. */
  readonly uplink?: NetworkUplink;
  /** What it asks of hosts; their providers are to stand at or below one of them. Absent: nothing. */
  readonly resourceGroups?: readonly PortResourceGroup[];
}

/** A security group as compute sees it. */
export interface SecurityGroupRecord {
  /** For a group `default` that has not been made yet its name, which names it as well. */
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
}

/** A value now or later: an embedded service knows at once, a distant one must be asked. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * What the compute front end asks of the network service before it accepts a request, so that a mistake is answered at
 * once. What may not be seen does not exist. The claim itself is made later, and may still fail.
 */
export interface NetworkCatalog {
  /** A network that the caller may see; null when there is none of this id. Of an external one a policy says who may use it. */
  findNetwork(id: string, caller: Caller): MaybePromise<NetworkRecord | null>;
  /** A port of the caller's project (for an administrator: any); null when there is none of this id. */
  findPort(id: string, caller: Caller): MaybePromise<PortRecord | null>;
  /** The networks that the caller is shown: those of the project, shared and external ones; to an administrator all. */
  visibleNetworks(caller: Caller): MaybePromise<readonly NetworkRecord[]>;
  /** The networks that an instance of the caller's project may get unasked: its own and the shared ones, but for external ones. */
  availableNetworks(caller: Caller): MaybePromise<readonly NetworkRecord[]>;
  /** A security group of the caller's project; `ambiguous` when several have the name. */
  findSecurityGroup(nameOrId: string, caller: Caller): MaybePromise<SecurityGroupRecord | 'ambiguous' | null>;
}

/** A port whose card is a device of the host. */
export interface PortDevice {
  readonly portId: string;
  readonly vnicType: DeviceVnicType;
  /** Where its network leads out of hosts; null: nowhere, as a tunnel. */
  readonly physicalNetwork: string | null;
}

/** What a port needs of the host where it is to be. */
export interface PortNeeds {
  readonly uplink?: NetworkUplink;
  /** Its card is a device of the host. Absent: it is not. */
  readonly device?: PortDevice;
  /** What it asks of providers. Absent: nothing. */
  readonly resourceGroups?: readonly PortResourceGroup[];
}

/** Kinds of ports whose cards are devices of hosts. Nova: `VNIC_TYPES_SRIOV`, as far as our network service has them. */
export const DEVICE_VNIC_TYPES = ['direct', 'macvtap', 'direct-physical', 'virtio-forwarder', 'vdpa'] as const;
export type DeviceVnicType = (typeof DEVICE_VNIC_TYPES)[number];

export const deviceVnicType = (vnicType: string): DeviceVnicType | undefined =>
  DEVICE_VNIC_TYPES.find((type) => type === vnicType);
