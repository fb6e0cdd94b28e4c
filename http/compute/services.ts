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
  readonly clock: Clock;
  /** How long a deleted server can be restored; 0: not at all. */
  readonly reclaimInstanceIntervalMs: number;
  /** For ids and passwords. */
  readonly random: Random;
  readonly consoleOutput: ConsoleOutput;
}
