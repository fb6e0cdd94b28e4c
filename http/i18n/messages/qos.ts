/** Messages about QoS policies and what ports ask of hosts. Names in braces are placeholders. */
export const QOS_MESSAGES = [
  'QoS policy {policyId} could not be found.',
  'QoS rule {ruleId} for policy {policyId} could not be found.',
  'QoS Policy {policyId} is used by {userType} {userId}.',
  'A default QoS policy exists for project {projectId}.',
  'Rule {ruleType} conflicts with rule {ruleId} which already exists in QoS Policy {policyId}.',
  'Unable to add the rule with value {value} to the policy {policyId} as the existing rule of type {ruleType} has value {otherValue}.',
  'What port {portId} is guaranteed cannot change while it is attached to a server; detach it first.',
  'nothing on the hosts limits or marks the packets of a port',
  'Creating servers with ports having resource requests, like a port with a QoS minimum bandwidth policy, is not supported until microversion 2.72.',
  'Using networks with QoS policy is not supported for instance {instanceId}. (Network ID is {networkId})',
  'Failed to allocate additional resources to {instanceId} during interface attach',
  'What port {portId} asks for has changed in the meantime.',
  'The QoS policy of network {networkId} guarantees resources: make a port on it, and make the server with that port.',
  'Failed to remove provided policy {policyId} because you are not authorized.',
] as const;
export type QosMessage = (typeof QOS_MESSAGES)[number];
