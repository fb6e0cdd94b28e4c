import type { InterfacesMessage } from '../../messages/interfaces.ts';

export const interfaces: Readonly<Record<InterfacesMessage, string>> = {
  'Failed to claim PCI device for {instanceId} during interface attach':
    '连接接口时，无法为实例 {instanceId} 占用 PCI 设备',
  'There is no such microversion.': '没有这个微版本。',
  'This request was rate-limited.': '请求过于频繁，已被限制。',
  'Idempotency-Key must be 1 to 255 printable ASCII characters.':
    'Idempotency-Key 必须是 1 到 255 个可打印的 ASCII 字符。',
  'Idempotency-Key was used for another request.': 'Idempotency-Key 已用于另一个请求。',
  'A request with this Idempotency-Key is under way.': '使用此 Idempotency-Key 的请求正在处理中。',
  'Security group {name} is not associated with the instance {instanceId}': '安全组 {name} 未与实例 {instanceId} 关联',
  'Network requires port_security_enabled and subnet associated in order to apply security groups.':
    '要应用安全组，网络必须启用 port_security_enabled 并关联子网。',
  "Instance {instanceId} doesn't have fixed IP '{address}'.": '实例 {instanceId} 没有固定 IP“{address}”。',
  'floating IP not found': '找不到浮动 IP',
  'Must not input both network_id and port_id': '不能同时指定 network_id 和 port_id',
  'Must input network_id when request IP address': '请求 IP 地址时必须指定 network_id',
  'No network found for the interface.': '找不到用于该接口的网络。',
  'Attaching interfaces is not supported for instance {instanceId}. {reason}':
    '实例 {instanceId} 不支持挂接接口。{reason}',
  'Failed to attach network adapter device to {instanceId}': '无法将网络适配器设备挂接到 {instanceId}',
  'Maximum number of ports exceeded': '超过了端口数上限',
  'Unavailable console type {type}.': '控制台类型 {type} 不可用。',
  'Share {shareId} could not be found.': '找不到共享 {shareId}。',
  'Feature not supported until computes have been upgraded.': '在计算节点升级之前不支持此功能。',
  'printable characters except :, with at least one non space character':
    '除 : 之外的可打印字符，且至少包含一个非空格字符',
};
