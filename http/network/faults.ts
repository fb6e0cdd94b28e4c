import type { NetworkError } from '../../actors/network/client.ts';
import type { AskError } from '../../runtime/message.ts';

/** What is sent back: a status and a body, or none. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A fault in Neutron's shape. `type` is the name of Neutron's exception, which clients compare. */
export const fault = (status: number, type: string, message: string): Answer => ({
  status,
  body: { NeutronError: { type, message, detail: '' } },
});

export const badRequest = (message: string): Answer => fault(400, 'HTTPBadRequest', message);

/** The caller may see the thing, but not do this with it. */
export const forbidden = (rule: string): Answer =>
  fault(403, 'PolicyNotAuthorized', `(rule:${rule}) is disallowed by policy`);

/** How an error of one code is told. */
interface FaultRow<C extends NetworkError['code']> {
  readonly status: number;
  readonly type: string;
  readonly message: (error: Extract<NetworkError, { code: C }>) => string;
}

/** Every reason of the network service as a fault; types and statuses are those of neutron_lib/exceptions. */
const FAULTS: { readonly [C in NetworkError['code']]: FaultRow<C> } = {
  NetworkNotFound: {
    status: 404,
    type: 'NetworkNotFound',
    message: (e) => `Network ${e.networkId} could not be found.`,
  },
  NetworkAmbiguous: { status: 409, type: 'Conflict', message: () => 'More than one possible network found.' },
  NetworkGuaranteesResources: {
    status: 400,
    type: 'BadRequest',
    message: (e) =>
      `Using networks with QoS policy is not supported for instance ${e.instanceId}. (Network ID is ${e.networkId})`,
  },
  NetworkRequiresSubnet: {
    status: 400,
    type: 'BadRequest',
    message: (e) => `Network ${e.networkId} requires a subnet.`,
  },
  PortNotFound: { status: 404, type: 'PortNotFound', message: (e) => `Port ${e.portId} could not be found.` },
  PortInUse: {
    status: 409,
    type: 'PortInUse',
    message: (e) => `Unable to complete operation on port ${e.portId}. It is attached to a server; detach it first.`,
  },
  FixedIpInUse: {
    status: 409,
    type: 'IpAddressAlreadyAllocated',
    message: (e) => `IP address ${e.address} already allocated.`,
  },
  FixedIpInvalid: {
    status: 400,
    type: 'InvalidIpForNetwork',
    message: (e) => `IP address ${e.address} is not a valid IP for any of the subnets on network ${e.networkId}.`,
  },
  NoMoreAddresses: {
    status: 409,
    type: 'IpAddressGenerationFailure',
    message: (e) => `No more IP addresses available on network ${e.networkId}.`,
  },
  SecurityGroupNotFound: {
    status: 404,
    type: 'SecurityGroupNotFound',
    message: (e) => `Security group ${e.nameOrId} does not exist`,
  },
  InvalidInput: { status: 400, type: 'InvalidInput', message: (e) => e.reason },
  SubnetNotFound: { status: 404, type: 'SubnetNotFound', message: (e) => `Subnet ${e.subnetId} could not be found.` },
  SecurityGroupRuleNotFound: {
    status: 404,
    type: 'SecurityGroupRuleNotFound',
    message: (e) => `Security group rule ${e.ruleId} does not exist`,
  },
  NetworkInUse: {
    status: 409,
    type: 'NetworkInUse',
    message: (e) =>
      `Unable to complete operation on network ${e.networkId}. There are one or more ports still in use on the network.`,
  },
  SubnetInUse: {
    status: 409,
    type: 'SubnetInUse',
    message: (e) =>
      `Unable to complete operation on subnet ${e.subnetId}: One or more ports have an IP allocation from this subnet.`,
  },
  SubnetOverlap: {
    status: 400,
    type: 'InvalidInput',
    message: (e) =>
      `Requested subnet with cidr: ${e.cidr} for network: ${e.networkId} overlaps with subnet ${e.otherSubnetId}`,
  },
  GatewayInPool: {
    status: 409,
    type: 'GatewayConflictWithAllocationPools',
    message: (e) => `Gateway ip ${e.gateway} conflicts with allocation pool ${e.pool}.`,
  },
  PoolsOverlap: {
    status: 409,
    type: 'OverlappingAllocationPools',
    message: (e) => `Found overlapping allocation pools: ${e.pools} for subnet ${e.cidr}.`,
  },
  PoolOutside: {
    status: 400,
    type: 'OutOfBoundsAllocationPool',
    message: (e) => `The allocation pool ${e.pool} spans beyond the subnet cidr ${e.cidr}.`,
  },
  SubnetIsAutomatic: {
    status: 400,
    type: 'AllocationOnAutoAddressSubnet',
    message: (e) =>
      `IPv6 address ${e.address} cannot be directly assigned to a port on subnet ${e.subnetId} as the subnet is configured for automatic addresses`,
  },
  MacAddressInUse: {
    status: 409,
    type: 'MacAddressInUse',
    message: (e) =>
      `Unable to complete operation for network ${e.networkId}. The mac address ${e.macAddress} is in use.`,
  },
  SecurityGroupInUse: {
    status: 409,
    type: 'SecurityGroupInUse',
    message: (e) => `Security Group ${e.groupId} in use.`,
  },
  DefaultSecurityGroupStays: {
    status: 409,
    type: 'SecurityGroupCannotChangeDefault',
    message: (e) =>
      e.change === 'create'
        ? 'Default security group already exists.'
        : e.change === 'rename'
          ? 'Updating default security group not allowed.'
          : 'Insufficient rights for removing default security group.',
  },
  SecurityGroupRuleExists: {
    status: 409,
    type: 'SecurityGroupRuleExists',
    message: (e) => `Security group rule already exists. Rule id is ${e.ruleId}.`,
  },
  ServicePortInUse: {
    status: 409,
    type: 'ServicePortInUse',
    message: (e) => `Port ${e.portId} cannot be deleted directly via the port API: has device owner ${e.deviceOwner}.`,
  },
  GatewayInUse: {
    status: 409,
    type: 'GatewayIpInUse',
    message: (e) => `Current gateway ip ${e.gateway} already in use by a router. Unable to update.`,
  },
  NetworkNotExternal: {
    status: 400,
    type: 'BadRequest',
    message: (e) => `Bad floatingip request: Network ${e.networkId} is not a valid external network.`,
  },
  ExternalNetworkInUse: {
    status: 409,
    type: 'ExternalNetworkInUse',
    message: (e) =>
      `External network ${e.networkId} cannot be updated to be made non-external, since it has existing gateway ports.`,
  },
  RouterNotFound: { status: 404, type: 'RouterNotFound', message: (e) => `Router ${e.routerId} could not be found` },
  RouterInUse: { status: 409, type: 'RouterInUse', message: (e) => `Router ${e.routerId} still has ports` },
  RouterInterfaceNotFound: {
    status: 404,
    type: 'RouterInterfaceNotFound',
    message: (e) => `Router ${e.routerId} does not have an interface with id ${e.portId}`,
  },
  RouterSubnetInvalid: { status: 400, type: 'BadRequest', message: (e) => `Bad router request: ${e.reason}.` },
  RouterGatewayInUse: {
    status: 409,
    type: 'RouterExternalGatewayInUseByFloatingIp',
    message: (e) =>
      `Gateway cannot be updated for router ${e.routerId}, since a gateway to external network ${e.networkId} is required by one or more floating IPs.`,
  },
  RouterInterfaceInUse: {
    status: 409,
    type: 'RouterInterfaceInUseByFloatingIP',
    message: (e) =>
      `Router interface for subnet ${e.subnetId} on router ${e.routerId} cannot be deleted, as it is required by one or more floating IPs.`,
  },
  FloatingIpNotFound: {
    status: 404,
    type: 'FloatingIPNotFound',
    message: (e) => `Floating IP ${e.floatingIpId} could not be found`,
  },
  FloatingTargetInvalid: { status: 400, type: 'BadRequest', message: (e) => `Bad floatingip request: ${e.reason}.` },
  FloatingTargetTaken: {
    status: 409,
    type: 'FloatingIPPortAlreadyAssociated',
    message: (e) =>
      `Cannot associate floating IP ${e.address} (${e.floatingIpId}) with port ${e.portId} using fixed IP ${e.fixedAddress}, as that fixed IP already has a floating IP on external network ${e.networkId}.`,
  },
  ExternalNetworkUnreachable: {
    status: 404,
    type: 'ExternalGatewayForFloatingIPNotFound',
    message: (e) =>
      `External network ${e.networkId} is not reachable from subnet ${e.subnetId}.  Therefore, cannot associate Port ${e.portId} with a Floating IP.`,
  },
  QosPolicyNotFound: {
    status: 404,
    type: 'QosPolicyNotFound',
    message: (e) => `QoS policy ${e.policyId} could not be found.`,
  },
  QosRuleNotFound: {
    status: 404,
    type: 'QosRuleNotFound',
    message: (e) => `QoS rule ${e.ruleId} for policy ${e.policyId} could not be found.`,
  },
  QosPolicyInUse: {
    status: 409,
    type: 'QosPolicyInUse',
    message: (e) => `QoS Policy ${e.policyId} is used by ${e.userType} ${e.userId}.`,
  },
  QosDefaultTaken: {
    status: 409,
    type: 'QoSPolicyDefaultAlreadyExists',
    message: (e) => `A default QoS policy exists for project ${e.projectId}.`,
  },
  QosRuleTaken: {
    status: 409,
    type: 'QoSRulesConflict',
    message: (e) =>
      `Rule ${e.ruleType} conflicts with rule ${e.ruleId} which already exists in QoS Policy ${e.policyId}.`,
  },
  QosDirectionsMixed: {
    status: 409,
    type: 'QoSRuleParameterConflict',
    message: (e) =>
      `Unable to add the rule with value ${e.direction} to the policy ${e.policyId} as the existing rule of type ${e.ruleType} has value ${e.otherDirection}.`,
  },
  // Neutron answers 501 to some of these, and moves the allocation in others.
  QosGuaranteeBound: {
    status: 409,
    type: 'PortInUse',
    message: (e) =>
      `What port ${e.portId} is guaranteed cannot change while it is attached to a server; detach it first.`,
  },
  TopologyImpossible: {
    status: 409,
    type: 'AutoAllocationFailure',
    message: (e) => `Deployment error: ${e.reason}.`,
  },
  NetworkQuotaExceeded: {
    status: 409,
    type: 'OverQuota',
    message: (e) => `Quota exceeded for resources: ['${e.resource}'].`,
  },
};

const rowFault = <C extends NetworkError['code']>(code: C, error: Extract<NetworkError, { code: C }>): Answer =>
  fault(FAULTS[code].status, FAULTS[code].type, FAULTS[code].message(error));

/** The fault of an error, by the table. Reasons of the controller itself stay inside: they may name its files. */
export const faultOf = (error: NetworkError | AskError): Answer => {
  switch (error.code) {
    case 'MailboxFull':
    case 'ShardStopped':
    case 'AskTimedOut':
    case 'StoreFailed':
      return {
        ...fault(503, 'ServiceUnavailable', 'The service cannot do this at the moment; try again.'),
        headers: { 'Retry-After': '1' },
      };
    case 'HandlerFailed':
      return fault(
        500,
        'HTTPInternalServerError',
        'Request Failed: internal server error while processing your request.',
      );
    default:
      return rowFault(error.code, error);
  }
};

const rowReason = <C extends NetworkError['code']>(code: C, error: Extract<NetworkError, { code: C }>): string =>
  FAULTS[code].message(error);

/** What an error of the network service says, for services that pass it on. */
export const reasonOf = (error: NetworkError): string => rowReason(error.code, error);
