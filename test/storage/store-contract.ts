import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { compareKeys, KEY_BYTES_MAX, keyPart } from '../../runtime/key.ts';
import { seededRandom } from '../../runtime/random.ts';
import type { KeyRange, Reader, Store, Write } from '../../runtime/store.ts';

/** A store under test. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Closes the store and opens what it kept. */
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}

export function committed(store: Store, writes: readonly Write[]): Promise<void> {
  return new Promise((resolve, reject) => {
    store.commit(writes, (error) => (error ? reject(error) : resolve()));
  });
}

const keysOf = (reader: Reader, range: KeyRange): string[] => [...reader.keys(range)];

/** What a walk over these keys must give, by the plainest means. */
export function expectedKeys(keys: readonly string[], { prefix, after, reverse = false, limit }: KeyRange): string[] {
  const sorted = [...keys].sort(compareKeys);
  if (reverse) sorted.reverse();
  return sorted
    .filter((key) => key.startsWith(prefix))
    .filter((key) => after === undefined || (reverse ? compareKeys(key, after) < 0 : compareKeys(key, after) > 0))
    .slice(0, limit ?? sorted.length);
}

/** What every store promises (runtime/store.ts). */
export function storeContract(name: string, create: () => Promise<StoreUnderTest>): void {
  const storeTest = (title: string, run: (under: StoreUnderTest) => Promise<void>): void => {
    test(title, async () => {
      const under = await create();
      try {
        await run(under);
      } finally {
        await under.dispose();
      }
    });
  };

  describe(`store ${name}`, () => {
    storeTest('a committed row is read back, also after the store is opened again', async ({ store, reopen }) => {
      const row = { name: 'ä€𝄞', list: [1, 2.5, -3], nested: { yes: true, nothing: null }, big: 2 ** 50 };
      await committed(store, [['r/t/1', row]]);
      assert.deepEqual(store.get('r/t/1'), row);
      assert.deepEqual((await reopen()).get('r/t/1'), row);
    });

    storeTest('a deleted row is gone, also after the store is opened again', async ({ store, reopen }) => {
      await committed(store, [
        ['r/t/1', { n: 1 }],
        ['r/t/2', { n: 2 }],
      ]);
      await committed(store, [['r/t/1', undefined]]);
      assert.equal(store.get('r/t/1'), undefined);
      assert.deepEqual(keysOf(await reopen(), { prefix: 'r/' }), ['r/t/2']);
    });

    storeTest('the last write of a key in a commit stands', async ({ store }) => {
      await committed(store, [
        ['r/t/1', { n: 1 }],
        ['r/t/1', undefined],
        ['r/t/1', { n: 2 }],
      ]);
      assert.deepEqual(store.get('r/t/1'), { n: 2 });
    });

    storeTest('commits end in the order of their calls, and each sees its own writes', async ({ store }) => {
      const ends: unknown[] = [];
      const commits = Array.from({ length: 50 }, (_, n) =>
        committed(store, [['r/t/1', { n }]]).then(() => {
          store.renew();
          ends.push([n, Reflect.get(Object(store.get('r/t/1')), 'n') >= n]);
        }),
      );
      await Promise.all(commits);
      assert.deepEqual(
        ends,
        commits.map((_, n) => [n, true]),
      );
    });

    storeTest('bytes in a row stay what they are when other rows are read', async ({ store }) => {
      await committed(store, [['r/t/1', { bytes: new Uint8Array([1, 2, 3, 4]) }]]);
      await committed(store, [['r/t/2', { bytes: new Uint8Array([9, 9, 9, 9, 9, 9, 9, 9]) }]]);
      const row = Object(store.get('r/t/1'));
      store.get('r/t/2');
      assert.deepEqual([...row.bytes], [1, 2, 3, 4]);
    });

    storeTest('a row that has not changed is the same object at each read', async ({ store }) => {
      await committed(store, [['r/t/1', { n: 1 }]]);
      const first = store.get('r/t/1');
      await committed(store, [['r/t/2', { n: 2 }]]);
      assert.ok(first !== undefined && first === store.get('r/t/1'));
      await committed(store, [['r/t/1', { n: 1 }]]);
      assert.deepEqual(store.get('r/t/1'), { n: 1 });
    });

    storeTest('a key that is too long holds nothing and ends no walk in an error', async ({ store }) => {
      const long = `r/t/${'k'.repeat(KEY_BYTES_MAX)}`;
      assert.equal(store.get(long), undefined);
      assert.deepEqual(keysOf(store, { prefix: long }), []);
      assert.deepEqual(keysOf(store, { prefix: 'r/t/', after: `s${long}` }), []);
    });

    storeTest('walks over random keys give what sorting and filtering gives', async ({ store }) => {
      const random = seededRandom(7);
      const pick = <T>(items: readonly T[]): T => items[Math.floor(random.fraction() * items.length)] ?? pick(items);
      const letters = ['a', 'b', 'ä', '€', '\uffee', '𝄞', '\u{10ffff}', '/', '%', '\u0001', ' ', '0'];
      const part = (): string =>
        keyPart(Array.from({ length: 1 + random.fraction() * 4 }, () => pick(letters)).join(''));
      const heads = ['r/t', 'r/tt', 'r', 'x/t/i', 'q', 'm'];
      const present = new Set<string>();
      for (let round = 0; round < 20; round++) {
        const writes: Write[] = [];
        for (let n = 0; n < 15; n++) {
          const key = `${pick(heads)}/${part()}`;
          const gone = random.fraction() < 0.3;
          writes.push([key, gone ? undefined : { round, n }]);
          if (gone) present.delete(key);
          else present.add(key);
        }
        await committed(store, writes);
        store.renew();
        const keys = [...present];
        for (const prefix of ['r/t/', 'r/', 'x/t/i/', 'q/', 'r/t/a', `r/t/${part()}`, 'm/', 'nothing/']) {
          for (const reverse of [false, true]) {
            for (const after of [undefined, pick(keys), `${prefix}${part()}`, 'a', 'zz']) {
              for (const limit of [undefined, 0, 3]) {
                const range = { prefix, reverse, ...(after && { after }), ...(limit !== undefined && { limit }) };
                // The stores keep rows of their own under m/.
                const found = keysOf(store, range).filter((key) => key !== 'm/commit' && key !== 'm/shapes');
                if (prefix === 'm/' && limit !== undefined) continue;
                assert.deepEqual(found, expectedKeys(keys, range), JSON.stringify(range));
              }
            }
          }
        }
      }
    });

    storeTest('a range gives the rows of its keys', async ({ store }) => {
      await committed(store, [
        ['r/t/1', { n: 1 }],
        ['r/t/2', { n: 2 }],
        ['r/u/1', { n: 3 }],
      ]);
      assert.deepEqual(
        [...store.range({ prefix: 'r/t/', reverse: true })],
        [
          { key: 'r/t/2', value: { n: 2 } },
          { key: 'r/t/1', value: { n: 1 } },
        ],
      );
    });
  });
}
