import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Why the OpenStack client cannot be used here, or false. */
export const openstackUnavailable: string | false =
  spawnSync('openstack', ['--version']).status === 0 ? false : 'the openstack client is not installed';

/** What a command has printed, and how it ended. */
interface CommandOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longest time of one command, in milliseconds: a guest may boot meanwhile. */
const COMMAND_LIMIT_MS = 180_000;

/** The `openstack` client as the administrator of a state directory. */
export interface Openstack {
  /** Runs a command; throws when it fails. Returns what it printed. */
  text(...command: readonly string[]): Promise<string>;
  /** Runs a command with `-f json`; throws when it fails. */
  json(...command: readonly string[]): Promise<unknown>;
  /** Runs a command that must fail; returns what it said. Throws when it succeeds. */
  refusal(...command: readonly string[]): Promise<string>;
}

const isFailure = (error: unknown): error is Error & CommandOutcome =>
  error instanceof Error && 'stderr' in error && 'stdout' in error;

/** The client of a cloud; `options` stand before every command. */
export function openstackFor(stateDir: string, ...options: readonly string[]): Openstack {
  const env = {
    PATH: process.env['PATH'],
    HOME: stateDir,
    LC_ALL: 'C.UTF-8',
    OS_CLIENT_CONFIG_FILE: join(stateDir, 'clouds.yaml'),
    OS_CLOUD: 'novella',
  };
  const run = async (command: readonly string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('openstack', [...options, ...command], {
      env,
      timeout: COMMAND_LIMIT_MS,
      maxBuffer: 16_777_216,
    });
    return stdout;
  };
  return {
    text: (...command) =>
      run(command).catch((error: unknown) => {
        throw isFailure(error) ? new Error(`openstack ${command.join(' ')}: ${error.stderr}${error.stdout}`) : error;
      }),
    async json(...command) {
      return JSON.parse(await this.text(...command, '-f', 'json'));
    },
    async refusal(...command) {
      const outcome = await run(command).catch((error: unknown) => {
        if (isFailure(error)) return error;
        throw error;
      });
      if (typeof outcome === 'string') throw new Error(`openstack ${command.join(' ')} was not refused: ${outcome}`);
      return outcome.stderr;
    },
  };
}
