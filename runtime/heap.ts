/** A binary heap: the first of its items, by the order given, is at hand; adding and taking cost log n. */
export class Heap<Item> {
  readonly #isBefore: (a: Item, b: Item) => boolean;
  readonly #items: Item[] = [];

  /** `isBefore` must be a total order if items are to come out in an order that repeats. */
  constructor(isBefore: (a: Item, b: Item) => boolean) {
    this.#isBefore = isBefore;
  }

  get length(): number {
    return this.#items.length;
  }

  get first(): Item | undefined {
    return this.#items[0];
  }

  push(item: Item): void {
    const items = this.#items;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = items[parentIndex];
      if (parent === undefined || !this.#isBefore(item, parent)) break;
      items[index] = parent;
      index = parentIndex;
    }
    items[index] = item;
  }

  /** Takes the first item out. */
  pop(): Item | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const [a, b] = [items[left], items[left + 1]];
      if (a === undefined) break;
      const isRight = b !== undefined && this.#isBefore(b, a);
      const child = isRight ? b : a;
      if (!this.#isBefore(child, last)) break;
      items[index] = child;
      index = isRight ? left + 1 : left;
    }
    items[index] = last;
    return first;
  }

  /** Takes out all items that do not pass. */
  keepOnly(passes: (item: Item) => boolean): void {
    const kept = this.#items.filter(passes);
    this.#items.length = 0;
    for (const item of kept) this.push(item);
  }
}
