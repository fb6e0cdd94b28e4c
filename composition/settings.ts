import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { CONSOLIDATED_HOSTS, DEFAULT_CONSOLIDATION } from '../actors/consolidator/options.ts';
import { DEFAULT_QUOTA } from '../actors/project/row.ts';
import { METRICS_ACCESS } from '../http/metrics/access.ts';
import { capacitySettings } from './capacity-settings.ts';
import { schedulerSettings } from './scheduler-settings.ts';
import { simSettings } from './sim-settings.ts';

/** Most cells of one cloud. */
const CELLS_MAX = 64;

/** A number of something limited; -1: no limit. */
const limit = v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(2_147_483_647));
const count = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max));
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const seconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(31_536_000));
const days = v.union([v.literal('off'), count(36_500)]);
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

const cells = v.union([
  count(CELLS_MAX),
  v.pipe(
    v.record(
      v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_-]{0,62}$/, 'expected a name such as cell2'), v.notValues(['cell0'])),
      v.strictObject({ share: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000)), 1) }),
    ),
    v.maxEntries(CELLS_MAX),
    v.check((named) => Object.hasOwn(named, 'cell1'), 'cell1 must be among them'),
  ),
]);

const listen = v.pipe(
  v.string(),
  v.regex(/^(?:\[[0-9a-f:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'expected HOST:PORT, such as 127.0.0.1:8774'),
  v.transform((text) => {
    const colon = text.lastIndexOf(':');
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
  }),
  v.strictObject({ host: v.string(), port }),
);

const quota = v.strictObject({
  instances: v.optional(limit, DEFAULT_QUOTA.instances),
  cores: v.optional(limit, DEFAULT_QUOTA.cores),
  ramMib: v.optional(limit, DEFAULT_QUOTA.ramMib),
  keyPairs: v.optional(limit, DEFAULT_QUOTA.keyPairs),
  metadataItems: v.optional(limit, DEFAULT_QUOTA.metadataItems),
  injectedFiles: v.optional(limit, DEFAULT_QUOTA.injectedFiles),
  injectedFileBytes: v.optional(limit, DEFAULT_QUOTA.injectedFileBytes),
  injectedPathBytes: v.optional(limit, DEFAULT_QUOTA.injectedPathBytes),
  serverGroups: v.optional(limit, DEFAULT_QUOTA.serverGroups),
  serverGroupMembers: v.optional(limit, DEFAULT_QUOTA.serverGroupMembers),
});

const consolidation = v.strictObject({
  /** Which hosts: `none`; `named`, those of aggregates with the metadata `consolidation` = `on`; `all` but those with `off`. */
  hosts: v.optional(v.picklist(CONSOLIDATED_HOSTS), DEFAULT_CONSOLIDATION.hosts),
  everyMs: v.optional(v.pipe(count(86_400_000), v.minValue(1_000)), DEFAULT_CONSOLIDATION.everyMs),
  maxMovesAtOnce: v.optional(count(1_000), DEFAULT_CONSOLIDATION.maxMovesAtOnce),
  maxMovesPerRound: v.optional(count(1_000), DEFAULT_CONSOLIDATION.maxMovesPerRound),
  emptiestBelow: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), DEFAULT_CONSOLIDATION.emptiestBelow),
  backoffMs: v.optional(count(2_592_000_000), DEFAULT_CONSOLIDATION.backoffMs),
});

/** Every setting, as it stands in the configuration file. See docs/configuration.md. */
export const settingsSchema = v.strictObject({
  /** Directory of everything that lasts; made with mode 0700. */
  stateDir: v.optional(
    v.pipe(
      path,
      v.transform((given) => resolve(given)),
    ),
    defaultStateDir,
  ),
  /** Where the API listens. Port 0: a free one. */
  listen: v.optional(listen, '127.0.0.1:8774'),
  /** `auto`: QEMU where it is found, else simulated hosts. */
  driver: v.optional(v.picklist(['auto', 'sim', 'qemu']), 'auto'),
  /** How many hosts there are: simulated ones, or with QEMU hosts of this machine (at most 16). */
  hosts: v.optional(count(100_000), 1),
  /** How many cells there are, or which, with their shares in the hosts. The one that shares the api's store is `cell1`. */
  cells: v.optional(cells, 1),
  /** `sync`: what was answered survives a power cut. `relaxed`: it survives the end of the process. */
  durability: v.optional(v.picklist(['sync', 'relaxed']), 'sync'),
  /** `debug` adds each read, `info` each change, `warn` what went wrong. */
  logLevel: v.optional(v.picklist(['debug', 'info', 'warn', 'error', 'silent']), 'info'),
  /** Threads that host shards. `auto`: one for each core but one, and never more than shards. */
  threads: v.optional(v.union([v.literal('auto'), count(64)]), 'auto'),
  /** A thread whose event loop stands still for so long, in milliseconds, has hung. */
  threadHangMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(500), v.maxValue(3_600_000)), 5_000),
  /** What `novella serve` does when the cloud has failed. `auto`: starts again by itself, unless a service manager does. */
  restart: v.optional(v.picklist(['auto', 'no']), 'auto'),
  /** How clients reach us, when a proxy stands before: scheme, host and port. */
  publicEndpoint: v.optional(v.pipe(v.string(), v.url(), v.maxLength(2048))),
  /** Who may read `/metrics`. */
  metrics: v.optional(v.picklist(METRICS_ACCESS), 'auto'),
  /** How the scheduler decides. See docs/scheduler.md. */
  scheduler: v.optional(schedulerSettings, {}),
  /** How much of hosts is given to instances, and how many times. */
  capacity: v.optional(capacitySettings, {}),
  /** How hosts are emptied by moving instances together. See docs/consolidation.md. */
  consolidation: v.optional(consolidation, {}),
  /** What the front end takes on at once. */
  limits: v.optional(
    v.strictObject({
      /** Requests under way; beyond it 503. */
      requestsInFlightMax: v.optional(count(1_000_000), 2_000),
      /** How late the event loop may run, in milliseconds; beyond it 503. */
      eventLoopDelayMsMax: v.optional(count(3_600_000), 1_000),
    }),
    {},
  ),
  quota: v.optional(quota, {}),
  imageCache: v.optional(
    v.strictObject({
      /** Hosts of an aggregate that make images ready at once. Nova: `[image_cache] precache_concurrency`. */
      precacheConcurrency: v.optional(count(1_000), 1),
    }),
    {},
  ),
  /** How long a resize waits to be confirmed before that happens by itself; 0: for ever. Nova: `resize_confirm_window`. */
  resizeConfirmWindowSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(31_536_000)), 0),
  /** How long a shelved instance keeps its host; -1: until it is offloaded by hand. Nova: `shelved_offload_time`. */
  shelvedOffloadSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(31_536_000)), 0),
  /** Whether a resize may leave an instance on its host. Nova: `allow_resize_to_same_host`. */
  resizeToSameHost: v.optional(v.boolean(), true),
  /** How long a deleted instance can be restored; 0: not at all. Nova: `reclaim_instance_interval`. */
  reclaimInstanceIntervalSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(31_536_000)), 0),
  /** How long a build may take before it fails; 0: as long as its steps may. Nova: `instance_build_timeout`. */
  instanceBuildTimeoutSeconds: v.optional(seconds, 0),
  /** How long a reboot from inside may take before it is done by force; 0: as long as its step may. Nova: `reboot_timeout`. */
  rebootTimeoutSeconds: v.optional(seconds, 0),
  /** How long a rescue may last before it ends by itself; 0: for ever. Nova: `rescue_timeout`. */
  rescueTimeoutSeconds: v.optional(seconds, 0),
  /**
   * How long a build waits for the network service to tell that its ports are plugged in; 0: not at all, as with our own,
   * whose ports are there at once. Nova: `vif_plugging_timeout`.
   */
  vifPluggingTimeoutSeconds: v.optional(seconds, 0),
  /** Whether a build fails when it is not told in time. Nova: `vif_plugging_is_fatal`. */
  vifPluggingIsFatal: v.optional(v.boolean(), true),
  /** After so many builds that have failed in a row a host takes no new instances; 0: never. */
  buildFailuresBeforeDisable: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000)), 0),
  /** Whether a host must have been said to be down (`forced_down`) before its servers are evacuated. */
  evacuationNeedsForcedDown: v.optional(v.boolean(), false),
  api: v.optional(
    v.strictObject({
      /** Modules that add to the Compute API; loaded at the start. */
      plugins: v.optional(v.pipe(v.array(path), v.maxLength(100)), []),
    }),
    {},
  ),
  /** Requests of a project in a minute, by whether they read or change; -1: any number. */
  rateLimit: v.optional(
    v.strictObject({ readsPerMinute: v.optional(limit, -1), writesPerMinute: v.optional(limit, -1) }),
    {},
  ),
  policy: v.optional(
    v.strictObject({
      /** YAML or JSON with check strings that replace defaults; read again when it changes. */
      file: v.optional(path),
      /** Whether a token of the system or of a domain is refused where a rule is for projects. */
      enforceScope: v.optional(v.boolean(), true),
      /** Whether Nova's deprecated defaults no longer count beside the new ones. */
      enforceNewDefaults: v.optional(v.boolean(), true),
    }),
    {},
  ),
  /** Where is told what happens to instances; nothing named: nowhere. */
  notifications: v.optional(
    v.strictObject({
      /** Posted to this address. */
      webhook: v.optional(
        v.strictObject({
          url: v.pipe(v.string(), v.url(), v.regex(/^https?:/, 'expected http or https'), v.maxLength(2048)),
          /** Sent as a bearer token. */
          token: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))),
        }),
      ),
      /** Appended to this file, a JSON document a line. */
      file: v.optional(path),
      /** Whether each change of a state is told, too. Nova: `notify_on_state_change`. */
      stateChanges: v.optional(v.boolean(), false),
    }),
    {},
  ),
  /** How long rows of deleted instances are kept, in days since they were deleted. */
  retention: v.optional(
    v.strictObject({
      /** Then they are archived: the API does not show them any more. */
      deletedInstancesDays: v.optional(days, 'off'),
      /** Then they are removed from the archive. */
      archivedRowsDays: v.optional(days, 'off'),
    }),
    {},
  ),
  /** What simulated hosts are like. */
  sim: v.optional(simSettings, {}),
  qemu: v.optional(
    v.strictObject({
      binary: v.optional(path, 'qemu-system-x86_64'),
      imgBinary: v.optional(path, 'qemu-img'),
      accel: v.optional(v.picklist(['auto', 'kvm', 'tcg']), 'auto'),
      /** What each of several hosts of this machine tells of: its share of the machine, or all of it. */
      inventory: v.optional(v.picklist(['share', 'whole']), 'share'),
    }),
    {},
  ),
});

