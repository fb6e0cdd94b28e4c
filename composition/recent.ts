/** The last entries of something that goes on for ever. */
export class Recent<T> {
  readonly #entriesMax: number;
  #entries: T[] = [];

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  add(entry: T): void {
    this.#entries.push(entry);
    // Cut now and then: shifting each time would move all of them.
    if (this.#entries.length >= 2 * this.#entriesMax) this.#entries = this.#entries.slice(-this.#entriesMax);
  }

  /** Oldest first. */
  get all(): readonly T[] {
    return this.#entries.slice(-this.#entriesMax);
  }
}
