import type { MovesMessage } from '../../messages/moves.ts';

export const moves: Readonly<Record<MovesMessage, string>> = {
  'Service is unavailable at this time.': '服务目前不可用。',
  'Server disk was unable to be resized because: {reason}': '无法调整服务器磁盘的大小：{reason}',
  'Resize to zero disk flavor is not allowed.': '不允许调整为没有磁盘的实例类型。',
  'When resizing, instances must change flavor!': '调整大小时必须更换实例的实例类型！',
  'Cannot migrate to the host where the server exists.': '无法迁移到服务器所在的主机。',
  "Can't force to a non-provided destination": '未提供目标时不能强制执行',
  "admin password can't be changed on existing disk": '无法更改现有磁盘上的管理员密码',
  "The target host can't be the same one.": '目标主机不能是同一主机。',
  'Compute service of {host} is still in use.': '{host} 的计算服务仍在使用中。',
  'Compute service of {host} is unavailable at this time.': '{host} 的计算服务目前不可用。',
  'Migration {migrationId} for server {serverId} is not a live-migration.':
    '服务器 {serverId} 的迁移 {migrationId} 不是实时迁移。',
  'Live migration {migrationId} for server {serverId} is not in progress.':
    '服务器 {serverId} 的实时迁移 {migrationId} 未在进行中。',
  'Migration {migrationId} state of instance {instanceId} is {state}. Cannot {method} while the migration is in this state.':
    '实例 {instanceId} 的迁移 {migrationId} 的状态为 {state}。在此状态下无法执行 {method}。',
  '{host} is not on local storage: Block migration can not be used with shared storage.':
    '{host} 不在本地存储上：块迁移不能用于共享存储。',
  '{host} is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks.':
    '{host} 不在共享存储上：共享存储实时迁移需要共享存储，或从卷启动且没有本地磁盘。',
  'Unable to migrate instance ({instanceId}) to current host ({host}).':
    '无法将实例 ({instanceId}) 迁移到当前主机 ({host})。',
  'Specifying an availability zone or a host when unshelving server "{instanceId}" with status "{state}" is not supported. The server status must be SHELVED_OFFLOADED.':
    '取消搁置状态为 "{state}" 的服务器 "{instanceId}" 时不支持指定可用区或主机。服务器的状态必须为 SHELVED_OFFLOADED。',
  'Host "{host}" is not in the availability zone "{zone}".': '主机 "{host}" 不在可用区 "{zone}" 中。',
};
