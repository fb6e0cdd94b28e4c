import type { EffectOutcome } from './message.ts';
import type { Reader } from './store.ts';

/** What an actor asks of the world outside: an outcome to ensure, as plain data. */
export interface EffectRequest {
  /** Unique within the actor. Asking again with the same id replaces the request. */
  readonly effectId: string;
  /** What kind of effect, such as `driver.ensureRunning`. */
  readonly name: string;
  readonly args: unknown;
  /** How long it may take from its start, in milliseconds; then it is aborted and ends with `TimedOut`. */
  readonly deadlineMs: number;
  /** Effects of one lane (a host, say) are limited together. @default the effect's name */
  readonly lane?: string;
}

/** A request as it is stored, with who asked. */
export interface EffectRecord extends EffectRequest {
  readonly kind: string;
  readonly id: string;
}

/**
 * Does effects. It ensures an outcome: it looks first and then acts, since the same request is started again after a
 * crash. A rejected promise is a bug of the runner and ends the effect with `RunnerFailed`.
 */
export type EffectRunner = (request: EffectRecord, signal: AbortSignal) => Promise<EffectOutcome>;

/**
 * Does an effect at once, in the batch that asks for it, and says how it ended; null: it cannot, and the effect is stored and
 * started after the commit as others are. `rows` are as the handler that asked has left them.
 *
 * Only for a world outside that ends together with the store, as in a simulation in memory: elsewhere a crash before the commit
 * would leave done what nobody has asked for.
 */
export type EffectAtOnce = (record: EffectRecord, rows: Reader) => EffectOutcome | null;

/** The key of a pending effect. */
export const EFFECT_PREFIX = 'e/';
