import assert from 'node:assert/strict';
import test from 'node:test';
import { Overlay } from '../../runtime/batch.ts';
import { realClock } from '../../runtime/clock.ts';
import { seededRandom } from '../../runtime/random.ts';
import type { KeyRange } from '../../runtime/store.ts';
import { table } from '../../runtime/table.ts';
import { MemoryStore } from '../../storage/memory-store.ts';

interface Server {
  readonly id: string;
  readonly host: string | null;
  readonly project: string;
}

const servers = table<Server, 'byHost' | 'byProject'>({
  name: 'server',
  indexes: {
    byHost: ({ host }) => (host === null ? null : [host]),
    byProject: ({ project }) => [project],
  },
});
const hosts = table<{ readonly name: string }, 'byName'>({ name: 'host', indexes: { byName: ({ name }) => [name] } });

const RANGES: readonly KeyRange[] = [
  { prefix: 'x/server/byHost/' },
  { prefix: 'x/server/byHost/h1/' },
  { prefix: 'x/server/byProject/', reverse: true },
  { prefix: 'x/server/byProject/p2/', limit: 2 },
  { prefix: 'x/server/byProject/', after: 'x/server/byProject/p1/s3' },
  { prefix: 'x/server/byProject/', after: 'x/server/byProject/p1/s3', reverse: true, limit: 3 },
  { prefix: 'x/host/byName/' },
];

test('an index that is made of the rows says what a written one says, in every batch', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = seededRandom(seed);
    const below = (most: number): number => Math.floor(random.fraction() * most);
    const pairs = [new MemoryStore(realClock), new MemoryStore(realClock, [servers, hosts])].map((store) => ({
      store,
      overlay: new Overlay(store),
    }));
    for (let step = 0; step < 300; step++) {
      const id = `s${below(9)}`;
      const host = below(3) === 0 ? null : `h${below(3)}`;
      const row = below(4) === 0 ? undefined : { id, host, project: `p${below(3)}` };
      const dice = below(12);
      const range = RANGES[below(RANGES.length)] ?? { prefix: 'x/' };
      const seen = pairs.map(({ store, overlay }) => {
        if (dice < 6) overlay.put(servers, id, row);
        else if (dice === 6) overlay.put(hosts, `h${step % 3}`, row && { name: id });
        else if (dice === 7) overlay.undo();
        else if (dice === 8) overlay.keep();
        else if (dice === 9) {
          overlay.keep();
          const writes = overlay.seal();
          store.apply(writes);
          overlay.settle();
        }
        return { within: [...overlay.keys(range)], stored: [...store.keys(range)] };
      });
      assert.deepEqual(seen[1], seen[0], `seed ${seed}, step ${step}, ${JSON.stringify(range)}`);
    }
  }
});

test('of a table whose index is derived no entry is written', () => {
  const store = new MemoryStore(realClock, [servers]);
  const overlay = new Overlay(store);
  overlay.put(servers, 's1', { id: 's1', host: 'h1', project: 'p1' });
  overlay.put(hosts, 'h1', { name: 'h1' });
  overlay.keep();
  const keys = overlay.seal().map(([key]) => key);
  assert.deepEqual(keys, ['r/server/s1', 'r/host/h1', 'x/host/byName/h1/h1']);
});

test('an index that was walked once is right when it is walked again, however much has changed', () => {
  const store = new MemoryStore(realClock, [servers]);
  const rowOf = (n: number): Server => ({ id: `s${n}`, host: `h${n % 7}`, project: 'p' });
  store.apply([[servers.key('s0'), rowOf(0)]]);
  assert.equal([...store.keys({ prefix: 'x/server/byHost/' })].length, 1);
  for (let n = 1; n <= 5_000; n++)
    store.apply([
      [servers.key(`s${n}`), rowOf(n)],
      [servers.key(`s${n - 1}`), undefined],
    ]);
  assert.deepEqual([...servers.ids(store, 'byHost', ['h2'])], ['s5000']);
});
