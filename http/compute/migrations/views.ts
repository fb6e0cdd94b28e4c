import { hosts } from '../../../actors/host/row.ts';
import type { Migration } from '../../../actors/instance/migrations/row.ts';
import type { CopyProgress } from '../../../drivers/hypervisor.ts';
import type { Reader } from '../../../runtime/store.ts';
import { type LinkContext, selfAndBookmark } from '../../links.ts';
import { always, since } from '../../stepped.ts';
import { type Field, viewOf } from '../field-view.ts';
import { isoMicroseconds } from '../times.ts';
import { isLiveAndInProgress } from './reads.ts';

/** What a view needs beside the migration. */
export interface MigrationSight {
  readonly reader: Reader;
  readonly links: LinkContext;
  /** Whether hosts are shown. */
  readonly hosts: boolean;
}

type MigrationField = Field<Migration, MigrationSight>;

const hostField =
  (show: (migration: Migration, reader: Reader) => string | null): MigrationField =>
  (migration, { hosts: isShown, reader }) =>
    isShown ? show(migration, reader) : null;

const nodeOf = (reader: Reader, host: string | null): string | null =>
  host === null ? null : (hosts.read(reader, host)?.inventory?.hypervisorHostname ?? host);

const addressOf = (reader: Reader, host: string | null): string | null =>
  host === null ? null : (hosts.read(reader, host)?.inventory?.hostIp ?? null);

/** Nova shows the numbers of its own flavor rows. A flavor here has none but perhaps its id. */
const flavorNumber = (flavorId: string): number | null => (/^\d{1,9}$/.test(flavorId) ? Number(flavorId) : null);

const ends = {
  dest_compute: always(hostField(({ targetHost }) => targetHost)),
  dest_host: always(hostField(({ targetHost }, reader) => addressOf(reader, targetHost))),
  dest_node: always(hostField(({ targetHost }, reader) => nodeOf(reader, targetHost))),
  source_compute: always(hostField(({ sourceHost }) => sourceHost)),
  source_node: always(hostField(({ sourceHost }, reader) => nodeOf(reader, sourceHost))),
};

const owner = {
  uuid: since('2.59', ({ uuid }: Migration) => uuid),
  user_id: since('2.80', ({ userId }: Migration) => userId),
  project_id: since('2.80', ({ projectId }: Migration) => projectId),
};

/** A migration in the list of all. */
export const migrationView = viewOf<Migration, MigrationSight>({
  created_at: always(({ createdAtMs }) => isoMicroseconds(createdAtMs)),
  ...ends,
  id: always(({ number }) => number),
  instance_uuid: always(({ instanceId }) => instanceId),
  new_instance_type_id: always(({ newFlavorId }) => flavorNumber(newFlavorId)),
  old_instance_type_id: always(({ oldFlavorId }) => flavorNumber(oldFlavorId)),
  status: always(({ status }) => status),
  updated_at: always(({ updatedAtMs }) => isoMicroseconds(updatedAtMs)),
  migration_type: since('2.23', ({ type }) => type),
  links: since('2.23', (migration, { links }) =>
    isLiveAndInProgress(migration)
      ? selfAndBookmark(links, `servers/${migration.instanceId}/migrations`, String(migration.number))
      : undefined,
  ),
  ...owner,
});

const copied = (what: 'disk' | 'memory', field: keyof CopyProgress) =>
  always(({ progress }: Migration) => progress?.[what]?.[field] ?? null);

/** A live migration of one server. How much has been copied is null as long as its driver has not told, and where nothing is. */
export const serverMigrationView = viewOf<Migration, MigrationSight>({
  created_at: always(({ createdAtMs }) => isoMicroseconds(createdAtMs)),
  ...ends,
  disk_processed_bytes: copied('disk', 'processedBytes'),
  disk_remaining_bytes: copied('disk', 'remainingBytes'),
  disk_total_bytes: copied('disk', 'totalBytes'),
  id: always(({ number }) => number),
  memory_processed_bytes: copied('memory', 'processedBytes'),
  memory_remaining_bytes: copied('memory', 'remainingBytes'),
  memory_total_bytes: copied('memory', 'totalBytes'),
  server_uuid: always(({ instanceId }) => instanceId),
  status: always(({ status }) => status),
  updated_at: always(({ updatedAtMs, createdAtMs }) => isoMicroseconds(updatedAtMs ?? createdAtMs)),
  ...owner,
});
