import type { Cancel, Clock } from '../runtime/clock.ts';
import type { Reader } from '../runtime/store.ts';
import type { LmdbStore } from '../storage/lmdb-store.ts';
import { archiveChunk, purgeChunk, type RetentionChunk } from './retention.ts';

/** What is kept for how long: days since an instance was deleted, or `off`: for ever. */
export interface RetentionSettings {
  /** Then it is archived: the API does not show it any more. */
  readonly deletedInstancesDays: number | 'off';
  /** Then it is removed from the archive, too. */
  readonly archivedRowsDays: number | 'off';
}

/** Rows since the shard was opened. */
export interface RetentionFigures {
  readonly archived: number;
  readonly purged: number;
}

/** One piece of work that somebody has asked for. */
export interface RetentionOrder {
  readonly what: 'archive' | 'purge';
  /** Only what was deleted before, in milliseconds since 1970. */
  readonly beforeMs: number;
  readonly rowsMax: number;
  /** Where the piece before has ended; empty at first. */
  readonly cursor: string;
}

/** Where a piece has ended. */
export type RetentionPiece = Pick<RetentionChunk, 'rows' | 'cursor'>;

/** Rows of one commit: what the shard's own commits have to wait for, some milliseconds. */
export const RETENTION_ROWS_MAX = 500;
/**
 * Instances that were deleted less than this ago stay, in milliseconds: their actors may be in memory yet. It is longer than an
 * idle actor stays there.
 */
const SETTLED_MS = 3_600_000;
/** The first look after a start, and the pause between two, in milliseconds. */
const FIRST_MS = 60_000;
const EVERY_MS = 600_000;
/** The pause after a piece that has found nothing to write. */
const PAUSE_MS = 100;
const DAY_MS = 86_400_000;

const CHUNKS = { archive: archiveChunk, purge: purgeChunk } as const;
const COUNTED = { archive: 'archived', purge: 'purged' } as const;

/** What the job needs of a store. */
type BetweenStore = Pick<LmdbStore, 'workBetween'>;

/**
 * Archives and purges rows of deleted instances while the shard works: now and then, in small pieces between its commits, so that
 * nothing that a shard has computed is overwritten.
 */
export class RetentionJob {
  readonly #store: BetweenStore;
  readonly #clock: Clock;
  readonly #settings: RetentionSettings;
  readonly #done = { archived: 0, purged: 0 };
  #cancel: Cancel;

  constructor(store: BetweenStore, clock: Clock, settings: RetentionSettings) {
    this.#store = store;
    this.#clock = clock;
    this.#settings = settings;
    this.#cancel = clock.after(FIRST_MS, () => void this.#round());
  }

  get figures(): RetentionFigures {
    return { ...this.#done };
  }

  /** Does one piece; resolves when it is stored. Never when the store fails or is closed first. */
  piece({ what, beforeMs, rowsMax, cursor }: RetentionOrder): Promise<RetentionPiece> {
    const settledMs = this.#clock.now() - SETTLED_MS;
    const limitMs = what === 'archive' ? Math.min(beforeMs, settledMs) : beforeMs;
    return new Promise((resolve) => {
      let ended: RetentionPiece | null = null;
      this.#store.workBetween((rows: Reader) => {
        if (ended === null) {
          const { writes, ...piece } = CHUNKS[what](rows, limitMs, Math.min(rowsMax, RETENTION_ROWS_MAX), cursor);
          ended = piece;
          if (writes.length > 0) return writes;
        }
        this.#done[COUNTED[what]] += ended.rows;
        resolve(ended);
        return null;
      });
    });
  }

  stop(): void {
    this.#cancel();
  }

  async #round(): Promise<void> {
    const { deletedInstancesDays, archivedRowsDays } = this.#settings;
    if (deletedInstancesDays !== 'off') await this.#all('archive', deletedInstancesDays);
    if (archivedRowsDays !== 'off') await this.#all('purge', archivedRowsDays);
    this.#cancel = this.#clock.after(EVERY_MS, () => void this.#round());
  }

  async #all(what: RetentionOrder['what'], days: number): Promise<void> {
    const beforeMs = this.#clock.now() - days * DAY_MS;
    for (let cursor: string | null = ''; cursor !== null; ) {
      const piece: RetentionPiece = await this.piece({ what, beforeMs, rowsMax: RETENTION_ROWS_MAX, cursor });
      cursor = piece.cursor;
      await new Promise<void>((resolve) => {
        this.#cancel = this.#clock.after(PAUSE_MS, resolve);
      });
    }
  }
}
