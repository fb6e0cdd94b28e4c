import type { MovesMessage } from '../../messages/moves.ts';

export const moves: Readonly<Record<MovesMessage, string>> = {
  'Service is unavailable at this time.': 'Der Dienst ist zurzeit nicht verfügbar.',
  'Server disk was unable to be resized because: {reason}':
    'Die Größe der Festplatte des Servers konnte nicht geändert werden: {reason}',
  'Resize to zero disk flavor is not allowed.':
    'Eine Größenänderung auf eine Variante ohne Festplatte ist nicht erlaubt.',
  'When resizing, instances must change flavor!': 'Bei einer Größenänderung muss sich die Variante der Instanz ändern!',
  'Cannot migrate to the host where the server exists.':
    'Eine Migration auf den Host, auf dem der Server schon ist, ist nicht möglich.',
  "Can't force to a non-provided destination": 'Ohne Angabe eines Ziels kann nichts erzwungen werden',
  "admin password can't be changed on existing disk":
    'Auf einer vorhandenen Festplatte kann das Administratorpasswort nicht geändert werden',
  "The target host can't be the same one.": 'Der Ziel-Host kann nicht derselbe sein.',
  'Compute service of {host} is still in use.': 'Der Compute-Dienst von {host} ist noch in Betrieb.',
  'Compute service of {host} is unavailable at this time.':
    'Der Compute-Dienst von {host} ist zurzeit nicht verfügbar.',
  'Migration {migrationId} for server {serverId} is not a live-migration.':
    'Die Migration {migrationId} des Servers {serverId} ist keine Live-Migration.',
  'Live migration {migrationId} for server {serverId} is not in progress.':
    'Die Live-Migration {migrationId} des Servers {serverId} ist nicht im Gange.',
  'Migration {migrationId} state of instance {instanceId} is {state}. Cannot {method} while the migration is in this state.':
    'Die Migration {migrationId} der Instanz {instanceId} ist im Zustand {state}. In diesem Zustand ist {method} nicht möglich.',
  '{host} is not on local storage: Block migration can not be used with shared storage.':
    '{host} hat keinen lokalen Speicher dafür: Mit gemeinsamem Speicher ist eine Block-Migration nicht möglich.',
  '{host} is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks.':
    '{host} hat keinen gemeinsamen Speicher: Eine Live-Migration mit gemeinsamem Speicher braucht diesen, oder ein Booten vom Datenträger ohne lokale Platten.',
  'Unable to migrate instance ({instanceId}) to current host ({host}).':
    'Die Instanz ({instanceId}) kann nicht auf den Host migriert werden, auf dem sie schon ist ({host}).',
  'Specifying an availability zone or a host when unshelving server "{instanceId}" with status "{state}" is not supported. The server status must be SHELVED_OFFLOADED.':
    'Eine Verfügbarkeitszone oder ein Host kann beim Zurückholen des Servers "{instanceId}" im Zustand "{state}" nicht angegeben werden. Der Zustand muss SHELVED_OFFLOADED sein.',
  'Host "{host}" is not in the availability zone "{zone}".':
    'Der Host "{host}" ist nicht in der Verfügbarkeitszone "{zone}".',
};
