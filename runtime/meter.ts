import type { Activation } from './activations.ts';
import type { ActorKinds } from './actor.ts';
import type { Clock } from './clock.ts';
import { Histogram } from './histogram.ts';
import { KindMeter } from './kind-meter.ts';
import type { Letter } from './mailbox.ts';
import { messageTypeOf } from './message.ts';
import { roughBytes } from './rough-bytes.ts';

/** Of so many messages, the wait and the handling of one are measured. */
const SAMPLE_EVERY = 128;
/** After the beginning of a run not more than so many pass before the next wait is measured: where batches are small, more of them. */
const SAMPLE_SOON = 16;
/** Of so many messages of a kind, the size of the state of one is looked at. */
const SIZE_EVERY = 256;
/** Messages at a run's beginning that are timed singly: where runs are short, all of them. */
const SINGLY_AT_FIRST = 8;
/** After a slow handler was among many, so many messages are timed singly. */
const SINGLY_AFTER_SLOW = 2_000;
/** Arrivals are counted in microseconds in 30 bits, which costs no memory; a wait of over 17 minutes is measured wrongly. */
const ARRIVAL_MASK = 2 ** 30 - 1;

/** A handler that took longer than the limit. */
export interface SlowHandler {
  readonly activation: Activation;
  readonly messageType: string;
  readonly tookMs: number;
}

/**
 * Measures waits and handling, for little: two readings of the clock cost half as much as handling a small message. Of
 * every 128 messages one is timed singly and the others as one stretch. When a stretch took longer than a handler may,
 * the next messages are timed singly, so that a slow handler that comes again is told by its name.
 */
export class Meter {
  readonly kinds = new Map<string, KindMeter>();
  readonly batchSize = new Histogram();
  readonly batchMs = new Histogram();
  readonly commitMs = new Histogram();
  readonly #clock: Clock;
  readonly #slowHandlerMs: number;
  readonly #slow: (slow: SlowHandler) => void;
  /** Messages until the clock is read again, and how many there are between the two readings. */
  #untilReading = 1;
  #stretch = 1;
  /** Messages that are still to be timed singly. */
  #singly = 0;
  #readAtMs = 0;
  #untilArrival = 1;
  #runBeganMs = 0;
  /** What the runs of the batch have taken together. */
  #batchTookMs = 0;

  constructor(kinds: ActorKinds, clock: Clock, slowHandlerMs: number, slow: (slow: SlowHandler) => void) {
    for (const kind of kinds.keys()) this.kinds.set(kind, new KindMeter());
    this.#clock = clock;
    this.#slowHandlerMs = slowHandlerMs;
    this.#slow = slow;
  }

  /** Messages handled. */
  get messages(): number {
    let sum = 0;
    for (const { messages } of this.kinds.values()) sum += messages;
    return sum;
  }

  /** Counts an arrival: whether its wait is to be measured. */
  isSampled(): boolean {
    return --this.#untilArrival <= 0;
  }

  /** Marks the arrival of a letter whose wait is to be measured. */
  arrival(letter: Letter): void {
    this.#untilArrival = SAMPLE_EVERY;
    letter.arrived = this.#nowUs() + 1;
  }

  /** A batch begins, or goes on. */
  beginRun(): void {
    this.#runBeganMs = this.#clock.monotonic();
    this.#readAtMs = this.#runBeganMs;
    this.#singly = Math.max(this.#singly, SINGLY_AT_FIRST);
    this.#untilArrival = Math.min(this.#untilArrival, SAMPLE_SOON);
    this.#next(1);
  }

  /** Before the handler of a letter that was marked. */
  begun({ meter }: Activation, letter: Letter): void {
    meter.waitMs.record(((this.#nowUs() + 1 - letter.arrived) & ARRIVAL_MASK) / 1_000);
    letter.arrived = 0;
  }

  /** After the handler, whether it returned or threw. */
  ended(activation: Activation, message: unknown): void {
    if (activation.meter.messages++ % SIZE_EVERY === 0) this.#weigh(activation);
    if (--this.#untilReading === 0) this.#read(activation, message);
  }

  endRun(): void {
    this.#batchTookMs += this.#clock.monotonic() - this.#runBeganMs;
  }

  endBatch(messages: number): void {
    this.batchMs.record(this.#batchTookMs);
    this.#batchTookMs = 0;
    if (messages > 0) this.batchSize.record(messages);
  }

  /** Reads the clock after a stretch of messages, and decides how long the next one is. */
  #read(activation: Activation, message: unknown): void {
    const now = this.#clock.monotonic();
    const tookMs = now - this.#readAtMs;
    this.#readAtMs = now;
    if (this.#stretch > 1) {
      if (tookMs > this.#slowHandlerMs) this.#singly = SINGLY_AFTER_SLOW;
      this.#next(1);
      return;
    }
    activation.meter.handlingMs.record(tookMs);
    if (tookMs > this.#slowHandlerMs) this.#slow({ activation, messageType: messageTypeOf(message), tookMs });
    if (this.#singly > 0) this.#singly--;
    this.#next(this.#singly > 0 ? 1 : SAMPLE_EVERY - 1);
  }

  #next(stretch: number): void {
    this.#stretch = stretch;
    this.#untilReading = stretch;
  }

  #weigh({ kind, row, meter }: Activation): void {
    if (!kind.table || row === undefined || row === null) return;
    const bytes = roughBytes(row);
    meter.stateBytes = meter.stateBytes === 0 ? bytes : meter.stateBytes + (bytes - meter.stateBytes) / 8;
  }

  #nowUs(): number {
    return Math.trunc(this.#clock.monotonic() * 1_000) & ARRIVAL_MASK;
  }
}
