import { builds } from './builds.ts';
import { deletions } from './deletions.ts';
import { moves } from './moves.ts';
import { outages } from './outages.ts';
import { linkOf, type Report } from './report.ts';

/** Every report, by what it is about. */
export const REPORTS: Readonly<Record<string, readonly Report[]>> = {
  Builds: builds,
  Deletions: deletions,
  Moves: moves,
  Outages: outages,
};

const aligned = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...rest] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n');
};

const rowOf = (report: Report): readonly string[] => [
  `[${report.bug}](${linkOf(report)})`,
  report.there,
  `${report.here[0]?.toUpperCase()}${report.here.slice(1)}.`,
];

/** The page docs/known-hangs.md. */
export const knownHangsPage = (): string => `# What hangs elsewhere

Public reports of instances that hang in Nova, or leave something behind, in our own words, and what the same story comes to
here. Most have been mended in Nova since; they show where a controller of this kind breaks. Made by \`npm run docs\` from
\`test/known-hangs/\`, where each row is a test of the name in its last column: it is lived through in virtual time with the
fault that set it off, and afterwards nothing may hang, and claims, ports, quota, migrations, images and guests must be what
the instances need, no more and no less.

${Object.entries(REPORTS)
  .map(([title, reports]) => `## ${title}\n\n${aligned([['report', 'there', 'here'], ...reports.map(rowOf)])}`)
  .join('\n\n')}
`;
