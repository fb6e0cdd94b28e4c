import { writeSync } from 'node:fs';
import { openEnvironment } from '../../storage/lmdb-environment.ts';
import { LmdbStore } from '../../storage/lmdb-store.ts';

/**
 * Commits for ever, two commits under way at once, three rows each, and says the number of each commit that is durable.
 * It is killed by the test.
 */
const [file = '', first = '0'] = process.argv.slice(2);
const store = new LmdbStore(openEnvironment(file, 'sync'));
let next = Number(first);
const commit = (): void => {
  const n = next++;
  const writes = ['a', 'b', 'c'].map((part) => [`r/t/${String(n).padStart(9, '0')}/${part}`, { n, part }] as const);
  store.commit([...writes, ['r/last', { n }]], (error) => {
    if (error) throw error;
    writeSync(1, `${n}\n`);
    commit();
  });
};
commit();
commit();
