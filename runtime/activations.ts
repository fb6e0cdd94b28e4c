import type { ActorKinds, AnyActorKind } from './actor.ts';
import { Mailbox } from './mailbox.ts';
import type { Reader } from './store.ts';

/** An actor in memory. */
export interface Activation {
  readonly kind: AnyActorKind;
  readonly id: string;
  /** Undefined until the first message, and after a failure: activated from the rows when needed. */
  state: unknown;
  active: boolean;
  /** The state as the actor's row has it; undefined when there is no row. Spares reading the row when it changes. */
  row: unknown;
  readonly mailbox: Mailbox;
  /** Whether it stands in the shard's run queue. */
  queued: boolean;
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
  readonly #byKind = new Map<string, Map<string, Activation>>();
  #count = 0;
  /** The last batch at whose end actors were taken out. */
  #passivatedInBatch = 0;

  constructor(kinds: ActorKinds, rows: Reader) {
    this.#kinds = kinds;
    this.#rows = rows;
    for (const kind of kinds.keys()) this.#byKind.set(kind, new Map());
  }

  get count(): number {
    return this.#count;
  }

  /** How many actors of each kind are in memory. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#byKind].map(([kind, actors]) => [kind, actors.size]));
  }

  /** The actor of an address; undefined when there is no such kind. */
  find(kindName: string, id: string): Activation | undefined {
    const actors = this.#byKind.get(kindName);
    const found = actors?.get(id);
    if (found || !actors) return found;
    const kind = this.#kinds.get(kindName);
    if (!kind) return undefined;
    const activation: Activation = {
      kind,
      id,
      state: undefined,
      active: false,
      row: undefined,
      mailbox: new Mailbox(),
      queued: false,
      usedInBatch: 0,
    };
    actors.set(id, activation);
    this.#count++;
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
   * Takes idle actors out of memory until about `max` are left: first those that were not used since the last time, then
   * the oldest. Kinds without a table come last: their state is derived from many rows, and there should be few of them.
   */
  passivate(max: number, currentBatch: number): void {
    if (this.#count <= max) return;
    // Down to nine tenths, so that it does not run again with the next message.
    const target = Math.floor(max * 0.9);
    const rounds = [
      { usedBefore: this.#passivatedInBatch, all: false },
      { usedBefore: currentBatch, all: false },
      { usedBefore: currentBatch, all: true },
    ];
    for (const { usedBefore, all } of rounds) {
      for (const actors of this.#byKind.values()) {
        for (const [id, activation] of actors) {
          if (this.#count <= target) break;
          if ((!activation.kind.table && !all) || activation.usedInBatch >= usedBefore) continue;
          if (activation.queued || activation.mailbox.length > 0) continue;
          actors.delete(id);
          this.#count--;
        }
      }
    }
    this.#passivatedInBatch = currentBatch;
  }
}
