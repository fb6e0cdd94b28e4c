import { packageInfo } from '../composition/package-info.ts';
import { realClock } from '../runtime/clock.ts';
import { backupFlags } from './backup-flags.ts';

const USAGE = `novella backup: copy the state of a cloud, also while it runs

  --to DIR          a directory that does not exist yet, outside of the state directory
  --state-dir DIR   of the cloud    [$XDG_STATE_HOME/novella]

It has the rows as of one commit, the secrets and the contents of images and volumes; not the disks of guests.
`;

/** Makes a backup. Exit status 0: it is whole and on the disk. */
export async function backup(args: readonly string[]): Promise<number> {
  const flags = backupFlags({ name: 'backup', flag: 'to', usage: USAGE }, args);
  if (typeof flags === 'number') return flags;
  const { directory: to, stateDir } = flags;
  const { backUp } = await import('../storage/backup.ts');
  const { version } = packageInfo();
  const { files, stores } = await backUp({ stateDir, to, program: version, nowMs: realClock.now() });
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  process.stdout.write(`${to}: ${files.length} files, ${bytes} bytes\n`);
  for (const { path, rows, commit } of stores) process.stdout.write(`  ${path}: ${rows} rows as of commit ${commit}\n`);
  return 0;
}
