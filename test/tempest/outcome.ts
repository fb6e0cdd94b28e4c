import { valueAt } from '../process/json.ts';

export type Verdict = 'passed' | 'failed' | 'skipped';

/** What a run says of one test. */
export interface Outcome {
  /** Full name without Tempest's tags, such as `tempest.api.compute.test_versions.TestVersions.test_list_api_versions`. */
  readonly test: string;
  readonly verdict: Verdict;
  /** Why it was skipped, or the last lines of the traceback; empty when it passed. */
  readonly reason: string;
}

/** How a class of tests ended that could not be set up, or not be taken down. */
const CLASS_STEP = /^(setUpClass|tearDownClass) \(([\w.]+)\)/;

const REASON_LENGTH_MAX = 300;

/** The lines of a traceback that say what was wrong: the exception, and what the service answered. */
function shortReason(text: string): string {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.trim());
  const telling = lines.filter((line) => /^(Details:|[A-Za-z_.]+(Error|Exception|Fault)\b|tempest\.\S+:)/.test(line));
  const chosen = telling.length > 0 ? telling.slice(-2) : lines.slice(-1);
  return chosen.join(' ').replaceAll(/\s+/g, ' ').slice(0, REASON_LENGTH_MAX);
}

const verdictOf = (status: string): Verdict =>
  status === 'success' || status === 'xfail' ? 'passed' : status === 'skip' ? 'skipped' : 'failed';

/**
 * Reads what `results.py` prints. `stepsFailed` are the classes whose set-up or tear-down went wrong: of the first, the
 * single tests are missing in `tests`.
 */
function readOutcomes(lines: string): {
  readonly tests: readonly Outcome[];
  readonly classes: readonly (Outcome & { readonly step: string })[];
} {
  const tests: Outcome[] = [];
  const classes: (Outcome & { step: string })[] = [];
  for (const line of lines.split('\n')) {
    if (line === '') continue;
    const row: unknown = JSON.parse(line);
    const [name, status, text] = ['test', 'status', 'text'].map((field) => String(valueAt(row, field)));
    if (name === undefined || status === undefined || text === undefined) continue;
    const verdict = verdictOf(status);
    const reason = verdict === 'passed' ? '' : shortReason(text);
    const [, step, className] = CLASS_STEP.exec(name) ?? [];
    if (step !== undefined && className !== undefined) classes.push({ test: className, step, verdict, reason });
    else tests.push({ test: name.replace(/\[.*$/, ''), verdict, reason });
  }
  return { tests, classes };
}

/**
 * The outcome of each test of a list (what was asked of another cloud) and of each that ran: a test whose class could
 * not be set up has the outcome of its class.
 */
export function outcomesOf(lines: string, known: Iterable<string>): readonly Outcome[] {
  const { tests, classes } = readOutcomes(lines);
  const byTest = new Map(tests.map((outcome) => [outcome.test, outcome]));
  const setUps = new Map(classes.filter(({ step }) => step === 'setUpClass').map((outcome) => [outcome.test, outcome]));
  for (const test of known) {
    const setUp = setUps.get(test.replace(/\.\w+$/, ''));
    if (!byTest.has(test) && setUp) byTest.set(test, { test, verdict: setUp.verdict, reason: setUp.reason });
  }
  for (const { test, step, verdict, reason } of classes) {
    // A class that cannot be taken down is a failure of its own.
    if (step === 'tearDownClass' && verdict === 'failed') {
      byTest.set(`${test} (tearDownClass)`, { test: `${test} (tearDownClass)`, verdict, reason });
    }
  }
  return [...byTest.values()].sort((a, b) => (a.test < b.test ? -1 : 1));
}
