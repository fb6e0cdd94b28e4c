import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { seededRandom } from '../../runtime/random.ts';
import { DamagedRow } from '../../runtime/store.ts';
import { DamagedFile } from '../../storage/file-check.ts';
import { openEnvironment } from '../../storage/lmdb-environment.ts';
import { LmdbReader } from '../../storage/lmdb-reader.ts';
import { scrub } from '../../storage/scrub.ts';
import { damage } from './damage.ts';

/**
 * Damages copies of a store by the seeds from `first` on, reads them whole, and says of each what came of it. It may die of it;
 * then the last line is that of the seed before.
 */
const [whole = '', rowCount = '', first = '', end = ''] = process.argv.slice(2);

const expected = (n: number): string => `row ${n} ${'x'.repeat((n * 37) % 900)}`;

/** Reads what must be there; says how many rows were told as damaged, and which were not what they must be. */
function readAll(file: string): string {
  const environment = openEnvironment(file, 'relaxed');
  const reader = new LmdbReader(environment, 0);
  const found = { told: 0, hidden: 0, wrong: 0 };
  for (let n = 0; n < Number(rowCount); n++) {
    try {
      const row = reader.get(`r/t/${String(n).padStart(6, '0')}`);
      if (row === undefined) found.hidden++;
      else if (Object(row).text !== expected(n)) found.wrong++;
    } catch (error) {
      if (!(error instanceof DamagedRow)) throw error;
      found.told++;
    }
  }
  const { damagedCount } = scrub(environment);
  void environment.close();
  if (found.wrong > 0) return `WRONG: ${found.wrong} rows`;
  if (found.told > damagedCount) return 'WRONG: the scrub has missed a damaged row';
  // A flipped bit in a key: nobody can find the row, but the scrub finds it under a key that is not its own.
  if (found.hidden > damagedCount) return `WRONG: ${found.hidden} rows are hidden, ${damagedCount} told`;
  if (found.hidden > 0) return 'told by the scrub';
  return found.told > 0 ? 'told' : damagedCount > 0 ? 'told elsewhere' : 'unaffected';
}

for (let seed = Number(first); seed < Number(end); seed++) {
  const file = `${whole}.${seed}`;
  copyFileSync(whole, file);
  const bytes = readFileSync(file);
  const { kind, length } = damage(bytes, seededRandom(seed));
  writeFileSync(file, bytes);
  truncateSync(file, length);
  let outcome: string;
  try {
    outcome = readAll(file);
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    outcome = 'refused';
  }
  writeSync(1, `${seed} ${kind}: ${outcome}\n`);
  rmSync(file);
  rmSync(`${file}-lock`, { force: true });
}
