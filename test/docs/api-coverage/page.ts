import { everySample } from '../../http/compute/contract.ts';
import { ABSENT, ABSENT_FOLDERS, DIFFERENT } from '../../http/compute/samples/absent.ts';
import { startVictimCloud } from '../../http/hostile/victims.ts';
import { reasonOf } from './reasons.ts';
import { type Verdict, verdicts } from './verdicts.ts';

const HEAD = `# How much of the Compute API is there

Made by \`npm run docs\` from Nova's contract (\`../shared/compute-api\`) against a cloud of simulated hosts; a test holds it in
step. An operation **passes** over a range of microversions when, at both ends of it, its route is there, its body and query
take the contract's samples and refuse what the contract refuses, and an administrator's request is answered with the status
and the shape of the contract. Otherwise the row says what came instead, and why that is the right answer.

`;

const row = ({ op, min, max, problem }: Verdict): readonly string[] => [
  `\`${op}\``,
  min === max ? min : `${min} to ${max}`,
  problem === null ? 'passes' : `${problem}. ${reasonOf(op) ?? '**Nobody has said why.**'}`.replace('.. ', '. '),
];

const SAMPLES_HEAD = `
## Samples

Nova keeps samples of requests and answers, which its documentation shows. \`test/http/compute/samples\` holds every one of
them: a request is taken by all operations whose schemas take it; an answer of ours, got by doing what the sample is about at
its microversion, has the same keys with the same types.

`;

interface Exception {
  readonly what: string;
  readonly samples: number;
  readonly answer: string;
  readonly why: string;
}

/** What is said of the samples of answers, and which of them no answer of ours is like. */
function samplesSection(): string {
  const all = everySample();
  const requests = all.filter(({ kind }) => kind === 'request');
  const wrong = requests.filter(({ operations }) => operations.length === 0).length;
  const exceptions = new Map<string, Exception>();
  const add = (what: string, answer: string, why: string): void => {
    const before = exceptions.get(what);
    exceptions.set(what, { what, samples: (before?.samples ?? 0) + 1, answer, why });
  };
  for (const { file, kind } of all) {
    if (kind !== 'response') continue;
    const name = file.replace(/\/v2\.\d+\//, '/');
    const folder = name.split('/')[0] ?? '';
    const single = ABSENT[name];
    const whole = ABSENT_FOLDERS[folder];
    const different = DIFFERENT[file];
    if (single !== undefined) add(name, String(single.status), single.why);
    else if (whole !== undefined) add(`${folder}/`, String(whole.status), whole.why);
    else if (different !== undefined) add(name, 'alike but for that', different.why);
  }
  const rows = [...exceptions.values()].sort((a, b) => (a.what < b.what ? -1 : 1));
  const excepted = rows.reduce((sum, { samples }) => sum + samples, 0);
  const answers = all.length - requests.length;
  const sum = `All ${requests.length} requests are taken, but ${wrong} that Nova's own schemas refuse. Of ${answers} answers ${answers - excepted} have the shape of ours; the other ${excepted}:\n\n`;
  const lines = rows.map(({ what, samples, answer, why }) => [`\`${what}\``, String(samples), answer, why]);
  return `${SAMPLES_HEAD}${sum}${table(['sample', 'files', 'answer', 'why'], lines)}\n`;
}

/** Columns are padded, as the formatter would. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** The page docs/api-coverage.md. */
export const apiCoveragePage = async (): Promise<string> => {
  const victims = await startVictimCloud();
  try {
    const found = await verdicts(victims);
    const operations = new Set(found.map(({ op }) => op));
    const failing = new Set(found.filter(({ problem }) => problem !== null).map(({ op }) => op));
    const missing = new Set(found.filter(({ problem }) => problem === 'no route').map(({ op }) => op));
    const sum = `Of ${operations.size} operations ${operations.size - missing.size} have their route at every microversion, and ${operations.size - failing.size} pass as a whole.\n\n`;
    return `${HEAD}${sum}${table(['operation', 'microversions', ''], found.map(row))}\n${samplesSection()}`;
  } finally {
    await victims.cloud.close();
  }
};
