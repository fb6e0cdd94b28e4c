import type { BuildRules } from '../../actors/instance/row.ts';
import type { QuotaLimits } from '../../actors/project/row.ts';
import type { ImageCatalog } from '../../drivers/images.ts';
import type { NetworkCatalog } from '../../drivers/networks.ts';
import type { DriverResult } from '../../drivers/result.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Random } from '../../runtime/random.ts';
import type { Reader } from '../../runtime/store.ts';
import type { ActorSystem } from '../../runtime/system.ts';

/** Reads the serial console of a guest, wherever its host is. `lines` null: all that is kept. */
export type ConsoleOutput = (host: string, instanceId: string, lines: number | null) => Promise<DriverResult<string>>;

/** When something has taken too long, in milliseconds; null: never. */
export interface OverdueRules {
  readonly build: BuildRules | null;
  readonly rebootMs: number | null;
  readonly rescueMs: number | null;
}

/** What the handlers of the Compute API work with. */
export interface ComputeServices {
  /** The way to actors, for everything that changes something. */
  readonly system: ActorSystem;
  /** Committed rows, for everything that reads. */
  readonly reader: Reader;
  readonly images: ImageCatalog;
  readonly networks: NetworkCatalog;
  readonly quota: QuotaLimits;
  /** How long a resize waits to be confirmed before that happens by itself, in milliseconds; null: for ever. */
  readonly resizeConfirmWindowMs: number | null;
  /** How long a shelved server keeps its host, in milliseconds; null: until it is offloaded by hand. */
  readonly shelvedOffloadMs: number | null;
  /** Whether a resize may leave a server on its host. Nova: `allow_resize_to_same_host`. */
  readonly resizeToSameHost: boolean;
  /** On how many hosts the building of a server is tried; absent: as many as the cloud's limit says. Nova: `max_attempts`. */
  readonly buildAttemptsMax?: number;
  /** Hosts that make images ready at once, of one request; absent: one. Nova: `[image_cache] precache_concurrency`. */
  readonly precacheConcurrency?: number;
  /** Names of the PCI devices that flavors can ask for. Absent: not looked at. Nova: `[pci] alias`. */
  readonly pciAliases?: readonly string[];
  readonly clock: Clock;
  /** How long a deleted server can be restored; 0: not at all. */
  readonly reclaimInstanceIntervalMs: number;
  /** What the settings say of builds, reboots and rescues that take too long. Absent: nothing. */
  readonly overdue?: OverdueRules;
  /** Whether a host must have been said to be down before its servers are evacuated. @default false: that it does not answer is enough */
  readonly evacuationNeedsForcedDown?: boolean;
  /** For ids and passwords. */
  readonly random: Random;
  readonly consoleOutput: ConsoleOutput;
  /** Cells whose rows cannot be read at the moment. Absent: none. */
  readonly downCells?: () => ReadonlySet<string>;
}
