import type { InterfacesMessage } from '../../messages/interfaces.ts';

export const interfaces: Readonly<Record<InterfacesMessage, string>> = {
  'Failed to claim PCI device for {instanceId} during interface attach':
    'インターフェースの接続時に、インスタンス {instanceId} の PCI デバイスを確保できませんでした',
  'There is no such microversion.': 'そのマイクロバージョンは存在しません。',
  'This request was rate-limited.': 'リクエストの回数が制限を超えました。',
  'Idempotency-Key must be 1 to 255 printable ASCII characters.':
    'Idempotency-Key は 1 から 255 文字の表示可能な ASCII 文字でなければなりません。',
  'Idempotency-Key was used for another request.': 'Idempotency-Key は別のリクエストで使用されています。',
  'A request with this Idempotency-Key is under way.': 'この Idempotency-Key のリクエストは処理中です。',
  'Security group {name} is not associated with the instance {instanceId}':
    'セキュリティーグループ {name} はインスタンス {instanceId} に関連付けられていません',
  'Network requires port_security_enabled and subnet associated in order to apply security groups.':
    'セキュリティーグループを適用するには、ネットワークに port_security_enabled とサブネットが必要です。',
  "Instance {instanceId} doesn't have fixed IP '{address}'.":
    "インスタンス {instanceId} に固定 IP '{address}' はありません。",
  'floating IP not found': 'Floating IP が見つかりません',
  'Must not input both network_id and port_id': 'network_id と port_id の両方を指定することはできません',
  'Must input network_id when request IP address': 'IP アドレスを要求する場合は network_id を指定する必要があります',
  'No network found for the interface.': 'インターフェースに使うネットワークが見つかりません。',
  'Attaching interfaces is not supported for instance {instanceId}. {reason}':
    'インスタンス {instanceId} へのインターフェースの接続はサポートされていません。{reason}',
  'Failed to attach network adapter device to {instanceId}':
    'インスタンス {instanceId} にネットワークアダプターを接続できませんでした',
  'Maximum number of ports exceeded': 'ポート数の上限を超えました',
  'Unavailable console type {type}.': 'コンソールタイプ {type} は利用できません。',
  'Share {shareId} could not be found.': '共有 {shareId} が見つかりませんでした。',
  'Feature not supported until computes have been upgraded.':
    'この機能は、コンピュートノードがアップグレードされるまでサポートされません。',
  'printable characters except :, with at least one non space character':
    ': を除く表示可能な文字で、空白以外の文字を 1 つ以上含むこと',
};