/** Settings, checked and complete. */
export type Settings = v.InferOutput<typeof settingsSchema>;
/** Settings as a person or a program gives them: all optional. */
export type GivenSettings = v.InferInput<typeof settingsSchema>;

/** A setting that cannot be. The message says which, where it comes from, and why. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused';
}

/** `$XDG_STATE_HOME/novella`, by default in the home directory. */
function defaultStateDir(): string {
  return join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'novella');
}

/** What is wrong with a setting. Valibot says of an unknown name only that it "expected never". */
const reasonOf = (issue: v.BaseIssue<unknown>): string =>
  issue.type === 'strict_object' && issue.expected === 'never' ? 'there is no such setting' : issue.message;

/** Checks settings. Throws SettingsRefused, which names each wrong one; unknown names are wrong. */
export function checkSettings(given: unknown, source: string): Settings {
  const checked = v.safeParse(settingsSchema, given);
  if (checked.success) return checked.output;
  const problems = checked.issues.map((issue) => `${v.getDotPath(issue) ?? 'the whole'}: ${reasonOf(issue)}`);
  throw new SettingsRefused(`${source} is refused. ${problems.join('; ')}.`);
}

/** Largest configuration file in bytes; a larger one is not one. */
const CONFIG_BYTES_MAX = 1_048_576;

/** Reads a configuration file (YAML). Throws SettingsRefused when it cannot be read or parsed. */
export function readConfigFile(file: string): Record<string, unknown> {
  let content: unknown;
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > CONFIG_BYTES_MAX) throw new Error('it is larger than 1 MiB');
    content = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    const whole = error instanceof Error ? error.message : String(error);
    // The parser shows the place in the file below its first line, which names it, too.
    const reason = whole.split('\n', 1)[0]?.replace(/:$/, '');
    throw new SettingsRefused(`The configuration file ${file} cannot be read: ${reason}.`);
  }
  if (content === null || content === undefined) return {};
  if (typeof content === 'object' && !Array.isArray(content)) return { ...content };
  throw new SettingsRefused(`The configuration file ${file} must hold names with values, such as "hosts: 4".`);
}
