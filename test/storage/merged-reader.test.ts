import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../runtime/random.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import type { KeyRange, Reader, Write } from '../../runtime/store.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { MergedReader } from '../../storage/merged-reader.ts';

/** A store that holds these rows. */
async function storeOf(writes: readonly Write[]): Promise<MemoryStore> {
  const clock = new VirtualClock();
  const store = new MemoryStore(clock);
  const stored = new Promise<void>((resolve) => store.commit(writes, () => resolve()));
  await clock.advanceSettled(clock.now() + 1_000);
  await stored;
  return store;
}

const entries = (reader: Reader, range: KeyRange) => [...reader.range(range)];

test('ranges, pages and rows of several stores are those of one store with the same rows', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seededRandom(seed);
    const upTo = (max: number): number => Math.floor(random.fraction() * max);
    const writes = new Map<string, Write>();
    for (let n = upTo(60); n > 0; n--) {
      const key = `${['x', 'r/a', 'r/b'][upTo(3)]}/${String.fromCodePoint(0x61 + upTo(26), 0x1f600 + upTo(3))}${upTo(9)}`;
      writes.set(key, [key, { n }]);
    }
    const parts: Write[][] = [[], [], []];
    for (const write of writes.values()) parts[upTo(3)]?.push(write);
    const whole = await storeOf([...writes.values()]);
    const [main, ...others] = await Promise.all(parts.map(storeOf));
    assert.ok(main);
    const merged = new MergedReader({
      main,
      others: new Map(others.map((store, index) => [`o${index}`, store])),
      placeOf: () => undefined,
    });
    for (const prefix of ['', 'x/', 'r/a/', 'r/', 'none/']) {
      for (const reverse of [false, true]) {
        assert.deepEqual(entries(merged, { prefix, reverse }), entries(whole, { prefix, reverse }), `seed ${seed}`);
        let after: string | undefined;
        const paged: string[] = [];
        for (;;) {
          const page: KeyRange = { prefix, reverse, limit: 1 + upTo(7), ...(after === undefined ? {} : { after }) };
          const keys = [...merged.keys(page)];
          assert.deepEqual(keys, [...whole.keys(page)], `seed ${seed}`);
          if (keys.length === 0) break;
          paged.push(...keys);
          after = keys.at(-1);
        }
        assert.deepEqual(paged, [...whole.keys({ prefix, reverse })]);
      }
    }
    for (const key of writes.keys()) assert.deepEqual(merged.get(key), whole.get(key));
    assert.equal(merged.get('r/a/nowhere'), undefined);
  }
});

test('a key that two stores have comes once, with the row of the other one than the main', async () => {
  const main = await storeOf([
    ['r/1', 'stands in'],
    ['r/2', 'main'],
  ]);
  const other = await storeOf([
    ['r/1', 'own'],
    ['r/3', 'other'],
  ]);
  const merged = new MergedReader({
    main,
    others: new Map([['o', other]]),
    placeOf: (key) => (key === 'r/1' ? 'o' : undefined),
  });
  assert.deepEqual(entries(merged, { prefix: 'r/' }), [
    { key: 'r/1', value: 'own' },
    { key: 'r/2', value: 'main' },
    { key: 'r/3', value: 'other' },
  ]);
  assert.equal(merged.get('r/1'), 'own');
});

test('stores come and go: what a store has that is away is not there', async () => {
  const main = await storeOf([['r/1', 'main']]);
  const others = new Map<string, Reader>([['o', await storeOf([['r/2', 'other']])]]);
  const merged = new MergedReader({ main, others, placeOf: () => 'o' });
  assert.equal([...merged.keys({ prefix: 'r/' })].length, 2);
  others.clear();
  assert.deepEqual([...merged.keys({ prefix: 'r/' })], ['r/1']);
  assert.equal(merged.get('r/2'), undefined);
  assert.equal(merged.get('r/1'), 'main');
});
