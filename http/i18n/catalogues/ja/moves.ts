import type { MovesMessage } from '../../messages/moves.ts';

export const moves: Readonly<Record<MovesMessage, string>> = {
  'Service is unavailable at this time.': 'サービスは現在利用できません。',
  'Server disk was unable to be resized because: {reason}':
    'サーバーのディスクのサイズを変更できませんでした: {reason}',
  'Resize to zero disk flavor is not allowed.': 'ディスクのないフレーバーへのサイズ変更は許可されていません。',
  'When resizing, instances must change flavor!': 'サイズ変更ではインスタンスのフレーバーを変える必要があります。',
  'Cannot migrate to the host where the server exists.': 'サーバーが存在するホストには移行できません。',
  "Can't force to a non-provided destination": '指定されていない移動先には強制できません',
  "admin password can't be changed on existing disk": '既存のディスクでは管理者パスワードを変更できません',
  "The target host can't be the same one.": '移動先のホストを同じホストにすることはできません。',
  'Compute service of {host} is still in use.': '{host} のコンピュートサービスはまだ使用中です。',
  'Compute service of {host} is unavailable at this time.': '{host} のコンピュートサービスは現在利用できません。',
  'Migration {migrationId} for server {serverId} is not a live-migration.':
    'サーバー {serverId} の移行 {migrationId} はライブマイグレーションではありません。',
  'Live migration {migrationId} for server {serverId} is not in progress.':
    'サーバー {serverId} のライブマイグレーション {migrationId} は進行中ではありません。',
  'Migration {migrationId} state of instance {instanceId} is {state}. Cannot {method} while the migration is in this state.':
    'インスタンス {instanceId} の移行 {migrationId} の状態は {state} です。この状態では {method} を実行できません。',
  '{host} is not on local storage: Block migration can not be used with shared storage.':
    '{host} はローカルストレージ上にありません: 共有ストレージではブロックマイグレーションを使用できません。',
  '{host} is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks.':
    '{host} は共有ストレージ上にありません: 共有ストレージのライブマイグレーションには、共有ストレージか、ローカルディスクのないボリュームからのブートが必要です。',
  'Unable to migrate instance ({instanceId}) to current host ({host}).':
    'インスタンス ({instanceId}) を現在のホスト ({host}) に移行できません。',
  'Specifying an availability zone or a host when unshelving server "{instanceId}" with status "{state}" is not supported. The server status must be SHELVED_OFFLOADED.':
    '状態が "{state}" のサーバー "{instanceId}" の復元時にアベイラビリティーゾーンまたはホストを指定することはできません。サーバーの状態は SHELVED_OFFLOADED でなければなりません。',
  'Host "{host}" is not in the availability zone "{zone}".':
    'ホスト "{host}" はアベイラビリティーゾーン "{zone}" にありません。',
};
