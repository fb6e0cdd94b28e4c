import type { RoutingMessage } from '../../messages/routing.ts';

export const routing: Readonly<Record<RoutingMessage, string>> = {
  'Port {portId} cannot be deleted directly via the port API: has device owner {owner}.':
    '无法直接删除端口 {portId}：其设备所有者为 {owner}。',
  'Current gateway ip {gateway} already in use by a router. Unable to update.':
    '当前网关 IP {gateway} 正由路由器使用，无法更新。',
  'External network {networkId} cannot be updated to be made non-external, since it has existing gateway ports.':
    '外部网络 {networkId} 上有网关端口，无法改为非外部网络。',
  'Router {routerId} could not be found': '找不到路由器 {routerId}',
  'Router {routerId} still has ports': '路由器 {routerId} 仍有端口',
  'Router {routerId} does not have an interface with id {portId}': '路由器 {routerId} 没有 ID 为 {portId} 的接口',
  'Bad router request: {reason}.': '路由器请求错误：{reason}。',
  'Subnet for router interface must have a gateway IP': '路由器接口的子网必须有网关 IP',
  'Router already has a port on subnet {subnetId}': '路由器在子网 {subnetId} 上已有端口',
  'Cidr {cidr} of subnet {subnetId} overlaps with cidr {otherCidr} of subnet {otherSubnetId}':
    '子网 {subnetId} 的 CIDR {cidr} 与子网 {otherSubnetId} 的 CIDR {otherCidr} 重叠',
  'Network {networkId} is not an external network': '网络 {networkId} 不是外部网络',
  'Router port must have at least one fixed IP': '路由器端口必须至少有一个固定 IP',
  'Cannot specify both subnet-id and port-id': '不能同时指定 subnet-id 和 port-id',
  'Either subnet_id or port_id must be specified': '必须指定 subnet_id 或 port_id',
  'Gateway cannot be updated for router {routerId}, since a gateway to external network {networkId} is required by one or more floating IPs.':
    '无法更新路由器 {routerId} 的网关，因为有浮动 IP 需要通往外部网络 {networkId} 的网关。',
  'Router interface for subnet {subnetId} on router {routerId} cannot be deleted, as it is required by one or more floating IPs.':
    '无法删除路由器 {routerId} 上子网 {subnetId} 的接口，因为有浮动 IP 需要它。',
  'Floating IP {floatingIpId} could not be found': '找不到浮动 IP {floatingIpId}',
  'Bad floatingip request: {reason}.': '浮动 IP 请求错误：{reason}。',
  'Network {networkId} is not a valid external network': '网络 {networkId} 不是有效的外部网络',
  'Port {portId} does not have fixed ip {address}': '端口 {portId} 没有固定 IP {address}',
  'Cannot add floating IP to port {portId} that has no fixed IPv4 addresses':
    '端口 {portId} 没有固定 IPv4 地址，无法添加浮动 IP',
  'Port {portId} has multiple fixed IPv4 addresses. Must provide a specific IPv4 address when assigning a floating IP':
    '端口 {portId} 有多个固定 IPv4 地址。分配浮动 IP 时必须指定 IPv4 地址',
  'Network {networkId} does not contain any IPv4 subnet': '网络 {networkId} 不包含任何 IPv4 子网',
  'fixed_ip_address cannot be specified without a port_id': '没有 port_id 时不能指定 fixed_ip_address',
  'Cannot associate floating IP {address} ({floatingIpId}) with port {portId} using fixed IP {fixedAddress}, as that fixed IP already has a floating IP on external network {networkId}.':
    '固定 IP {fixedAddress} 在外部网络 {networkId} 上已有浮动 IP，无法将浮动 IP {address} ({floatingIpId}) 与端口 {portId} 关联。',
  'External network {networkId} is not reachable from subnet {subnetId}.  Therefore, cannot associate Port {portId} with a Floating IP.':
    '从子网 {subnetId} 无法到达外部网络 {networkId}，因此无法将端口 {portId} 与浮动 IP 关联。',
  'Deployment error: {reason}.': '部署错误：{reason}。',
  'No default router:external network': '没有默认的 router:external 网络',
  'No auto-allocated topology for project {projectId} could be found.': '找不到为项目 {projectId} 自动分配的网络。',
  "'{owner}' is not for users": "'{owner}' 不供用户使用",
  'No more floating IPs in pool {pool}.': '池 {pool} 中没有更多的浮动 IP。',
  'IP allocation over quota.': 'IP 分配超出配额。',
  'IP allocation over quota in pool {pool}.': '池 {pool} 中的 IP 分配超出配额。',
  'Instance network is not ready yet': '实例网络尚未就绪',
  'No fixed IPs associated to instance': '没有与实例关联的固定 IP',
  'Unable to associate floating IP {address} to any fixed IPs for instance {instanceId}. Instance has no fixed IPv4 addresses to associate.':
    '无法将浮动 IP {address} 关联到实例 {instanceId} 的任何固定 IP。实例没有可关联的固定 IPv4 地址。',
  'Specified fixed address not assigned to instance': '指定的固定地址未分配给实例',
  'Unable to associate floating IP {address} to fixed IP {fixedAddress} for instance {instanceId}. Error: {reason}':
    '无法将浮动 IP {address} 关联到实例 {instanceId} 的固定 IP {fixedAddress}。错误：{reason}',
  'Floating IP {address} is not associated with instance {instanceId}.':
    '浮动 IP {address} 未与实例 {instanceId} 关联。',
  'Guest agent is not enabled for the instance': '未对该实例启用客户机代理',
};
