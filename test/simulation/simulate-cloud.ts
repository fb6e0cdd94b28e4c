import { parseArgs } from 'node:util';
import { hostsDyingOfSeed } from './fault-rates.ts';
import { LARGE, liveThrough } from './history.ts';

/**
 * `npm run simulate-cloud -- [--seeds COUNT] [--from SEED] [--hosts N] [--instances N] [--operations N]`: lives through so many
 * histories of a whole cloud, whose clients do everything to their instances while hosts die and come back and the
 * controller fails as the seed's weather says. Names the first seed that breaks a rule, and ends with 1.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    hosts: { type: 'string', default: String(LARGE.hosts) },
    instances: { type: 'string', default: String(LARGE.instances) },
    operations: { type: 'string', default: String(LARGE.operationsMax) },
  },
});

function whole(name: keyof typeof values): number {
  const text = values[name];
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name} is ${text}, and must be a whole number.`);
  process.exit(2);
}

const size = { hosts: whole('hosts'), instances: whole('instances'), operationsMax: whole('operations') };
const start = performance.now();
const sums = { crashes: 0, commits: 0, effects: 0 };
/** Histories between two lines of progress. */
const ROUND = 100;

const secondsSince = (): string => ((performance.now() - start) / 1_000).toFixed(0);

for (let count = 0; count < whole('seeds'); count++) {
  const seed = whole('from') + count;
  const { violations, ...figures } = await liveThrough(seed, size, hostsDyingOfSeed(seed));
  for (const name of ['crashes', 'commits', 'effects'] as const) sums[name] += figures[name];
  if (violations.length > 0) {
    console.log(`seed ${seed} breaks ${violations.length} rules:\n${violations.slice(0, 20).join('\n')}`);
    console.log(`again: npm run simulate-cloud -- --from ${seed} --seeds 1`);
    process.exitCode = 1;
    break;
  }
  if ((count + 1) % ROUND === 0) console.log(`${count + 1} histories in ${secondsSince()} s: ${JSON.stringify(sums)}`);
}
console.log(`${size.hosts} hosts, ${size.instances} instances, ${secondsSince()} s: ${JSON.stringify(sums)}`);
