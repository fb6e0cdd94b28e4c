import type { Clock } from '../runtime/clock.ts';
import type { ShardStats } from '../runtime/stats.ts';
import type { OperatorRequest } from './operator-requests.ts';
import type { RetentionFigures } from './retention-job.ts';
import type { ThreadFigures } from './thread-figures.ts';

/** A shard as the operator's side sees it, from the main thread. */
export interface SeenShard {
  readonly name: string;
  /** How often its thread was started again. */
  readonly restarts: number;
  /** Asks its thread; rejects when that ends, and may stay without an answer for ever when it hangs. */
  call(request: OperatorRequest): Promise<unknown>;
}

/** What a shard's thread tells of itself. */
export interface ShardFigures {
  readonly shard: ShardStats;
  readonly thread: ThreadFigures;
  readonly retention: RetentionFigures;
}

/** What was asked, or why there is no answer. */
export type Asked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** How long whoever looks inside waits for one shard, in milliseconds. A shard that hangs must not hang its report. */
export const ANSWER_MS_MAX = 1_000;

/** Waits for an answer, but not longer than `limitMs`. Never rejects. */
export function within<T>(clock: Pick<Clock, 'after'>, limitMs: number, answer: Promise<T>): Promise<Asked<T>> {
  return new Promise((resolve) => {
    const cancel = clock.after(limitMs, () => resolve({ ok: false, reason: `no answer within ${limitMs / 1000} s` }));
    answer.then(
      (value) => {
        cancel();
        resolve({ ok: true, value });
      },
      (error: unknown) => {
        cancel();
        resolve({ ok: false, reason: error instanceof Error ? error.message : String(error) });
      },
    );
  });
}

const isShardFigures = (value: unknown): value is ShardFigures =>
  typeof value === 'object' && value !== null && 'shard' in value && 'thread' in value;

/** Asks a shard for its figures. Never rejects. */
export function figuresOf(clock: Pick<Clock, 'after'>, shard: SeenShard): Promise<Asked<ShardFigures>> {
  const answer = shard.call({ type: 'figures' }).then((figures) => {
    if (isShardFigures(figures)) return figures;
    throw new Error('the answer holds no figures');
  });
  return within(clock, ANSWER_MS_MAX, answer);
}
