import type { ComputeError } from '../errors.ts';

/** Why ports could not be bound: reasons that compute knows. */
export type BindError = Extract<
  ComputeError,
  {
    code:
      | 'NetworkNotFound'
      | 'NetworkAmbiguous'
      | 'NetworkRequiresSubnet'
      | 'NetworkGuaranteesResources'
      | 'PortNotFound'
      | 'PortInUse'
      | 'FixedIpInUse'
      | 'FixedIpInvalid'
      | 'NoMoreAddresses'
      | 'SecurityGroupNotFound'
      | 'InvalidInput';
  }
>;

/** What a project may have a limited number of. */
export type NetworkQuotaResource =
  | 'network'
  | 'subnet'
  | 'port'
  | 'security_group'
  | 'security_group_rule'
  | 'qos_policy'
  | 'router'
  | 'floatingip';

/** Why the network service did not do what it was asked. Plain data; `http/network/faults.ts` says how each is told. */
export type NetworkError =
  | BindError
  | { readonly code: 'SubnetNotFound'; readonly subnetId: string }
  | { readonly code: 'SecurityGroupRuleNotFound'; readonly ruleId: string }
  /** The network still has ports. */
  | { readonly code: 'NetworkInUse'; readonly networkId: string }
  /** Ports still have addresses of the subnet. */
  | { readonly code: 'SubnetInUse'; readonly subnetId: string }
  | {
      readonly code: 'SubnetOverlap';
      readonly cidr: string;
      readonly networkId: string;
      readonly otherSubnetId: string;
    }
  | { readonly code: 'GatewayInPool'; readonly gateway: string; readonly pool: string }
  | { readonly code: 'PoolsOverlap'; readonly pools: string; readonly cidr: string }
  | { readonly code: 'PoolOutside'; readonly pool: string; readonly cidr: string }
  /** Guests give themselves the addresses of the subnet, so none can be named. */
  | { readonly code: 'SubnetIsAutomatic'; readonly address: string; readonly subnetId: string }
  | { readonly code: 'MacAddressInUse'; readonly macAddress: string; readonly networkId: string }
  | { readonly code: 'SecurityGroupInUse'; readonly groupId: string }
  | { readonly code: 'DefaultSecurityGroupStays'; readonly change: 'remove' | 'rename' | 'create' }
  | { readonly code: 'SecurityGroupRuleExists'; readonly ruleId: string }
  /** A port that a router or a floating IP has: it comes and goes with that. */
  | { readonly code: 'ServicePortInUse'; readonly portId: string; readonly deviceOwner: string }
  /** A router has its interface at the gateway address. */
  | { readonly code: 'GatewayInUse'; readonly gateway: string; readonly subnetId: string }
  | { readonly code: 'NetworkNotExternal'; readonly networkId: string }
  | { readonly code: 'ExternalNetworkInUse'; readonly networkId: string }
  | { readonly code: 'RouterNotFound'; readonly routerId: string }
  | { readonly code: 'RouterInUse'; readonly routerId: string }
  | { readonly code: 'RouterInterfaceNotFound'; readonly routerId: string; readonly portId: string }
  | { readonly code: 'RouterSubnetInvalid'; readonly reason: string }
  /** Floating IPs go by the gateway. */
  | { readonly code: 'RouterGatewayInUse'; readonly routerId: string; readonly networkId: string }
  /** Floating IPs go by the interface. */
  | { readonly code: 'RouterInterfaceInUse'; readonly routerId: string; readonly subnetId: string }
  | { readonly code: 'FloatingIpNotFound'; readonly floatingIpId: string }
  | { readonly code: 'FloatingTargetInvalid'; readonly reason: string }
  /** The fixed address has a floating IP of the same network already. */
  | {
      readonly code: 'FloatingTargetTaken';
      readonly address: string;
      readonly floatingIpId: string;
      readonly portId: string;
      readonly fixedAddress: string;
      readonly networkId: string;
    }
  /** No router connects the subnet with the external network. */
  | {
      readonly code: 'ExternalNetworkUnreachable';
      readonly networkId: string;
      readonly subnetId: string;
      readonly portId: string;
    }
  | { readonly code: 'QosPolicyNotFound'; readonly policyId: string }
  | { readonly code: 'QosRuleNotFound'; readonly ruleId: string; readonly policyId: string }
  /** A network or a port has the policy. */
  | {
      readonly code: 'QosPolicyInUse';
      readonly policyId: string;
      readonly userType: 'network' | 'port';
      readonly userId: string;
    }
  /** A project has one default policy. */
  | { readonly code: 'QosDefaultTaken'; readonly projectId: string }
  /** The policy has a rule of this type and direction. */
  | { readonly code: 'QosRuleTaken'; readonly ruleType: string; readonly ruleId: string; readonly policyId: string }
  /** A rate for both directions together beside one for one of them. */
  | {
      readonly code: 'QosDirectionsMixed';
      readonly direction: string;
      readonly policyId: string;
      readonly ruleType: string;
      readonly otherDirection: string;
    }
  /** A server has the port, and what it asks for has been given to it. */
  | { readonly code: 'QosGuaranteeBound'; readonly portId: string }
  /** Nothing can be made for a project by itself. */
  | { readonly code: 'TopologyImpossible'; readonly reason: string }
  | { readonly code: 'NetworkQuotaExceeded'; readonly resource: NetworkQuotaResource };
