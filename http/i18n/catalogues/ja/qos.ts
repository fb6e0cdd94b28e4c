import type { QosMessage } from '../../messages/qos.ts';

export const qos: Readonly<Record<QosMessage, string>> = {
  'QoS policy {policyId} could not be found.': 'QoS ポリシー {policyId} が見つかりません。',
  'QoS rule {ruleId} for policy {policyId} could not be found.':
    'ポリシー {policyId} の QoS ルール {ruleId} が見つかりません。',
  'QoS Policy {policyId} is used by {userType} {userId}.':
    'QoS ポリシー {policyId} は {userType} {userId} が使用しています。',
  'A default QoS policy exists for project {projectId}.':
    'プロジェクト {projectId} にはすでにデフォルトの QoS ポリシーがあります。',
  'Rule {ruleType} conflicts with rule {ruleId} which already exists in QoS Policy {policyId}.':
    'ルール {ruleType} は、QoS ポリシー {policyId} にすでにあるルール {ruleId} と競合します。',
  'Unable to add the rule with value {value} to the policy {policyId} as the existing rule of type {ruleType} has value {otherValue}.':
    '値 {value} のルールはポリシー {policyId} に追加できません。タイプ {ruleType} の既存のルールの値が {otherValue} であるためです。',
  'What port {portId} is guaranteed cannot change while it is attached to a server; detach it first.':
    'ポート {portId} の保証内容は、サーバーに接続されている間は変更できません。先に切り離してください。',
  'nothing on the hosts limits or marks the packets of a port':
    'ホスト上にポートのパケットを制限またはマークするものがないため',
  'Creating servers with ports having resource requests, like a port with a QoS minimum bandwidth policy, is not supported until microversion 2.72.':
    'QoS の最小帯域幅ポリシーを持つポートなど、リソースを要求するポートを使うサーバーの作成は、マイクロバージョン 2.72 以降でのみサポートされます。',
  'Using networks with QoS policy is not supported for instance {instanceId}. (Network ID is {networkId})':
    'インスタンス {instanceId} では QoS ポリシーを持つネットワークを使用できません。(ネットワーク ID は {networkId} です)',
  'Failed to allocate additional resources to {instanceId} during interface attach':
    'インターフェースの接続中に {instanceId} に追加リソースを割り当てられませんでした',
  'What port {portId} asks for has changed in the meantime.': 'ポート {portId} が要求する内容がその間に変わりました。',
  'The QoS policy of network {networkId} guarantees resources: make a port on it, and make the server with that port.':
    'ネットワーク {networkId} の QoS ポリシーはリソースを保証します。先にそのネットワークにポートを作成し、そのポートを使ってサーバーを作成してください。',
  'Failed to remove provided policy {policyId} because you are not authorized.':
    '権限がないため、指定されたポリシー {policyId} を削除できません。',
};
