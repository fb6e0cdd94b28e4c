import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressAllocator, type Pool } from '../../../actors/network/allocator.ts';
import { seededRandom } from '../../../runtime/random.ts';

/** The same promise in the plainest way: two lists. */
class Model {
  readonly #fresh: number[] = [];
  readonly #released: number[] = [];
  readonly #pooled: ReadonlySet<number>;
  readonly taken = new Set<number>();
  constructor(pools: readonly Pool[]) {
    for (const { first, last } of pools) for (let offset = first; offset <= last; offset++) this.#fresh.push(offset);
    this.#pooled = new Set(this.#fresh);
  }
  allocate(): number | null {
    const offset = this.#fresh.shift() ?? this.#released.shift() ?? null;
    if (offset !== null) this.taken.add(offset);
    return offset;
  }
  claim(offset: number): boolean {
    if (this.taken.has(offset)) return false;
    for (const free of [this.#fresh, this.#released]) if (free.includes(offset)) free.splice(free.indexOf(offset), 1);
    this.taken.add(offset);
    return true;
  }
  release(offset: number): void {
    if (this.taken.delete(offset) && this.#pooled.has(offset)) this.#released.push(offset);
  }
}

const POOLS: readonly (readonly Pool[])[] = [
  [{ first: 2, last: 40 }],
  [
    { first: 1, last: 5 },
    { first: 7, last: 7 },
    { first: 20, last: 33 },
  ],
  [],
];

for (const [index, pools] of POOLS.entries()) {
  test(`3,000 random steps on pools ${index} give out what a plain model gives out`, () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = seededRandom(seed);
      const [allocator, model] = [new AddressAllocator(pools), new Model(pools)];
      // Some seeds mostly take and run dry, others mostly give back.
      const taking = 0.2 + 0.6 * random.fraction();
      for (let step = 0; step < 3000; step++) {
        const offset = Math.floor(random.fraction() * 45);
        if (random.fraction() > taking) {
          allocator.release(offset);
          model.release(offset);
        } else if (random.fraction() < 0.3) {
          assert.equal(allocator.claim(offset), model.claim(offset), `seed ${seed}, step ${step}: claim ${offset}`);
        } else {
          assert.equal(allocator.allocate(), model.allocate(), `seed ${seed}, step ${step}: allocate`);
        }
      }
      assert.deepEqual([...allocator.taken].sort(), [...model.taken].sort());
    }
  });
}

test('a released address is given out again only after all that were never used', () => {
  const allocator = new AddressAllocator([{ first: 10, last: 13 }]);
  assert.equal(allocator.allocate(), 10);
  assert.equal(allocator.allocate(), 11);
  allocator.release(11);
  allocator.release(10);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => allocator.allocate()),
    [12, 13, 11, 10, null],
  );
});

test('a million takes and releases in a large subnet stay quick, whatever has been released', () => {
  const allocator = new AddressAllocator([{ first: 1, last: 65_534 }]);
  const held: number[] = [];
  const started = performance.now();
  for (let step = 0; step < 1_000_000; step++) {
    const offset = allocator.allocate();
    assert(offset !== null);
    held.push(offset);
    if (held.length <= 1000) continue;
    allocator.release(held[step % 1000] ?? 0);
    held[step % 1000] = held.pop() ?? 0;
  }
  // A walk over the released addresses at each step would take minutes.
  assert(performance.now() - started < 20_000);
});

test('an offset beyond the safe integers can be claimed once and released, but is never given out', () => {
  const allocator = new AddressAllocator([{ first: 1, last: Number.MAX_SAFE_INTEGER }]);
  const far = 2n ** 63n;
  assert.equal(allocator.claim(far), true);
  assert.equal(allocator.claim(2n ** 63n), false);
  allocator.release(far);
  assert.equal(allocator.claim(far), true);
  assert.equal(allocator.allocate(), 1);
});
