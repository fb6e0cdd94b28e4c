import type { ProxiesMessage } from '../../messages/proxies.ts';

export const proxies: Readonly<Record<ProxiesMessage, string>> = {
  'Security group {groupId} not found.': 'セキュリティーグループ {groupId} が見つかりません。',
  'Security group id should be uuid': 'セキュリティーグループ ID は uuid でなければなりません',
  'It is not possible to {change} the default security group.':
    'デフォルトのセキュリティーグループに対して {change} は実行できません。',
  'Security group with rule {ruleId} not found.': 'ルール {ruleId} を持つセキュリティーグループが見つかりません。',
  '{cidr} is not a valid IP network.': '{cidr} は有効な IP ネットワークではありません。',
  'Not enough parameters to build a valid rule.': '有効なルールを作成するためのパラメーターが不足しています。',
  'Invalid IP protocol {protocol}.': '無効な IP プロトコル {protocol} です。',
  'Invalid port range {from}:{to}. {reason}': '無効なポート範囲 {from}:{to} です。{reason}',
  'For ICMP, the type:code must be valid': 'ICMP では type:code が有効でなければなりません',
  'Former value cannot be greater than the later': '最初の値を後の値より大きくすることはできません',
  'Valid {protocol} ports should be between 1-65535': '有効な {protocol} ポートは 1-65535 の範囲です',
  'Type and Code must be integers for ICMP protocol type':
    'ICMP プロトコルでは Type と Code は整数でなければなりません',
  'To and From ports must be integers': '開始ポートと終了ポートは整数でなければなりません',
  'Image not found.': 'イメージが見つかりません。',
  'Invalid filter {name}.': '無効なフィルター {name} です。',
  'Marker image could not be found.': 'マーカーのイメージが見つかりませんでした。',
  'Image metadata limit exceeded': 'イメージのメタデータの上限を超えています',
  'Invalid metadata key': 'メタデータのキーが無効です',
  'Command Not supported. Please use Ironic command {command} to perform this action.':
    'このコマンドはサポートされていません。この操作には Ironic コマンド {command} を使用してください。',
  'Floating IP not found for ID {id}': 'ID {id} の Floating IP が見つかりません',
  'Invalid ID received {id}.': '無効な ID {id} を受信しました。',
  'Network not found': 'ネットワークが見つかりません',
  'No more floating IPs available.': '使用可能な Floating IP がありません。',
  'Floating IP pool not found.': 'Floating IP プールが見つかりません。',
  'Not authorized for image {imageId}.': 'イメージ {imageId} に対する権限がありません。',
  'You are not allowed to delete the image.': 'このイメージを削除する権限がありません。',
};
