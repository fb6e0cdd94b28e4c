import { parseArgs } from 'node:util';
import { SettingsRefused } from '../composition/settings.ts';
import { realClock } from '../runtime/clock.ts';
import { stateDirOf } from './state-dir.ts';
import { misused, printUsage } from './usage.ts';

const USAGE = `novella manage: what nova-manage does to a database, and the places of shards

  novella manage db archive-deleted-rows   take deleted instances out of what the API sees
  novella manage db purge                  remove what was archived
  novella manage shard list                the threads, and the shards on them
  novella manage shard move SHARD THREAD   move a shard to another thread
  novella manage cell COMMAND              as nova-manage cell_v2; "novella manage cell help" lists the commands

"db" works while the cloud runs, too; then what was deleted less than an hour ago is not archived. "shard" is for a cloud that runs.

  --before DATE       only what was deleted before: 2025-01-31, or with a time   [now]
  --max-rows N        archive at most so many rows (whole instances)             [1000]
  --until-complete    archive all of them
  --all               purge: without --before
  --state-dir DIR     of the cloud    [$XDG_STATE_HOME/novella]

Exit status 0: nothing is left to do; 1: there are more rows to archive.
`;

const ROWS_MAX = 1_000_000_000;

/** Archives or purges rows of deleted instances; lists or moves shards. */
export async function manage(args: readonly string[]): Promise<number> {
  if (args[0] === 'cell' || args[0] === 'cell_v2') return (await import('./manage-cell.ts')).manageCell(args.slice(1));
  const options = {
    before: { type: 'string' },
    'max-rows': { type: 'string' },
    'until-complete': { type: 'boolean' },
    all: { type: 'boolean' },
    'state-dir': { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  if (values.help) return printUsage(USAGE);
  const stateDir = stateDirOf(values['state-dir']);
  const beforeMs = values.before === undefined ? realClock.now() : dateOf(values.before);
  if (positionals[0] === 'shard')
    return (await import('./manage-shard.ts')).manageShard(stateDir, positionals.slice(1));
  const { manageDb } = await import('./manage-db.ts');
  switch (positionals.join(' ')) {
    case 'db archive-deleted-rows': {
      const rowsMax = values['until-complete'] ? ROWS_MAX : countOf(values['max-rows'] ?? '1000');
      return manageDb(stateDir, { what: 'archive', beforeMs, rowsMax });
    }
    case 'db purge':
      if ((values.all === true) === (values.before !== undefined))
        throw new SettingsRefused('purge needs --before DATE or --all.');
      return manageDb(stateDir, {
        what: 'purge',
        beforeMs: values.all ? Number.POSITIVE_INFINITY : beforeMs,
        rowsMax: ROWS_MAX,
      });
    default:
      return misused('expected "db archive-deleted-rows" or "db purge"', USAGE);
  }
}

function dateOf(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new SettingsRefused(`--before: expected a date such as 2025-01-31, and got ${JSON.stringify(text)}.`);
  return ms;
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0 && count < ROWS_MAX) return count;
  throw new SettingsRefused(`--max-rows: expected a number from 1 on, and got ${JSON.stringify(text)}.`);
}
