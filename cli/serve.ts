import { parseArgs } from 'node:util';
import { readConfigFile } from '../composition/settings.ts';
import { type Cloud, startCloud } from '../index.ts';

const USAGE = `novella serve: run the cloud and its API

  --state-dir DIR              everything that lasts            [$XDG_STATE_HOME/novella]
  --listen HOST:PORT           where the API listens            [127.0.0.1:8774]
  --driver auto|sim|qemu       what runs the guests             [auto]
  --hosts N                    simulated hosts                  [1]
  --durability sync|relaxed    sync: what was answered is on disk   [sync]
  --log-level LEVEL            debug, info, warn, error, silent [info]
  --config FILE                YAML; flags come before it       [none]
`;

const OPTIONS = {
  'state-dir': { type: 'string' },
  listen: { type: 'string' },
  driver: { type: 'string' },
  hosts: { type: 'string' },
  durability: { type: 'string' },
  'log-level': { type: 'string' },
  config: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Runs the cloud until SIGTERM or SIGINT. Exit status 0: stopped; 1: failed. Throws when it is refused to start. */
export async function serve(args: readonly string[]): Promise<number> {
  const started = await start(args);
  if (started === null) return 0;
  printHow(started);
  const outcome = await Promise.race([signalled(), started.failed]);
  if (outcome instanceof Error) {
    process.stderr.write(`novella: the cloud has failed: ${outcome.message}\n`);
    process.exit(1);
  }
  process.stderr.write(`novella: ${outcome}; stopping\n`);
  await started.stop();
  return 0;
}

/** Starts the cloud; null when only the usage was asked for. Throws what `startCloud` and `parseArgs` throw. */
async function start(args: readonly string[]): Promise<Cloud | null> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false });
  if (values.help) {
    process.stdout.write(USAGE);
    return null;
  }
  const file = values.config === undefined ? {} : readConfigFile(values.config);
  return startCloud({ ...file, ...flags(values) });
}

/** Flags by the names of the settings; absent ones are left out, so that the file's stand. */
function flags(values: { readonly [name: string]: string | boolean | undefined }): Record<string, unknown> {
  const named = {
    stateDir: values['state-dir'],
    listen: values['listen'],
    driver: values['driver'],
    hosts: typeof values['hosts'] === 'string' ? Number(values['hosts']) : undefined,
    durability: values['durability'],
    logLevel: values['log-level'],
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

function signalled(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

function printHow({ url, driver, cloudsFile, settings }: Cloud): void {
  process.stdout.write(`Novella is ready at ${url}
  driver      ${driver.name}: ${driver.reason}
  state       ${settings.stateDir}
  durability  ${settings.durability}

To use it with the OpenStack client:
  export OS_CLIENT_CONFIG_FILE=${cloudsFile} OS_CLOUD=novella
  openstack flavor list
`);
}
