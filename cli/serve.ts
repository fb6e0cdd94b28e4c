import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readConfigFile } from '../composition/settings.ts';
import { type Cloud, type GivenSettings, ListenRefused, StateDirectoryRefused, startCloud } from '../index.ts';
import { realClock } from '../runtime/clock.ts';
import { hasTakenOver, replaceProcess, type Successor, successorOfThis } from '../runtime/threads/successor.ts';

const USAGE = `novella serve: run the cloud and its API

  --state-dir DIR              everything that lasts            [$XDG_STATE_HOME/novella]
  --listen HOST:PORT           where the API listens            [127.0.0.1:8774]
  --driver auto|sim|qemu       what runs the guests             [auto]
  --hosts N                    simulated hosts, or hosts of QEMU on this machine   [1]
  --cells N                    parts with stores of their own   [1]
  --durability sync|relaxed    sync: what was answered is on disk   [sync]
  --log-level LEVEL            debug, info, warn, error, silent [info]
  --restart auto|no            auto: starts again when it fails [auto]
  --config FILE                YAML; flags come before it       [none]
`;

const OPTIONS = {
  'state-dir': { type: 'string' },
  listen: { type: 'string' },
  driver: { type: 'string' },
  hosts: { type: 'string' },
  cells: { type: 'string' },
  durability: { type: 'string' },
  'log-level': { type: 'string' },
  restart: { type: 'string' },
  config: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The exit status of a cloud that has failed, for service managers: EX_SOFTWARE of sysexits.h. */
const FAILED_STATUS = 70;

/** How long a process that takes over waits for the one before to be gone, in milliseconds. */
const TAKEOVER_MS_MAX = 10_000;

/** Runs the cloud until SIGTERM or SIGINT. Exit status 0: stopped; 70: failed. Throws when it is refused to start. */
export async function serve(args: readonly string[]): Promise<number> {
  const given = settingsIn(args);
  if (given === null) return 0;
  let running: Cloud | null = null;
  // Set before the start: without a listener the signal would end the process.
  process.on('SIGUSR2', () => void running?.writeReport('SIGUSR2'));
  const started = await startWhenFree(given);
  running = started;
  printHow(started);
  const outcome = await Promise.race([signalled(), started.failed]);
  if (outcome instanceof Error) {
    process.stderr.write(`novella: the cloud has failed: ${outcome.message}\n`);
    const successor = successorFor(started.settings.restart);
    if (successor) {
      process.stderr.write('novella: starting again\n');
      replaceProcess(successor, realClock);
    }
    process.exit(FAILED_STATUS);
  }
  process.stderr.write(`novella: ${outcome}; stopping\n`);
  await started.stop();
  return 0;
}

/**
 * What takes over when this process fails; null: a service manager starts it again, or nobody. systemd sets INVOCATION_ID; the
 * first process of a container ends with it.
 */
function successorFor(restart: string | undefined): Successor | null {
  const isManaged = process.env['INVOCATION_ID'] !== undefined || process.pid === 1;
  return restart === 'no' || isManaged ? null : successorOfThis(realClock);
}

/** Starts the cloud. A process that takes over waits until the one before has let go of state directory and port. */
async function startWhenFree(given: GivenSettings): Promise<Cloud> {
  const endMs = performance.now() + TAKEOVER_MS_MAX;
  for (;;) {
    try {
      return await startCloud(given, { successor: successorFor(given.restart) });
    } catch (error) {
      const isTaken = error instanceof StateDirectoryRefused || error instanceof ListenRefused;
      if (!isTaken || !hasTakenOver() || performance.now() > endMs) throw error;
      await pause(20);
    }
  }
}

/** What flags and file say; null when only the usage was asked for. Throws what `parseArgs` throws. */
function settingsIn(args: readonly string[]): GivenSettings | null {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false });
  if (values.help) {
    process.stdout.write(USAGE);
    return null;
  }
  const file = values.config === undefined ? {} : readConfigFile(values.config);
  return { ...file, ...flags(values) };
}

/** Flags by the names of the settings; absent ones are left out, so that the file's stand. */
function flags(values: { readonly [name: string]: string | boolean | undefined }): Record<string, unknown> {
  const named = {
    stateDir: values['state-dir'],
    listen: values['listen'],
    driver: values['driver'],
    hosts: typeof values['hosts'] === 'string' ? Number(values['hosts']) : undefined,
    cells: typeof values['cells'] === 'string' ? Number(values['cells']) : undefined,
    durability: values['durability'],
    logLevel: values['log-level'],
    restart: values['restart'],
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
