import type { ActorKinds, AnyActorKind } from './actor.ts';
import type { Address } from './address.ts';
import type { KindMeter } from './kind-meter.ts';
import { Mailbox } from './mailbox.ts';
import type { Reader } from './store.ts';

/**
 * What an actor without a state takes in memory: its activation, its mailbox, and its place in a map. Measured: 646 to 677
 * bytes with 10,000 to 300,000 of them, whose ids are UUIDs, on Node 20.
 */
const ACTIVATION_BYTES = 650;

/** An actor in memory. */
export interface Activation {
  readonly kind: AnyActorKind;
  readonly id: string;
  /** Undefined until the first message, and after a failure: activated from the rows when needed. */
  state: unknown;
  active: boolean;
  /** The state as the actor's row has it; undefined when there is no row. Spares reading the row when it changes. */
  row: unknown;
  /** The key of that row, once it has been written: made once, it is found sooner. */
  rowKey: string | null;
  readonly mailbox: Mailbox;
  /** Whether it stands in the shard's run queue, among those with letters of the system, or waits before a letter is tried again. */
  isQueued: boolean;
  isUrgent: boolean;
  isResting: boolean;
  /** The figures of its kind. */
  readonly meter: KindMeter;
  /** Number of the batch that used it last. */
  usedInBatch: number;
}

/**
 * The actors of a shard that are in memory. Actors are virtual: one exists as soon as somebody writes to it, and leaves
 * memory when it has been idle longest; its rows remain.
 */
export class Activations {
  readonly #kinds: ActorKinds;
  readonly #rows: Reader;
  readonly #meters: ReadonlyMap<string, KindMeter>;
  readonly #byKind = new Map<string, Map<string, Activation>>();
  #count = 0;
  /** The one that was found last: messages often come to one actor several at a time. */
  #found: Activation | null = null;
  /** The last batch at whose end actors were taken out. */
  #passivatedInBatch = 0;

  constructor(kinds: ActorKinds, rows: Reader, meters: ReadonlyMap<string, KindMeter>) {
    this.#kinds = kinds;
    this.#rows = rows;
    this.#meters = meters;
    for (const kind of kinds.keys()) this.#byKind.set(kind, new Map());
  }

  get count(): number {
    return this.#count;
  }

  /** How many actors of a kind are in memory. */
  countOf(kind: string): number {
    return this.#byKind.get(kind)?.size ?? 0;
  }

  /** The kind of a name. */
  kind(name: string): AnyActorKind | undefined {
    return this.#kinds.get(name);
  }

  /** The actor of an address, if it is in memory. */
  inMemory({ kind, id }: Address): Activation | undefined {
    return this.#byKind.get(kind)?.get(id);
  }

  /** The actor of an address; undefined when there is no such kind. */
  find(kindName: string, id: string): Activation | undefined {
    const last = this.#found;
    if (last !== null && last.id === id && last.kind.kind === kindName) return last;
    const actors = this.#byKind.get(kindName);
    const found = actors?.get(id);
    if (found || !actors) {
      if (found) this.#found = found;
      return found;
    }
    const kind = this.#kinds.get(kindName);
    const meter = this.#meters.get(kindName);
    if (!kind || !meter) return undefined;
    const activation: Activation = {
      kind,
      id,
      state: undefined,
      active: false,
      row: undefined,
      rowKey: null,
      mailbox: new Mailbox(),
      isQueued: false,
      isUrgent: false,
      isResting: false,
      meter,
      usedInBatch: 0,
    };
    actors.set(id, activation);
    this.#count++;
    this.#found = activation;
    return activation;
  }

  /** The state of an actor, from its row when it is not in memory. */
  state(activation: Activation): unknown {
    if (!activation.active) {
      const { kind, id } = activation;
      activation.row = kind.table?.read(this.#rows, id);
      activation.state = activation.row ?? kind.activate(id, this.#rows);
      activation.active = true;
    }
    return activation.state;
  }

  /** Forgets the state of an actor whose handler threw; the next message activates it from its rows. */
  invalidate(activation: Activation): void {
    activation.active = false;
    activation.state = undefined;
    activation.row = undefined;
  }

  /**
   * Takes idle actors out of memory until about `max` are left, and their states fit into about `budgetBytes`: first
   * those that were not used since the last time, then the oldest. Kinds without a table come last, and do not count in
   * the budget: their state is derived from many rows, and there should be few of them.
   */
  passivate(max: number, budgetBytes: number, currentBatch: number): void {
    const bytes = this.bytes;
    if (this.#count <= max && bytes <= budgetBytes) return;
    // Down to nine tenths, so that it does not run again with the next message.
    const share = Math.min(max / this.#count, budgetBytes / bytes);
    const target = Math.floor(this.#count * share * 0.9);
    const rounds = [
      { usedBefore: this.#passivatedInBatch, all: false },
      { usedBefore: currentBatch, all: false },
      { usedBefore: currentBatch, all: true },
    ];
    for (const { usedBefore, all } of rounds) {
      if (all && this.#count <= max) break;
      for (const actors of this.#byKind.values()) {
        for (const activation of actors.values()) {
          if (this.#count <= target) break;
          if (!activation.kind.table && !all) break;
          if (activation.usedInBatch < usedBefore) this.#forget(actors, activation);
        }
      }
    }
    this.#passivatedInBatch = currentBatch;
  }

  /** Takes out the actors of kinds with a table that no batch after `batch` has used. */
  passivateIdle(batch: number): void {
    for (const actors of this.#byKind.values()) {
      for (const activation of actors.values()) {
        if (!activation.kind.table) break;
        if (activation.usedInBatch <= batch) this.#forget(actors, activation);
      }
    }
  }

  /** Whether there are actors that `passivateIdle` may take out some day. */
  get hasPassivable(): boolean {
    for (const [kind, actors] of this.#byKind) if (actors.size > 0 && this.#kinds.get(kind)?.table) return true;
    return false;
  }

  /** About what the states and activations of kinds with a table take: the number of each kind, times the mean of those that were looked at. */
  get bytes(): number {
    let bytes = 0;
    for (const [kind, actors] of this.#byKind) {
      if (actors.size > 0 && this.#kinds.get(kind)?.table) {
        bytes += actors.size * (ACTIVATION_BYTES + (this.#meters.get(kind)?.stateBytes ?? 0));
      }
    }
    return bytes;
  }

  #forget(actors: Map<string, Activation>, activation: Activation): void {
    const { isQueued, isUrgent, isResting, mailbox, id } = activation;
    if (isQueued || isUrgent || isResting || mailbox.length > 0) return;
    actors.delete(id);
    if (this.#found?.id === id) this.#found = null;
    this.#count--;
  }
}
