import { backupFlags } from './backup-flags.ts';

const USAGE = `novella restore: make a state directory of a backup

  --from DIR        the backup
  --state-dir DIR   a directory that does not exist yet    [$XDG_STATE_HOME/novella]

Every file is compared with its checksum and every row is read before the directory gets its name.
`;

/** Restores a backup. Exit status 0: the state directory is whole, and "novella serve" can be started on it. */
export async function restore(args: readonly string[]): Promise<number> {
  const flags = backupFlags({ name: 'restore', flag: 'from', usage: USAGE }, args);
  if (typeof flags === 'number') return flags;
  const { directory: from, stateDir } = flags;
  const storage = await import('../storage/restore.ts');
  let mended: readonly string[] = [];
  const { takenAt, files, stores } = await storage.restore(from, stateDir, async (directory) => {
    mended = await mend(directory);
  });
  process.stdout.write(`${stateDir}: ${files.length} files as of ${takenAt}\n`);
  for (const { path, rows, commit } of stores) process.stdout.write(`  ${path}: ${rows} rows as of commit ${commit}\n`);
  for (const text of mended) process.stdout.write(`  ${text}\n`);
  return 0;
}

/** Stores of a cloud that ran are of different moments: brings them together. Returns what it has done. */
async function mend(directory: string): Promise<readonly string[]> {
  const { mendFiles } = await import('../composition/mend-files.ts');
  const { realClock } = await import('../runtime/clock.ts');
  const mended = await mendFiles(directory, realClock.now());
  if (mended === null) return [];
  const { mapped, forgotten, failed, removed, recounted } = mended;
  const texts = [
    [mapped, 'instances were mapped to the cells that have them'],
    [forgotten, 'mappings of instances that no cell has were removed'],
    [failed, 'instances that were being created are in ERROR'],
    [removed, 'instances were in two cells'],
    [recounted, 'projects have another usage than was stored'],
  ] as const;
  return texts.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`);
}
