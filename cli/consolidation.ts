import { parseArgs } from 'node:util';
import { columns, shown } from '../composition/printable.ts';
import { askCells, CELLS_FLAGS, listOf, queryOf, textOfCells } from './ask-cells.ts';
import { misused, printUsage } from './usage.ts';

const USAGE = `novella consolidation plan: which hosts could be emptied now, and by which live migrations. Nothing is moved.

  --cell NAME        of this cell only                  [all that are up]
  --moves N          as if a round had so many moves    [setting consolidation.maxMovesPerRound]
  --below PART       as if hosts were emptied of which less is used  [setting consolidation.emptiestBelow]
  --json             everything, as JSON
  --state-dir DIR    of the cloud                       [$XDG_STATE_HOME/novella]

Exit status 0: something could be moved; 1: nothing.
`;

const TEXTS = ['cell', 'moves', 'below'] as const;

/** Shows what consolidation would do in the running cloud. */
export async function consolidation(args: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const options = {
    cell: text,
    moves: text,
    below: text,
    ...CELLS_FLAGS,
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  if (values.help) return printUsage(USAGE);
  if (positionals.join(' ') !== 'plan') return misused('expected "consolidation plan"', USAGE);
  const path = `/consolidation/plan?${queryOf(values, TEXTS)}`;
  const cells = await askCells({ path, refusal: 'This is not planned' }, values, movesText);
  return cells.some((cell) => listOf(Object(cell).moves).length > 0) ? 0 : 1;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const percent = (value: unknown): string => (typeof value === 'number' ? `${Math.round(value * 100)}%` : '-');

/** The plans of the cells for people: what would be moved, and what of the hosts that were looked at stays. */
export const movesText = (cells: unknown): string => textOfCells(cells, cellText);

function cellText({ cell, hostsInUse, moves, considered }: Record<string, unknown>): string {
  const hosts = listOf(considered).map((one): Record<string, unknown> => Object(one));
  const emptied = hosts.filter(({ left }) => left === null).length;
  const count = listOf(moves).length;
  const what =
    count === 0 ? 'nothing would be moved' : `${counted(count, 'move')} would empty ${counted(emptied, 'host')}`;
  const lines = [`${shown(cell)}: ${what}, of ${shown(hostsInUse)} in use.\n`];
  const rows = listOf(moves).map((move): readonly string[] => {
    const { instanceId, from, to } = Object(move);
    return [shown(instanceId, 80), shown(from, 80), shown(to, 80)];
  });
  if (rows.length > 0) lines.push(columns([['INSTANCE', 'FROM', 'TO'], ...rows]));
  const stay = hosts
    .filter(({ left }) => left !== null)
    .map(({ host, instances, used, left }) => [shown(host, 80), shown(instances), percent(used), shown(left, 300)]);
  if (stay.length > 0) lines.push(columns([['STAYS', 'INSTANCES', 'USED', 'WHY'], ...stay]));
  return lines.join('');
}
