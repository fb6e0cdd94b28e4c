import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/**
 * `npm test [-- FILTER…]`: runs the test files whose paths hold one of the filters, all of them without one. It lists
 * the files itself, because a runner that finds none passes: an empty list, and a file without a test, are failures here.
 */
const ROOT = join(import.meta.dirname, '..');
/** Longest time of a test, and on Node 20 of a whole file. */
const TIMEOUT_MS = 10 * 60_000;
/** A run from which nothing is heard for so long is ended: newer versions of Node wait for a file that never ends. */
const SILENCE_MS = 6 * 60_000;
/** Two cores is what the machines of the CI have. */
const FILES_AT_ONCE = 2;
/** The runner's closing lines; they are printed last, where people and machines look for them. */
const CLOSING_LINE = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

const filters = process.argv.slice(2);
const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => join('test', path))
  .filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)))
  .sort();
if (files.length === 0) {
  console.error(filters.length === 0 ? 'There are no tests.' : `No test file is called like ${filters.join(' or ')}.`);
  process.exit(2);
}

const closingLines: string[] = [];
const skipped: string[] = [];
const withoutTests: string[] = [];
let failures = 0;

async function* watched(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
  for await (const event of events) {
    silence.refresh();
    if (event.type === 'test:diagnostic' && event.data.nesting === 0 && CLOSING_LINE.test(event.data.message)) {
      closingLines.push(event.data.message);
      continue;
    }
    if (event.type === 'test:fail' && event.data.todo === undefined) failures++;
    if (event.type === 'test:pass') {
      const { file = '', name, skip } = event.data;
      // A file that holds no test is reported as a test of its own name.
      if (name === file || name === relative(ROOT, file)) withoutTests.push(name);
      if (skip !== undefined) skipped.push(`${relative(ROOT, file)}: ${name}: ${skip === true ? 'no reason' : skip}`);
    }
    yield event;
  }
}

type Events = ReturnType<typeof run>;
type TestEvent = Events extends AsyncIterable<infer Event> ? Event : never;

process.chdir(ROOT);
const tooSilent = new AbortController();
const silence = setTimeout(() => tooSilent.abort(), SILENCE_MS).unref();
const events = run({
  files: files.map((path) => join(ROOT, path)),
  concurrency: FILES_AT_ONCE,
  timeout: TIMEOUT_MS,
  signal: tooSilent.signal,
});
const lines = Readable.from(watched(events)).compose(new spec());
lines.pipe(process.stdout, { end: false });
lines.on('end', () => {
  for (const line of skipped) console.log(`﹣ skipped: ${line}`);
  for (const name of withoutTests) console.log(`✖ no test in ${relative(ROOT, name)}`);
  for (const line of closingLines) console.log(`ℹ ${line}`);
  const counted = closingLines.some((line) => /^tests [1-9]/.test(line));
  if (!counted) console.log('✖ The runner counted no tests.');
  if (failures > 0 || withoutTests.length > 0 || !counted) process.exitCode = 1;
});
