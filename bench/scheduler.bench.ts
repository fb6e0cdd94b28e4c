import { type Figure, figureOfRounds, lessIsBetter, moreIsBetter, percentile } from './figure.ts';
import { linearScan, type Variant, Workload } from './scheduler-workload.ts';

const HOSTS = [100, 1_000, 10_000, 100_000] as const;
const VARIANTS: readonly Variant[] = ['plain', 'numa', 'groups'];
const ROUNDS = 5;
/** Decisions before any is counted: code is compiled, and the index has learnt what weights look like. */
const WARM_UP = 6_000;
const DECISIONS = 5_000;
/** Scans of a round: enough for some tenths of a second, as a scan of all hosts takes 1 to 2 ns a host. */
const SCANNED_HOSTS = 100_000_000;
/** What capacity and use of three resource classes take at least. */
const BARE_BYTES = 48;

/** Decisions of a cell with their claims, one thread, Nova's default filters and weighers. */
export async function* run(only: string | undefined): AsyncIterable<Figure> {
  for (const variant of VARIANTS) {
    for (const hosts of HOSTS) {
      const figure = `decide-${hosts}-hosts${variant === 'plain' ? '' : `-${variant}`}`;
      const isWanted = only === undefined || only === figure || only === `${figure}-p99`;
      const wantsBytes = variant === 'plain' && hosts === 10_000 && (only === undefined || only === 'bytes-per-host');
      if (isWanted) yield* decisionsOf(figure, hosts, variant);
      if (wantsBytes) yield bytesPerHost(hosts);
    }
  }
}

function* decisionsOf(figure: string, hosts: number, variant: Variant): Iterable<Figure> {
  process.stderr.write(`${figure}: filling ${hosts} hosts\n`);
  const workload = new Workload(hosts, variant);
  for (let count = 0; count < WARM_UP; count++) step(workload);
  const rates: number[] = [];
  const scanRates: number[] = [];
  const times: number[] = [];
  const scans: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startMs = performance.now();
    let releasedMs = 0;
    for (let count = 0; count < DECISIONS; count++) {
      const fromMs = performance.now();
      workload.decide();
      const toMs = performance.now();
      times.push((toMs - fromMs) * 1_000);
      workload.release();
      releasedMs += performance.now() - toMs;
    }
    rates.push((DECISIONS * 1_000) / (performance.now() - startMs - releasedMs));
    scanRates.push(scanRate(workload, hosts, scans));
  }
  if (workload.refused > 0) process.stderr.write(`${figure}: ${workload.refused} decisions found no host\n`);
  const reference = 'one linear scan over the same columns';
  yield figureOfRounds(moreIsBetter, figure, '1/s', rates, reference, scanRates);
  yield lessIsBetter(`${figure}-p99`, 'µs', percentile(times, 99), reference, percentile(scans, 99));
}

function bytesPerHost(hosts: number): Figure {
  const workload = new Workload(hosts, 'plain');
  // The index is made when it is first needed.
  step(workload);
  const bytes = (workload.table.bytes + workload.scheduler.index.bytes) / hosts;
  return lessIsBetter('bytes-per-host', 'bytes', bytes, 'capacity and use of three classes as numbers', BARE_BYTES);
}

function step(workload: Workload): void {
  workload.decide();
  workload.release();
}

/** Scans a second, and the time of each in microseconds into `times`. */
function scanRate(workload: Workload, hosts: number, times: number[]): number {
  const count = Math.min(DECISIONS, Math.ceil(SCANNED_HOSTS / hosts));
  let found = 0;
  const startMs = performance.now();
  for (let done = 0; done < count; done++) {
    const fromMs = performance.now();
    found += linearScan(workload.table, workload.request());
    times.push((performance.now() - fromMs) * 1_000);
  }
  const rate = (count * 1_000) / (performance.now() - startMs);
  if (!(found > 0)) throw new Error('The scan found nothing.');
  return rate;
}
