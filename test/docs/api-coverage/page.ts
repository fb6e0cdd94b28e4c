import { startVictimCloud } from '../../http/hostile/victims.ts';
import { type Verdict, verdicts } from './verdicts.ts';

const HEAD = `# How much of the Compute API is there

Made by \`npm run docs\` from Nova's contract (\`../shared/compute-api\`) against a cloud of simulated hosts; a test holds it in
step. An operation **passes** over a range of microversions when, at both ends of it, its route is there, its body and query
take the contract's samples and refuse what the contract refuses, and an administrator's request is answered with the status
and the shape of the contract. Otherwise the row says what came instead; that may be the right answer for what was asked (a
thing that is not there, a driver that cannot), which the tests of the resource then hold.

`;

const row = ({ op, min, max, problem }: Verdict): readonly string[] => [
  `\`${op}\``,
  min === max ? min : `${min} to ${max}`,
  problem === null ? 'passes' : problem,
];

/** Columns are padded, as the formatter would. */
function table(rows: readonly (readonly string[])[]): string {
  const all = [['operation', 'microversions', ''], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(3, ...all.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = all;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
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
    return `${HEAD}${sum}${table(found.map(row))}\n`;
  } finally {
    await victims.cloud.close();
  }
};
