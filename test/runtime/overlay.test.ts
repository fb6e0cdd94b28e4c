import assert from 'node:assert/strict';
import test from 'node:test';
import { Overlay } from '../../runtime/batch.ts';
import { realClock } from '../../runtime/clock.ts';
import { KEY_BYTES_MAX } from '../../runtime/key.ts';
import { seededRandom } from '../../runtime/random.ts';
import type { Reader } from '../../runtime/store.ts';
import { table } from '../../runtime/table.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { expectedKeys } from '../storage/store-contract.ts';

interface Server {
  readonly id: string;
  readonly project: string;
  readonly name: string | null;
}

const servers = table<Server, 'project' | 'name'>({
  name: 'server',
  indexes: {
    project: ({ project }) => [project],
    name: ({ project, name }) => (name === null ? null : [project, name]),
  },
});

/** A store that finds rows by their keys only, as one on the disk. */
const byKey = (store: MemoryStore): Reader => ({
  get: (key) => store.get(key),
  range: (range) => store.range(range),
  keys: (range) => store.keys(range),
  renew: () => store.renew(),
});

const givesWhatAMapGives = (reader: (store: MemoryStore) => Reader): void => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seededRandom(seed);
    const below = (max: number): number => Math.floor(random.fraction() * max);
    const store = new MemoryStore(realClock);
    const overlay = new Overlay(reader(store));
    /** What the store is to be given of each sealed batch, by key or by table and id. */
    const sealed: (() => void)[] = [];
    let kept = new Map<string, unknown>();
    let model = new Map<string, unknown>();
    const key = (): string => `${['r/t', 'r/u', 'x/t', 'q'][below(4)]}/${below(12)}`;
    for (let step = 0; step < 400; step++) {
      const dice = below(20);
      if (dice < 10) {
        const [at, value] = [key(), random.fraction() < 0.3 ? undefined : { step }];
        overlay.set(at, value);
        if (value === undefined) model.delete(at);
        else model.set(at, value);
      } else if (dice < 12) {
        overlay.undo();
        model = new Map(kept);
      } else if (dice < 15) {
        overlay.keep();
        kept = new Map(model);
      } else if (dice === 15) {
        overlay.keep();
        kept = new Map(model);
        if (overlay.row === undefined || below(2) === 0) {
          const writes = overlay.seal();
          sealed.push(() => store.apply(writes));
        } else {
          const { rows, writes } = overlay.sealRows();
          sealed.push(() => store.commitRows(rows, writes, () => {}));
        }
        assert.ok(!overlay.changed);
      } else if (dice === 16) {
        const oldest = sealed.shift();
        if (!oldest) continue;
        oldest();
        overlay.settle();
      } else {
        const prefix = ['r/', 'r/t/', 'x/t/', 'q/', 'r/t/1', ''][below(6)] ?? '';
        const range = {
          prefix,
          reverse: random.fraction() < 0.5,
          ...(random.fraction() < 0.5 && { after: key() }),
          ...(random.fraction() < 0.5 && { limit: below(5) }),
        };
        assert.deepEqual([...overlay.keys(range)], expectedKeys([...model.keys()], range), `seed ${seed} step ${step}`);
        for (const { key: at, value } of overlay.range(range)) assert.equal(value, model.get(at));
      }
      const probe = key();
      assert.equal(overlay.get(probe), model.get(probe), `seed ${seed} step ${step}`);
    }
  }
};

test('an overlay gives what a plain map of all changes gives, whatever is kept, undone, sealed and settled', () =>
  givesWhatAMapGives((store) => store));

test('so does one over a store that finds rows by their keys only', () => givesWhatAMapGives(byKey));

test('a row is found by its id and by its key, whichever it was written by', () => {
  for (const reader of [(store: MemoryStore): Reader => store, byKey]) {
    const overlay = new Overlay(reader(new MemoryStore(realClock)));
    const row = { id: 'a/b%', project: 'p', name: null };
    overlay.put(servers, row.id, row);
    assert.equal(overlay.get(servers.key(row.id)), row);
    overlay.set(servers.key('c'), row);
    assert.equal(servers.read(overlay, 'c'), row);
    assert.deepEqual([...servers.scan(overlay)], [row, row]);
  }
});

test('index entries follow the rows of a table, whatever is written', () => {
  const random = seededRandom(5);
  const store = new MemoryStore(realClock);
  const overlay = new Overlay(store);
  const rows = new Map<string, Server>();
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.fraction() * items.length)] ?? pick(items);
  for (let step = 0; step < 2_000; step++) {
    const id = `id/${Math.floor(random.fraction() * 30)}`;
    if (random.fraction() < 0.2) {
      overlay.put(servers, id, undefined);
      rows.delete(id);
    } else {
      const row = { id, project: pick(['p', 'p/1', 'p%']), name: pick([null, 'a', 'a/b', 'ä']) };
      overlay.put(servers, id, row);
      rows.set(id, row);
    }
    if (step % 50 === 0) {
      overlay.keep();
      store.apply(overlay.seal());
      overlay.settle();
    }
    const all = [...rows.values()];
    const project = pick(['p', 'p/1', 'p%', 'none']);
    const name = pick(['a', 'a/b', 'ä']);
    const ids = (found: readonly Server[]): string[] => found.map((row) => row.id).sort();
    assert.deepEqual(
      [...servers.ids(overlay, 'project', [project])].sort(),
      ids(all.filter((r) => r.project === project)),
    );
    assert.deepEqual(
      [...servers.ids(overlay, 'name', [project, name])].sort(),
      ids(all.filter((r) => r.project === project && r.name === name)),
    );
    assert.deepEqual([...servers.ids(overlay, 'name', [])].sort(), ids(all.filter((r) => r.name !== null)));
  }
  assert.equal([...servers.scan(overlay)].length, rows.size);
});

test('a page of an index goes on after the entry of the last row', () => {
  const overlay = new Overlay(new MemoryStore(realClock));
  const rows = Array.from({ length: 25 }, (_, n) => ({ id: `s${n}`, project: 'p', name: `n${n % 7}` }));
  for (const row of rows) overlay.put(servers, row.id, row);
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = [...servers.ids(overlay, 'name', ['p'], { limit: 4, ...(after && { after }) })];
    seen.push(...page);
    const last = servers.read(overlay, page.at(-1) ?? '');
    if (!last) break;
    after = servers.entryKey('name', last, last.id);
  }
  assert.deepEqual(seen, [...servers.ids(overlay, 'name', ['p'])]);
  assert.equal(seen.length, rows.length);
});

test('a key that no store could take is refused before it is written', () => {
  const overlay = new Overlay(new MemoryStore(realClock));
  assert.throws(() => overlay.set('€'.repeat(KEY_BYTES_MAX / 3 + 1), {}), /longer than/);
  const id = '/'.repeat(KEY_BYTES_MAX / 3);
  assert.throws(() => overlay.put(servers, id, { id, project: 'p', name: null }), /longer than/);
  assert.ok(!overlay.changed);
});
