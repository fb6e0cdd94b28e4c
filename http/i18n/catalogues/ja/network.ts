import type { NetworkMessage } from '../../messages/network.ts';

export const network: Readonly<Record<NetworkMessage, string>> = {
  '(rule:{rule}) is disallowed by policy': '(rule:{rule}) はポリシーで許可されていません',
  'More than one possible network found.': '候補となるネットワークが複数見つかりました。',
  'Network {networkId} requires a subnet.': 'ネットワーク {networkId} にはサブネットが必要です。',
  'Port {portId} could not be found.': 'ポート {portId} が見つかりませんでした。',
  'Unable to complete operation on port {portId}. It is attached to a server; detach it first.':
    'ポート {portId} の操作を完了できません。サーバーに接続されています。先に切断してください。',
  'IP address {address} already allocated.': 'IP アドレス {address} は既に割り当てられています。',
  'IP address {address} is not a valid IP for any of the subnets on network {networkId}.':
    'IP アドレス {address} は、ネットワーク {networkId} のどのサブネットでも有効な IP ではありません。',
  'IPv6 address {address} cannot be directly assigned to a port on subnet {subnetId} as the subnet is configured for automatic addresses':
    'サブネット {subnetId} は自動アドレスに設定されているため、IPv6 アドレス {address} をそのサブネット上のポートに直接割り当てることはできません',
  'No more IP addresses available on network {networkId}.':
    'ネットワーク {networkId} で使用可能な IP アドレスがありません。',
  'Security group {nameOrId} does not exist': 'セキュリティーグループ {nameOrId} は存在しません',
  'Subnet {subnetId} could not be found.': 'サブネット {subnetId} が見つかりませんでした。',
  'Security group rule {ruleId} does not exist': 'セキュリティーグループルール {ruleId} は存在しません',
  'Unable to complete operation on network {networkId}. There are one or more ports still in use on the network.':
    'ネットワーク {networkId} の操作を完了できません。ネットワーク上に使用中のポートがあります。',
  'Unable to complete operation on subnet {subnetId}: One or more ports have an IP allocation from this subnet.':
    'サブネット {subnetId} の操作を完了できません: 1 つ以上のポートにこのサブネットの IP が割り当てられています。',
  'Requested subnet with cidr: {cidr} for network: {networkId} overlaps with subnet {otherSubnetId}':
    '要求されたサブネット (cidr: {cidr}、ネットワーク: {networkId}) はサブネット {otherSubnetId} と重複しています',
  'Gateway ip {gateway} conflicts with allocation pool {pool}.':
    'ゲートウェイ IP {gateway} は割り当てプール {pool} と競合しています。',
  'Found overlapping allocation pools: {pools} for subnet {cidr}.':
    'サブネット {cidr} の割り当てプールが重複しています: {pools}。',
  'The allocation pool {pool} spans beyond the subnet cidr {cidr}.':
    '割り当てプール {pool} がサブネットの cidr {cidr} の範囲を超えています。',
  'Unable to complete operation for network {networkId}. The mac address {macAddress} is in use.':
    'ネットワーク {networkId} の操作を完了できません。MAC アドレス {macAddress} は使用中です。',
  'Security Group {groupId} in use.': 'セキュリティーグループ {groupId} は使用中です。',
  'Default security group already exists.': 'デフォルトのセキュリティーグループは既に存在します。',
  'Updating default security group not allowed.': 'デフォルトのセキュリティーグループは更新できません。',
  'Insufficient rights for removing default security group.':
    'デフォルトのセキュリティーグループを削除する権限がありません。',
  'Security group rule already exists. Rule id is {ruleId}.':
    'セキュリティーグループルールは既に存在します。ルール ID は {ruleId} です。',
  "Quota exceeded for resources: ['{resource}'].": "リソースのクォータを超過しました: ['{resource}']。",
  'The service cannot do this at the moment; try again.':
    '現在サービスはこの処理を実行できません。再試行してください。',
  'Request Failed: internal server error while processing your request.':
    'リクエストが失敗しました: 処理中に内部サーバーエラーが発生しました。',
  "Unrecognized attribute(s) '{path}'": "認識できない属性 '{path}' です",
  "Failed to parse request. Required attribute '{path}' not specified":
    "リクエストを解析できませんでした。必須の属性 '{path}' が指定されていません",
  'Invalid input for {field}. Reason: {reason}.': '{field} の入力が無効です。理由: {reason}。',
  'Invalid input for {field}. Reason: {reason}': '{field} の入力が無効です。理由: {reason}',
  "Invalid input: the body must be an object with the one key '{name}'.":
    "無効な入力です: 本文はキー '{name}' だけを持つオブジェクトでなければなりません。",
  'it has characters that cannot be stored': '保存できない文字が含まれています',
  'a string is expected': '文字列が必要です',
  'it exceeds maximum length of {max}': '最大長 {max} を超えています',
  'it is empty': '空です',
  'a boolean is expected': '真偽値が必要です',
  'an integer is expected': '整数が必要です',
  'it must be between {min} and {max}': '{min} から {max} の間でなければなりません',
  'a list is expected': 'リストが必要です',
  'an object is expected': 'オブジェクトが必要です',
  'at most {max} items are taken': '受け付けられる項目は {max} 個までです',
  'at most {max} are taken': '受け付けられるのは {max} 個までです',
  'a list of at most {max} texts of 1 to {length} characters without a comma is expected':
    'コンマを含まない 1 から {length} 文字の文字列が {max} 個までのリストが必要です',
  'it is too long': '長すぎます',
  'it must be 0 or between 68 and 65535': '0、または 68 から 65535 の間でなければなりません',
  'it must be 4 or 6': '4 または 6 でなければなりません',
  'this host has no routers, so no network is external':
    'このホストにはルーターがないため、外部ネットワークはありません',
  'this host has no subnet pools': 'このホストにはサブネットプールがありません',
  'this host has no address groups': 'このホストにはアドレスグループがありません',
  'at least one range is needed': '1 つ以上の範囲が必要です',
  'each needs a subnet_id or an ip_address': 'それぞれに subnet_id または ip_address が必要です',
  'subnet {subnetId} is not on network {networkId}': 'サブネット {subnetId} はネットワーク {networkId} にありません',
  "'{pool}' is not a range of IP addresses": "'{pool}' は IP アドレスの範囲ではありません",
  "'{pool}' starts beyond the first {max} addresses of the subnet":
    "'{pool}' はサブネットの最初の {max} 個のアドレスより後から始まっています",
  "'{address}' is not a valid MAC address": "'{address}' は有効な MAC アドレスではありません",
  "'{address}' is not a valid IPv{version} address.": "'{address}' は有効な IPv{version} アドレスではありません。",
  "'{address}' is not an address of a station in {range}.":
    "'{address}' は {range} 内のホストのアドレスではありません。",
  "'{server}' is not a valid nameserver": "'{server}' は有効なネームサーバーではありません",
  "'{cidr}' is not a valid IP subnet": "'{cidr}' は有効な IP サブネットではありません",
  "'{cidr}' is not a valid IP subnet.": "'{cidr}' は有効な IP サブネットではありません。",
  "'{nexthop}' is not a valid next hop for {destination}":
    "'{nexthop}' は {destination} の有効なネクストホップではありません",
  "'{cidr}' isn't a recognized IP subnet cidr, '{range}' is recommended.":
    "'{cidr}' は認識できる IP サブネットの cidr ではありません。'{range}' を推奨します。",
  "'{cidr}' does not match ip_version '{version}'.": "'{cidr}' は ip_version '{version}' と一致しません。",
  'a prefix length of 0 is not permitted.': 'プレフィックス長 0 は許可されていません。',
  'ipv6_ra_mode and ipv6_address_mode are for subnets of IPv6 only.':
    'ipv6_ra_mode と ipv6_address_mode は IPv6 サブネット専用です。',
  'ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False.':
    'enable_dhcp が False の場合、ipv6_ra_mode と ipv6_address_mode は設定できません。',
  "ipv6_ra_mode set to '{announced}' with ipv6_address_mode set to '{address}' is not valid.":
    "ipv6_ra_mode が '{announced}' で ipv6_address_mode が '{address}' の組み合わせは無効です。",
  'A subnet with automatic addresses must have a prefix length of 64.':
    '自動アドレスを使用するサブネットのプレフィックス長は 64 でなければなりません。',
  'Failed to create port on network {networkId}, because fixed_ips included invalid subnet {subnetId}.':
    'fixed_ips に無効なサブネット {subnetId} が含まれているため、ネットワーク {networkId} にポートを作成できませんでした。',
  "Multiple security groups match '{nameOrId}'; use an ID.":
    "'{nameOrId}' に一致するセキュリティーグループが複数あります。ID を使用してください。",
  'Conflicting value ethertype {ethertype} for CIDR {cidr}':
    'ethertype の値 {ethertype} は CIDR {cidr} と矛盾しています',
  'Extension with alias {alias} does not exist': 'エイリアスが {alias} の拡張は存在しません',
  "['{name}'] is invalid attribute for filtering": "['{name}'] はフィルターに使用できない属性です",
  "Bad input: 'limit' must be an integer of at least 0, not '{value}'.":
    "入力が正しくありません: 'limit' は 0 以上の整数でなければなりません。指定された値: '{value}'。",
  'The number of sort_keys and sort_dirs must be same': 'sort_keys と sort_dirs の数は同じでなければなりません',
  "['{key}'] is invalid attribute for sort_keys": "['{key}'] は sort_keys に使用できない属性です",
  "['asc', 'desc'] are the values of sort_dir, not '{direction}'":
    "sort_dir の値は ['asc', 'desc'] です。'{direction}' は使用できません",
  "The marker '{marker}' names nothing in {plural}.": "マーカー '{marker}' に該当するものが {plural} にありません。",
  'A project_id is needed: the token is for no project.':
    'project_id が必要です: トークンはどのプロジェクトのものでもありません。',
  'Security group rule protocol {protocol} not supported. Only protocol values {protocols} and integer representations [0 to 255] are supported.':
    'セキュリティーグループルールのプロトコル {protocol} はサポートされていません。サポートされるのは {protocols} と整数表現 [0 から 255] だけです。',
  'Invalid ethertype IPv4 for protocol {protocol}.': 'プロトコル {protocol} に対して ethertype IPv4 は無効です。',
  'Must also specify protocol if port range is given.':
    'ポート範囲を指定する場合はプロトコルも指定する必要があります。',
  'ICMP code (port-range-max) is provided but ICMP type (port-range-min) is missing.':
    'ICMP コード (port-range-max) が指定されていますが、ICMP タイプ (port-range-min) がありません。',
  'Invalid value for ICMP type or code: it must be 0 to 255.':
    'ICMP タイプまたはコードの値が無効です: 0 から 255 でなければなりません。',
  'Port range cannot be specified for protocol {protocol}.': 'プロトコル {protocol} にはポート範囲を指定できません。',
  'For TCP/UDP protocols, port_range_min must be <= port_range_max, and both at least 1.':
    'TCP/UDP プロトコルでは port_range_min は port_range_max 以下で、両方とも 1 以上でなければなりません。',
  'Only remote_ip_prefix or remote_group_id may be provided.':
    '指定できるのは remote_ip_prefix または remote_group_id のどちらか一方だけです。',
  'A body has at most {max} bytes.': '本文は {max} バイトまでです。',
  'Malformed request body: it is not JSON.': 'リクエスト本文の形式が正しくありません: JSON ではありません。',
  'Tag {tag} could not be found.': 'タグ {tag} が見つかりませんでした。',
  'A {singular} cannot be made: {reason}.': '{singular} は作成できません: {reason}。',
  'The {singular} {id} could not be found.': '{singular} {id} が見つかりませんでした。',
  'this host does not route between networks': 'このホストはネットワーク間のルーティングを行いません',
  'name the range of a subnet itself': 'サブネットの範囲を直接指定してください',
  'there are no subnet pools': 'サブネットプールはありません',
  'the network service is part of the controller': 'ネットワークサービスはコントローラーの一部です',
  'this host has no trunk ports': 'このホストにはトランクポートがありません',
  'share a network with all projects instead': '代わりにネットワークをすべてのプロジェクトと共有してください',
};
