/** Something that one change under way has for itself, or that those may have together who only need it to stay. */
export interface Hold {
  readonly key: string;
  readonly isShared: boolean;
}

interface Holder {
  readonly isShared: boolean;
  /** Resolves when its change has ended: whether it is known how. */
  readonly ended: Promise<boolean>;
}

/** What became of waiting for a turn: `busy`, too many wait already, or one of those before has ended nobody knows how. */
export type Turn<Value> = { readonly came: true; readonly value: Value } | { readonly came: false };

/**
 * Lets changes that have something in common be made one after the other, in the order in which they came; others pass.
 * Nobody waits for one that came later, so that there is no circle.
 */
export class Turns {
  readonly #holders = new Map<string, Set<Holder>>();
  readonly #waitingMax: number;

  /** `waitingMax`: changes that one waits for at most. */
  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax;
  }

  /** Runs `change` when its turn has come. `isSure` says of its result whether it is known what it has done. */
  async take<Value>(
    holds: readonly Hold[],
    change: () => Promise<Value>,
    isSure: (value: Value) => boolean,
  ): Promise<Turn<Value>> {
    const before = this.#before(holds);
    if (before.length > this.#waitingMax) return { came: false };
    let end: (isKnown: boolean) => void = () => undefined;
    const ended = new Promise<boolean>((resolve) => {
      end = resolve;
    });
    const held = holds.map(({ key, isShared }) => this.#hold(key, { isShared, ended }));
    // Unless it ends well it is not known what it has done.
    let isKnown = false;
    try {
      const known = await Promise.all(before);
      if (known.includes(false)) {
        // Nothing was done here; those who wait for this one wait for the same others as well.
        isKnown = true;
        return { came: false };
      }
      const value = await change();
      isKnown = isSure(value);
      return { came: true, value };
    } finally {
      for (const letGo of held) letGo();
      end(isKnown);
    }
  }

  /** The ends of those that have to come before. */
  #before(holds: readonly Hold[]): readonly Promise<boolean>[] {
    const before = new Set<Promise<boolean>>();
    for (const { key, isShared } of holds)
      for (const holder of this.#holders.get(key) ?? []) if (!isShared || !holder.isShared) before.add(holder.ended);
    return [...before];
  }

  #hold(key: string, holder: Holder): () => void {
    const holders = this.#holders.get(key) ?? new Set();
    this.#holders.set(key, holders.add(holder));
    return () => {
      holders.delete(holder);
      if (holders.size === 0 && this.#holders.get(key) === holders) this.#holders.delete(key);
    };
  }
}
