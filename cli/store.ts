import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { StoreStatus } from '../storage/store-status.ts';
import { stateDirOf } from './state-dir.ts';
import { misused, printUsage } from './usage.ts';

const USAGE = `novella store: look after the files that hold the rows of a cloud

  novella store status     sizes, rows by table, schema version and migrations
  novella store scrub      read every row and compare the indexes with them; exit status 1 when something is wrong
  novella store migrate    bring the rows to this program's schema   (the cloud must not run)
  novella store compact    give free pages back to the disk          (the cloud must not run)

  --state-dir DIR     of the cloud    [$XDG_STATE_HOME/novella]
  --repair-indexes    scrub: write the indexes as the rows need them   (the cloud must not run)
`;

const ACTIONS: Readonly<Record<string, (stateDir: string, repair: boolean) => Promise<number>>> = {
  status,
  scrub,
  migrate,
  compact,
};

/** Runs one of the actions on every store of a state directory. Exit status 0: all is well; 1: rows are damaged, or indexes wrong. */
export async function store(args: readonly string[]): Promise<number> {
  const options = {
    'state-dir': { type: 'string' },
    'repair-indexes': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  if (values.help) return printUsage(USAGE);
  const repair = values['repair-indexes'] === true;
  const action = positionals.length === 1 ? ACTIONS[positionals[0] ?? ''] : undefined;
  if (!action || (repair && action !== scrub))
    return misused(`expected one of ${Object.keys(ACTIONS).join(', ')}`, USAGE);
  return action(stateDirOf(values['state-dir']), repair);
}

/** The stores of a state directory. Throws StateDirectoryRefused when there are none. */
async function storesOf(stateDir: string): Promise<readonly string[]> {
  const { existsSync } = await import('node:fs');
  const { storeNames } = await import('../storage/state-files.ts');
  const { StateDirectoryRefused } = await import('../storage/state-directory.ts');
  const names = existsSync(stateDir) ? storeNames(stateDir) : [];
  if (names.length === 0) throw new StateDirectoryRefused(`${stateDir} holds no cloud: there is no store in it.`);
  return names.map((name) => join(stateDir, name));
}

/** Runs while no cloud does: holds the state directory. */
async function alone(stateDir: string, run: (file: string) => Promise<void>): Promise<number> {
  const files = await storesOf(stateDir);
  const { openStateDirectory } = await import('../storage/state-directory.ts');
  const directory = await openStateDirectory(stateDir);
  try {
    for (const file of files) await run(file);
    return 0;
  } finally {
    await directory.release();
  }
}

async function status(stateDir: string): Promise<number> {
  const { storeStatus } = await import('../storage/store-status.ts');
  let damaged = 0;
  for (const file of await storesOf(stateDir)) {
    const found = await storeStatus(file);
    damaged += found.report.damagedCount;
    process.stdout.write(statusText(file, found));
  }
  return damaged === 0 ? 0 : 1;
}

function statusText(file: string, found: StoreStatus): string {
  const { report } = found;
  const lines = [
    file,
    `  size        ${found.fileBytes} bytes: ${found.usedBytes} used, ${found.freeBytes} free, ${found.aheadBytes} set aside`,
    `  schema      ${found.schema ?? 'none'} of ${found.latestSchema}`,
    ...found.migrations.map(
      ({ name, cursor }) => `  migration   ${name}: ${cursor === null ? 'to be done' : `under way, at ${cursor}`}`,
    ),
    `  commit      ${report.commit ?? 'none'}`,
    `  rows        ${report.rows}, ${report.bytes} bytes, ${report.damagedCount} damaged`,
    ...[...report.byPrefix].map(
      ([prefix, { rows, bytes }]) =>
        `    ${prefix.padEnd(24)} ${String(rows).padStart(10)} ${String(bytes).padStart(14)} bytes`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

async function scrub(stateDir: string, repair: boolean): Promise<number> {
  const { repairIndexes, scrubFile } = await import('./store-scrub.ts');
  if (repair) await alone(stateDir, repairIndexes);
  let isWell = true;
  for (const file of await storesOf(stateDir)) isWell = (await scrubFile(file)) && isWell;
  return isWell ? 0 : 1;
}

function migrate(stateDir: string): Promise<number> {
  return alone(stateDir, async (file) => {
    const { openEnvironment } = await import('../storage/lmdb-environment.ts');
    const { LmdbStore } = await import('../storage/lmdb-store.ts');
    const schema = await import('../storage/schema.ts');
    const environment = openEnvironment(file, 'sync');
    try {
      await schema.checkSchema(environment, file);
      await schema.migrate(new LmdbStore(environment, file));
      process.stdout.write(`${file}: schema version ${schema.latestVersion()}\n`);
    } finally {
      await environment.close();
    }
  });
}

function compact(stateDir: string): Promise<number> {
  return alone(stateDir, async (file) => {
    const storage = await import('../storage/compact.ts');
    const { before, after } = await storage.compact(file);
    process.stdout.write(`${file}: ${before} bytes before, ${after} after\n`);
  });
}
