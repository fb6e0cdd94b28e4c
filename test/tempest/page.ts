import type { Outcome, Verdict } from './outcome.ts';

/** What Tempest said of another cloud, by test. */
export type Reference = ReadonlyMap<string, string>;

/** What a run is and what came of it. */
export interface Run {
  readonly tempestVersion: string;
  /** How to repeat it. */
  readonly command: string;
  readonly outcomes: readonly Outcome[];
  /** Of Nova; empty where it is not known. */
  readonly nova: Reference;
}

/** An explained exception: tests whose names match do not pass, for a reason that is known. */
export interface Exception {
  readonly tests: RegExp;
  readonly why: string;
}

/** Why tests are skipped for which Tempest gives a reason that matches. */
export interface Skip {
  readonly reason: RegExp;
  readonly why: string;
}

/** Reads `tempest-nova-zed.tsv`: a status and a test on each line. */
export function readReference(text: string): Reference {
  const reference = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [status, test] = line.split('\t');
    if (status !== undefined && test !== undefined) reference.set(test, status);
  }
  return reference;
}

const count = (outcomes: readonly Outcome[], verdict: Verdict): number =>
  outcomes.filter((outcome) => outcome.verdict === verdict).length;

const countOf = (nova: Reference, status: string): number =>
  [...nova.values()].filter((value) => value === status).length;

/** Text for a cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

const short = (test: string): string => test.replace('tempest.api.compute.', '');

/** Tests that pass on Nova and do not pass here. */
export const missing = ({ outcomes, nova }: Run): readonly Outcome[] => {
  const byTest = new Map(outcomes.map((outcome) => [outcome.test, outcome]));
  return [...nova]
    .filter(([test, status]) => status === 'passed' && byTest.get(test)?.verdict !== 'passed')
    .map(([test]) => byTest.get(test) ?? { test, verdict: 'skipped', reason: 'It did not run.' });
};

const explanation = (test: string, exceptions: readonly Exception[]): string | null =>
  exceptions.find(({ tests }) => tests.test(test))?.why ?? null;

/** What should pass and does not: it failed or passes on Nova, and no exception explains it. */
export const unexplained = (run: Run, exceptions: readonly Exception[]): readonly Outcome[] => {
  const failures = run.outcomes.filter(({ verdict }) => verdict === 'failed');
  return [...new Map([...failures, ...missing(run)].map((outcome) => [outcome.test, outcome])).values()].filter(
    ({ test }) => explanation(test, exceptions) === null,
  );
};

function rows(outcomes: readonly Outcome[], nova: Reference, exceptions: readonly Exception[]): string[] {
  return outcomes.map(({ test, verdict, reason }) => {
    const why = explanation(test, exceptions);
    return `| ${short(test)} | ${verdict} | ${nova.get(test) ?? '-'} | ${cell(why ?? `**not explained:** ${reason}`)} |`;
  });
}

const grouped = (skipped: readonly Outcome[]): Map<string, Outcome[]> => {
  const byReason = new Map<string, Outcome[]>();
  for (const outcome of skipped) byReason.set(outcome.reason, [...(byReason.get(outcome.reason) ?? []), outcome]);
  return new Map([...byReason].sort(([, a], [, b]) => b.length - a.length));
};

const skipRow = (given: string, skipped: readonly Outcome[], skips: readonly Skip[]): string => {
  const why = skips.find(({ reason }) => reason.test(given))?.why ?? '**not explained**';
  return `| ${skipped.length} | ${cell(given)} | ${cell(why)} |`;
};

/** The page docs/tempest.md. */
export function tempestPage(run: Run, exceptions: readonly Exception[], skips: readonly Skip[] = []): string {
  const { outcomes, nova } = run;
  const notHere = missing(run);
  const failed = outcomes.filter(({ verdict }) => verdict === 'failed');
  const shown = [...new Map([...notHere, ...failed].map((outcome) => [outcome.test, outcome])).values()];
  const skipped = outcomes.filter(({ test, verdict }) => verdict === 'skipped' && nova.get(test) !== 'passed');
  const better = outcomes.filter(({ test, verdict }) => verdict === 'passed' && nova.get(test) !== 'passed');
  return [
    '# Tempest',
    '',
    `What \`tempest.api.compute\` of Tempest ${run.tempestVersion} says of Novella with simulated hosts, beside what it said of`,
    'Nova Zed with its fake driver. Written by `' +
      run.command +
      '`; [test/tempest](../test/tempest/README.md) says how.',
    '',
    '|         | Novella | Nova |',
    '| ------- | ------- | ---- |',
    ...(['passed', 'failed', 'skipped'] as const).map(
      (verdict) => `| ${verdict} | ${count(outcomes, verdict)} | ${nova.size === 0 ? '-' : countOf(nova, verdict)} |`,
    ),
    '',
    ...(nova.size === 0
      ? []
      : [
          `Of the ${countOf(nova, 'passed')} tests that pass on Nova, ${countOf(nova, 'passed') - notHere.length} pass here; ` +
            `${better.length} pass here that do not pass there.`,
          '',
        ]),
    '## What fails, or passes only on Nova',
    '',
    ...(shown.length === 0
      ? ['Nothing.']
      : ['| test | here | Nova | why |', '| ---- | ---- | ---- | --- |', ...rows(shown, nova, exceptions)]),
    '',
    '## What is skipped, by reason',
    '',
    '| tests | reason, as Tempest gives it | why here |',
    '| ----- | --------------------------- | -------- |',
    ...[...grouped(skipped)].map(([reason, of]) => skipRow(reason, of, skips)),
    '',
    '## What passes here and not on Nova',
    '',
    ...(better.length === 0 ? ['Nothing.'] : better.map(({ test }) => `- ${short(test)}`)),
    '',
  ].join('\n');
}
