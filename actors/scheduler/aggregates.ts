/** An aggregate as far as scheduling goes, without its hosts. */
export interface HostAggregate {
  readonly number: number;
  readonly uuid: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An aggregate with its hosts: also those of other cells. */
export interface KnownAggregate extends HostAggregate {
  readonly hosts: readonly string[];
}

const NONE: readonly HostAggregate[] = [];

/** The aggregates that a cell knows, and which of them a host is in. Kept beside its columns. */
export class Aggregates {
  readonly #byNumber = new Map<number, KnownAggregate>();
  /** By number: an aggregate as its hosts have it. */
  readonly #shown = new Map<number, HostAggregate>();
  readonly #byHost = new Map<string, readonly HostAggregate[]>();

  /** All of them, in the order of their numbers. */
  get all(): readonly KnownAggregate[] {
    return [...this.#byNumber.values()].sort((a, b) => a.number - b.number);
  }

  get count(): number {
    return this.#byNumber.size;
  }

  /** The aggregates of a host, in the order of their numbers; the same list until one of them changes. */
  of(host: string): readonly HostAggregate[] {
    return this.#byHost.get(host) ?? NONE;
  }

  /** Adds or changes an aggregate. Returns the hosts whose aggregates are others now. */
  set(aggregate: KnownAggregate): readonly string[] {
    const before = this.#byNumber.get(aggregate.number);
    this.#byNumber.set(aggregate.number, aggregate);
    const members = new Set(aggregate.hosts);
    const left = (before?.hosts ?? []).filter((host) => !members.has(host));
    for (const host of left) this.#leave(host, aggregate.number);
    const { hosts: _, ...now } = aggregate;
    const shown = this.#shown.get(aggregate.number);
    const known = shown !== undefined && isAlike(shown, now) ? shown : now;
    this.#shown.set(aggregate.number, known);
    // Where nothing but its hosts has changed, those that were in it are not touched.
    if (known === shown) for (const host of before?.hosts ?? []) members.delete(host);
    for (const host of members) {
      const others = this.of(host).filter(({ number }) => number !== known.number);
      this.#byHost.set(
        host,
        [...others, known].sort((a, b) => a.number - b.number),
      );
    }
    return [...members, ...left];
  }

  /** Forgets an aggregate. Returns the hosts that were in it. */
  delete(number: number): readonly string[] {
    const before = this.#byNumber.get(number);
    if (before === undefined) return [];
    this.#byNumber.delete(number);
    this.#shown.delete(number);
    for (const host of before.hosts) this.#leave(host, number);
    return before.hosts;
  }

  #leave(host: string, number: number): void {
    const left = this.of(host).filter((aggregate) => aggregate.number !== number);
    if (left.length > 0) this.#byHost.set(host, left);
    else this.#byHost.delete(host);
  }
}

/** Whether two aggregates of one number are the same but for their hosts. */
const isAlike = (a: HostAggregate, b: HostAggregate): boolean =>
  a.uuid === b.uuid && a.name === b.name && JSON.stringify(a.metadata) === JSON.stringify(b.metadata);
