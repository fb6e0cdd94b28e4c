import type { QosMessage } from '../../messages/qos.ts';

export const qos: Readonly<Record<QosMessage, string>> = {
  'QoS policy {policyId} could not be found.': '找不到 QoS 策略 {policyId}。',
  'QoS rule {ruleId} for policy {policyId} could not be found.': '找不到策略 {policyId} 的 QoS 规则 {ruleId}。',
  'QoS Policy {policyId} is used by {userType} {userId}.': 'QoS 策略 {policyId} 正被 {userType} {userId} 使用。',
  'A default QoS policy exists for project {projectId}.': '项目 {projectId} 已有默认 QoS 策略。',
  'Rule {ruleType} conflicts with rule {ruleId} which already exists in QoS Policy {policyId}.':
    '规则 {ruleType} 与 QoS 策略 {policyId} 中已有的规则 {ruleId} 冲突。',
  'Unable to add the rule with value {value} to the policy {policyId} as the existing rule of type {ruleType} has value {otherValue}.':
    '无法将值为 {value} 的规则加入策略 {policyId}，因为类型为 {ruleType} 的现有规则的值为 {otherValue}。',
  'What port {portId} is guaranteed cannot change while it is attached to a server; detach it first.':
    '端口 {portId} 连接到服务器期间，其保证内容不能更改；请先将其断开。',
  'nothing on the hosts limits or marks the packets of a port': '主机上没有任何组件限制或标记端口的数据包',
  'Creating servers with ports having resource requests, like a port with a QoS minimum bandwidth policy, is not supported until microversion 2.72.':
    '微版本 2.72 之前不支持使用请求资源的端口（例如带有 QoS 最小带宽策略的端口）创建服务器。',
  'Using networks with QoS policy is not supported for instance {instanceId}. (Network ID is {networkId})':
    '实例 {instanceId} 不支持使用带有 QoS 策略的网络。（网络 ID 为 {networkId}）',
  'Failed to allocate additional resources to {instanceId} during interface attach':
    '在连接接口期间无法为 {instanceId} 分配更多资源',
  'What port {portId} asks for has changed in the meantime.': '端口 {portId} 请求的内容在此期间已更改。',
  'The QoS policy of network {networkId} guarantees resources: make a port on it, and make the server with that port.':
    '网络 {networkId} 的 QoS 策略保证资源：请先在其上创建端口，再使用该端口创建服务器。',
  'Failed to remove provided policy {policyId} because you are not authorized.':
    '您未获授权，无法移除所提供的策略 {policyId}。',
};
