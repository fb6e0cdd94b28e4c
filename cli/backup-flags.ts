import { parseArgs } from 'node:util';
import { stateDirOf } from './state-dir.ts';
import { misused, printUsage } from './usage.ts';

/** What `backup` and `restore` are told: a directory, and the cloud's. */
export interface BackupFlags {
  readonly directory: string;
  readonly stateDir: string;
}

/**
 * The flags of `novella backup` (`--to DIR`) and `novella restore` (`--from DIR`). A number: there is nothing more to do, and
 * it is the exit status; what there is to say has been said. Throws what `parseArgs` throws.
 */
export function backupFlags(
  command: { readonly name: 'backup' | 'restore'; readonly flag: 'to' | 'from'; readonly usage: string },
  args: readonly string[],
): BackupFlags | number {
  const { name, flag, usage } = command;
  const options = {
    [flag]: { type: 'string' },
    'state-dir': { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
  if (values.help === true) return printUsage(usage);
  const directory = values[flag];
  if (typeof directory !== 'string') return misused(`${name} needs --${flag} DIR`, usage);
  const stateDir = values['state-dir'];
  return { directory, stateDir: stateDirOf(typeof stateDir === 'string' ? stateDir : undefined) };
}
