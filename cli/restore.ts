import { parseArgs } from 'node:util';
import { stateDirOf } from './state-dir.ts';

const USAGE = `novella restore: make a state directory of a backup

  --from DIR        the backup
  --state-dir DIR   a directory that does not exist yet    [$XDG_STATE_HOME/novella]

Every file is compared with its checksum and every row is read before the directory gets its name.
`;

/** Restores a backup. Exit status 0: the state directory is whole, and "novella serve" can be started on it. */
export async function restore(args: readonly string[]): Promise<number> {
  const options = {
    from: { type: 'string' },
    'state-dir': { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (values.from === undefined) {
    process.stderr.write(`novella: restore needs --from DIR.\n\n${USAGE}`);
    return 2;
  }
  const stateDir = stateDirOf(values['state-dir']);
  const storage = await import('../storage/restore.ts');
  const { takenAt, files, stores } = await storage.restore(values.from, stateDir);
  process.stdout.write(`${stateDir}: ${files.length} files as of ${takenAt}\n`);
  for (const { path, rows, commit } of stores) process.stdout.write(`  ${path}: ${rows} rows as of commit ${commit}\n`);
  return 0;
}
