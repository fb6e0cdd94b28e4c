import type { ComputeError } from '../errors.ts';

/** Why ports could not be bound: reasons that compute knows. */
export type BindError = Extract<
  ComputeError,
  {
    code:
      | 'NetworkNotFound'
      | 'NetworkAmbiguous'
      | 'NetworkRequiresSubnet'
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
export type NetworkQuotaResource = 'network' | 'subnet' | 'port' | 'security_group' | 'security_group_rule';

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
  | { readonly code: 'MacAddressInUse'; readonly macAddress: string; readonly networkId: string }
  | { readonly code: 'SecurityGroupInUse'; readonly groupId: string }
  | { readonly code: 'DefaultSecurityGroupStays'; readonly change: 'remove' | 'rename' | 'create' }
  | { readonly code: 'SecurityGroupRuleExists'; readonly ruleId: string }
  | { readonly code: 'NetworkQuotaExceeded'; readonly resource: NetworkQuotaResource };
