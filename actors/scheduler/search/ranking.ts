/** A host that was found. */
export interface Ranked {
  readonly row: number;
  readonly weight: number;
  readonly order: number;
}

/** The hosts that a search has found so far, of which it keeps those that are wanted. */
export interface Ranking {
  readonly hosts: readonly Ranked[];
  /** Whether only the best host is kept. */
  readonly keepsOne: boolean;
  /** Hosts of less weight do not get in; minus infinity while every host does. */
  readonly threshold: number;
  /** Whether a host of this weight and order of registration would get in. */
  takes(weight: number, order: number): boolean;
  /** Adds a host that `takes` lets in. */
  add(row: number, weight: number, order: number): void;
}

/** The best hosts, so many at most: the greatest weight first; among equals the one registered first. */
export class FirstHosts implements Ranking {
  readonly #most: number;
  readonly hosts: Ranked[] = [];

  get keepsOne(): boolean {
    return this.#most === 1;
  }

  constructor(most: number) {
    this.#most = most;
  }

  takes(weight: number, order: number): boolean {
    if (this.hosts.length < this.#most) return true;
    const last = this.hosts[this.hosts.length - 1];
    return last === undefined || weight > last.weight || (weight === last.weight && order < last.order);
  }

  get threshold(): number {
    if (this.hosts.length < this.#most) return Number.NEGATIVE_INFINITY;
    return this.hosts[this.hosts.length - 1]?.weight ?? Number.NEGATIVE_INFINITY;
  }

  add(row: number, weight: number, order: number): void {
    if (this.#most === 1) {
      this.hosts[0] = { row, weight, order };
      return;
    }
    let at = this.hosts.length;
    while (at > 0) {
      const before = this.hosts[at - 1];
      if (!before || before.weight > weight || (before.weight === weight && before.order < order)) break;
      at--;
    }
    this.hosts.splice(at, 0, { row, weight, order });
    if (this.hosts.length > this.#most) this.hosts.pop();
  }
}

/** All hosts of the greatest weight, in no order. */
export class EqualHosts implements Ranking {
  readonly hosts: Ranked[] = [];
  readonly keepsOne = false;

  get threshold(): number {
    return this.hosts[0]?.weight ?? Number.NEGATIVE_INFINITY;
  }

  takes(weight: number): boolean {
    return weight >= this.threshold;
  }

  add(row: number, weight: number, order: number): void {
    if (weight > this.threshold) this.hosts.length = 0;
    this.hosts.push({ row, weight, order });
  }
}
