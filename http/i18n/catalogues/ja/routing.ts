import type { RoutingMessage } from '../../messages/routing.ts';

export const routing: Readonly<Record<RoutingMessage, string>> = {
  'Port {portId} cannot be deleted directly via the port API: has device owner {owner}.':
    'ポート {portId} は {owner} に属しているため、直接削除できません。',
  'Current gateway ip {gateway} already in use by a router. Unable to update.':
    '現在のゲートウェイ IP {gateway} はルーターが使用しているため、更新できません。',
  'External network {networkId} cannot be updated to be made non-external, since it has existing gateway ports.':
    '外部ネットワーク {networkId} にはゲートウェイポートがあるため、外部でないものに変更できません。',
  'Router {routerId} could not be found': 'ルーター {routerId} が見つかりません',
  'Router {routerId} still has ports': 'ルーター {routerId} にはまだポートがあります',
  'Router {routerId} does not have an interface with id {portId}':
    'ルーター {routerId} には ID が {portId} のインターフェースがありません',
  'Bad router request: {reason}.': 'ルーターに対する要求が正しくありません: {reason}。',
  'Subnet for router interface must have a gateway IP':
    'ルーターインターフェースのサブネットにはゲートウェイ IP が必要です',
  'Router already has a port on subnet {subnetId}': 'ルーターはすでにサブネット {subnetId} にポートを持っています',
  'Cidr {cidr} of subnet {subnetId} overlaps with cidr {otherCidr} of subnet {otherSubnetId}':
    'サブネット {subnetId} の CIDR {cidr} は、サブネット {otherSubnetId} の CIDR {otherCidr} と重なっています',
  'Network {networkId} is not an external network': 'ネットワーク {networkId} は外部ネットワークではありません',
  'Router port must have at least one fixed IP': 'ルーターポートには少なくとも 1 つの固定 IP が必要です',
  'Cannot specify both subnet-id and port-id': 'subnet-id と port-id の両方を指定することはできません',
  'Either subnet_id or port_id must be specified': 'subnet_id または port_id を指定する必要があります',
  'Gateway cannot be updated for router {routerId}, since a gateway to external network {networkId} is required by one or more floating IPs.':
    '1 つ以上の Floating IP が外部ネットワーク {networkId} へのゲートウェイを必要としているため、ルーター {routerId} のゲートウェイを更新できません。',
  'Router interface for subnet {subnetId} on router {routerId} cannot be deleted, as it is required by one or more floating IPs.':
    '1 つ以上の Floating IP が必要としているため、ルーター {routerId} のサブネット {subnetId} へのインターフェースを削除できません。',
  'Floating IP {floatingIpId} could not be found': 'Floating IP {floatingIpId} が見つかりません',
  'Bad floatingip request: {reason}.': 'Floating IP に対する要求が正しくありません: {reason}。',
  'Network {networkId} is not a valid external network':
    'ネットワーク {networkId} は有効な外部ネットワークではありません',
  'Port {portId} does not have fixed ip {address}': 'ポート {portId} には固定 IP {address} がありません',
  'Cannot add floating IP to port {portId} that has no fixed IPv4 addresses':
    '固定 IPv4 アドレスのないポート {portId} には Floating IP を追加できません',
  'Port {portId} has multiple fixed IPv4 addresses. Must provide a specific IPv4 address when assigning a floating IP':
    'ポート {portId} には複数の固定 IPv4 アドレスがあります。Floating IP を割り当てるときは IPv4 アドレスを指定してください',
  'Network {networkId} does not contain any IPv4 subnet': 'ネットワーク {networkId} には IPv4 サブネットがありません',
  'fixed_ip_address cannot be specified without a port_id':
    'port_id なしで fixed_ip_address を指定することはできません',
  'Cannot associate floating IP {address} ({floatingIpId}) with port {portId} using fixed IP {fixedAddress}, as that fixed IP already has a floating IP on external network {networkId}.':
    '固定 IP {fixedAddress} にはすでに外部ネットワーク {networkId} の Floating IP があるため、Floating IP {address} ({floatingIpId}) をポート {portId} に関連付けることはできません。',
  'External network {networkId} is not reachable from subnet {subnetId}.  Therefore, cannot associate Port {portId} with a Floating IP.':
    'サブネット {subnetId} から外部ネットワーク {networkId} に到達できません。そのため、ポート {portId} を Floating IP に関連付けることはできません。',
  'Deployment error: {reason}.': 'デプロイメントのエラー: {reason}。',
  'No default router:external network': 'デフォルトの router:external ネットワークがありません',
  'No auto-allocated topology for project {projectId} could be found.':
    'プロジェクト {projectId} に自動的に割り当てられたネットワークが見つかりません。',
  "'{owner}' is not for users": "'{owner}' は利用者用ではありません",
  'No more floating IPs in pool {pool}.': 'プール {pool} に Floating IP がもうありません。',
  'IP allocation over quota.': 'IP の割り当てがクォータを超えています。',
  'IP allocation over quota in pool {pool}.': 'プール {pool} の IP の割り当てがクォータを超えています。',
  'Instance network is not ready yet': 'インスタンスのネットワークはまだ準備ができていません',
  'No fixed IPs associated to instance': 'インスタンスに関連付けられた固定 IP がありません',
  'Unable to associate floating IP {address} to any fixed IPs for instance {instanceId}. Instance has no fixed IPv4 addresses to associate.':
    'Floating IP {address} をインスタンス {instanceId} のどの固定 IP にも関連付けられません。インスタンスには関連付ける固定 IPv4 アドレスがありません。',
  'Specified fixed address not assigned to instance': '指定された固定アドレスはインスタンスに割り当てられていません',
  'Unable to associate floating IP {address} to fixed IP {fixedAddress} for instance {instanceId}. Error: {reason}':
    'Floating IP {address} をインスタンス {instanceId} の固定 IP {fixedAddress} に関連付けられません。エラー: {reason}',
  'Floating IP {address} is not associated with instance {instanceId}.':
    'Floating IP {address} はインスタンス {instanceId} に関連付けられていません。',
  'Guest agent is not enabled for the instance': 'インスタンスではゲストエージェントが有効になっていません',
};
