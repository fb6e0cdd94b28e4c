import type { NetworkMessage } from '../../messages/network.ts';

export const network: Readonly<Record<NetworkMessage, string>> = {
  '(rule:{rule}) is disallowed by policy': '策略不允许 (rule:{rule})',
  'More than one possible network found.': '找到多个可用网络。',
  'Network {networkId} requires a subnet.': '网络 {networkId} 需要子网。',
  'Port {portId} could not be found.': '找不到端口 {portId}。',
  'Unable to complete operation on port {portId}. It is attached to a server; detach it first.':
    '无法对端口 {portId} 完成操作。它已连接到服务器，请先断开。',
  'IP address {address} already allocated.': 'IP 地址 {address} 已分配。',
  'IP address {address} is not a valid IP for any of the subnets on network {networkId}.':
    'IP 地址 {address} 对网络 {networkId} 上的任何子网都无效。',
  'IPv6 address {address} cannot be directly assigned to a port on subnet {subnetId} as the subnet is configured for automatic addresses':
    '子网 {subnetId} 已配置为自动地址，因此无法将 IPv6 地址 {address} 直接分配给该子网上的端口',
  'No more IP addresses available on network {networkId}.': '网络 {networkId} 上没有更多可用的 IP 地址。',
  'Security group {nameOrId} does not exist': '安全组 {nameOrId} 不存在',
  'Subnet {subnetId} could not be found.': '找不到子网 {subnetId}。',
  'Security group rule {ruleId} does not exist': '安全组规则 {ruleId} 不存在',
  'Unable to complete operation on network {networkId}. There are one or more ports still in use on the network.':
    '无法对网络 {networkId} 完成操作。该网络上仍有一个或多个端口在使用。',
  'Unable to complete operation on subnet {subnetId}: One or more ports have an IP allocation from this subnet.':
    '无法对子网 {subnetId} 完成操作：一个或多个端口从该子网分配了 IP。',
  'Requested subnet with cidr: {cidr} for network: {networkId} overlaps with subnet {otherSubnetId}':
    '为网络 {networkId} 请求的子网（cidr：{cidr}）与子网 {otherSubnetId} 重叠',
  'Gateway ip {gateway} conflicts with allocation pool {pool}.': '网关 IP {gateway} 与分配池 {pool} 冲突。',
  'Found overlapping allocation pools: {pools} for subnet {cidr}.': '子网 {cidr} 存在重叠的分配池：{pools}。',
  'The allocation pool {pool} spans beyond the subnet cidr {cidr}.': '分配池 {pool} 超出子网 cidr {cidr} 的范围。',
  'Unable to complete operation for network {networkId}. The mac address {macAddress} is in use.':
    '无法对网络 {networkId} 完成操作。MAC 地址 {macAddress} 正在使用中。',
  'Security Group {groupId} in use.': '安全组 {groupId} 正在使用中。',
  'Default security group already exists.': '默认安全组已存在。',
  'Updating default security group not allowed.': '不允许更新默认安全组。',
  'Insufficient rights for removing default security group.': '没有足够的权限删除默认安全组。',
  'Security group rule already exists. Rule id is {ruleId}.': '安全组规则已存在。规则标识为 {ruleId}。',
  "Quota exceeded for resources: ['{resource}'].": "资源超出配额：['{resource}']。",
  'The service cannot do this at the moment; try again.': '服务目前无法执行此操作，请重试。',
  'Request Failed: internal server error while processing your request.':
    '请求失败：处理您的请求时发生内部服务器错误。',
  "Unrecognized attribute(s) '{path}'": '无法识别的属性“{path}”',
  "Failed to parse request. Required attribute '{path}' not specified": '无法解析请求。未指定必需的属性“{path}”',
  'Invalid input for {field}. Reason: {reason}.': '{field} 的输入无效。原因：{reason}。',
  'Invalid input for {field}. Reason: {reason}': '{field} 的输入无效。原因：{reason}',
  "Invalid input: the body must be an object with the one key '{name}'.":
    '无效输入：正文必须是只有“{name}”一个键的对象。',
  'it has characters that cannot be stored': '包含无法存储的字符',
  'a string is expected': '应为字符串',
  'it exceeds maximum length of {max}': '超过最大长度 {max}',
  'it is empty': '为空',
  'a boolean is expected': '应为布尔值',
  'an integer is expected': '应为整数',
  'it must be between {min} and {max}': '必须介于 {min} 和 {max} 之间',
  'a list is expected': '应为列表',
  'an object is expected': '应为对象',
  'at most {max} items are taken': '最多接受 {max} 项',
  'at most {max} are taken': '最多接受 {max} 个',
  'a list of at most {max} texts of 1 to {length} characters without a comma is expected':
    '应为最多 {max} 个文本的列表，每个文本 1 到 {length} 个字符且不含逗号',
  'it is too long': '过长',
  'it must be 0 or between 68 and 65535': '必须为 0 或介于 68 和 65535 之间',
  'it must be 4 or 6': '必须为 4 或 6',
  'this host has no routers, so no network is external': '此主机没有路由器，因此没有外部网络',
  'this host has no subnet pools': '此主机没有子网池',
  'this host has no address groups': '此主机没有地址组',
  'at least one range is needed': '至少需要一个范围',
  'each needs a subnet_id or an ip_address': '每项都需要 subnet_id 或 ip_address',
  'subnet {subnetId} is not on network {networkId}': '子网 {subnetId} 不在网络 {networkId} 上',
  "'{pool}' is not a range of IP addresses": '“{pool}”不是 IP 地址范围',
  "'{pool}' starts beyond the first {max} addresses of the subnet": '“{pool}”的起点超出子网的前 {max} 个地址',
  "'{address}' is not a valid MAC address": '“{address}”不是有效的 MAC 地址',
  "'{address}' is not a valid IPv{version} address.": '“{address}”不是有效的 IPv{version} 地址。',
  "'{address}' is not an address of a station in {range}.": '“{address}”不是 {range} 中主机的地址。',
  "'{server}' is not a valid nameserver": '“{server}”不是有效的名称服务器',
  "'{cidr}' is not a valid IP subnet": '“{cidr}”不是有效的 IP 子网',
  "'{cidr}' is not a valid IP subnet.": '“{cidr}”不是有效的 IP 子网。',
  "'{nexthop}' is not a valid next hop for {destination}": '“{nexthop}”不是 {destination} 的有效下一跳',
  "'{cidr}' isn't a recognized IP subnet cidr, '{range}' is recommended.":
    '“{cidr}”不是可识别的 IP 子网 cidr，建议使用“{range}”。',
  "'{cidr}' does not match ip_version '{version}'.": '“{cidr}”与 ip_version“{version}”不匹配。',
  'a prefix length of 0 is not permitted.': '不允许前缀长度为 0。',
  'ipv6_ra_mode and ipv6_address_mode are for subnets of IPv6 only.':
    'ipv6_ra_mode 和 ipv6_address_mode 仅用于 IPv6 子网。',
  'ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False.':
    '当 enable_dhcp 为 False 时，不能设置 ipv6_ra_mode 或 ipv6_address_mode。',
  "ipv6_ra_mode set to '{announced}' with ipv6_address_mode set to '{address}' is not valid.":
    'ipv6_ra_mode 设为“{announced}”且 ipv6_address_mode 设为“{address}”无效。',
  'A subnet with automatic addresses must have a prefix length of 64.': '使用自动地址的子网，其前缀长度必须为 64。',
  'Failed to create port on network {networkId}, because fixed_ips included invalid subnet {subnetId}.':
    '无法在网络 {networkId} 上创建端口，因为 fixed_ips 包含无效的子网 {subnetId}。',
  "Multiple security groups match '{nameOrId}'; use an ID.": '有多个安全组与“{nameOrId}”匹配，请使用标识。',
  'Conflicting value ethertype {ethertype} for CIDR {cidr}': 'ethertype 的值 {ethertype} 与 CIDR {cidr} 冲突',
  'Extension with alias {alias} does not exist': '别名为 {alias} 的扩展不存在',
  "['{name}'] is invalid attribute for filtering": "['{name}'] 不是可用于过滤的属性",
  "Bad input: 'limit' must be an integer of at least 0, not '{value}'.":
    '输入错误：“limit”必须是大于或等于 0 的整数，而不是“{value}”。',
  'The number of sort_keys and sort_dirs must be same': 'sort_keys 和 sort_dirs 的数量必须相同',
  "['{key}'] is invalid attribute for sort_keys": "['{key}'] 不是 sort_keys 的有效属性",
  "['asc', 'desc'] are the values of sort_dir, not '{direction}'":
    "sort_dir 的值为 ['asc', 'desc']，而不是“{direction}”",
  "The marker '{marker}' names nothing in {plural}.": '标记“{marker}”在 {plural} 中没有对应项。',
  'A project_id is needed: the token is for no project.': '需要 project_id：令牌不属于任何项目。',
  'Security group rule protocol {protocol} not supported. Only protocol values {protocols} and integer representations [0 to 255] are supported.':
    '不支持安全组规则协议 {protocol}。仅支持协议值 {protocols} 和整数表示 [0 到 255]。',
  'Invalid ethertype IPv4 for protocol {protocol}.': '对于协议 {protocol}，ethertype IPv4 无效。',
  'Must also specify protocol if port range is given.': '如果给出端口范围，则还必须指定协议。',
  'ICMP code (port-range-max) is provided but ICMP type (port-range-min) is missing.':
    '提供了 ICMP 代码 (port-range-max)，但缺少 ICMP 类型 (port-range-min)。',
  'Invalid value for ICMP type or code: it must be 0 to 255.': 'ICMP 类型或代码的值无效：必须为 0 到 255。',
  'Port range cannot be specified for protocol {protocol}.': '不能为协议 {protocol} 指定端口范围。',
  'For TCP/UDP protocols, port_range_min must be <= port_range_max, and both at least 1.':
    '对于 TCP/UDP 协议，port_range_min 必须 <= port_range_max，且两者至少为 1。',
  'Only remote_ip_prefix or remote_group_id may be provided.': '只能提供 remote_ip_prefix 或 remote_group_id 之一。',
  'A body has at most {max} bytes.': '正文最多 {max} 字节。',
  'Malformed request body: it is not JSON.': '请求正文格式错误：不是 JSON。',
  'Tag {tag} could not be found.': '找不到标签 {tag}。',
  'A {singular} cannot be made: {reason}.': '无法创建 {singular}：{reason}。',
  'The {singular} {id} could not be found.': '找不到 {singular} {id}。',
  'this host does not route between networks': '此主机不在网络之间进行路由',
  'name the range of a subnet itself': '请直接指定子网的范围',
  'there are no subnet pools': '没有子网池',
  'the network service is part of the controller': '网络服务是控制器的一部分',
  'this host has no trunk ports': '此主机没有 Trunk 端口',
  'share a network with all projects instead': '请改为与所有项目共享网络',
};
