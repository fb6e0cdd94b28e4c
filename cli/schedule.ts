import { parseArgs } from 'node:util';
import { columns, shown } from '../composition/printable.ts';
import { askCells, CELLS_FLAGS, listOf, queryOf, textOfCells } from './ask-cells.ts';
import { CommandRefused } from './command-refused.ts';
import { misused, printUsage } from './usage.ts';

const USAGE = `novella schedule explain: why a server would get which host now, or none. Nothing is made or claimed.

  --flavor ID        of the server: its id or name
  --image ID         its image: id or name              [none]
  --server ID        a server that there is, as if it had to leave its host
  --zone ZONE        the availability zone that is asked for
  --host HOST        the only host that it may be
  --forced           as "zone:host" of an administrator: no filter is asked about the host
  --project ID       whose server it is
  --group ID         its server group
  --hint NAME=VALUE  a scheduler hint; again for more, also of one name
  --cell NAME        ask this cell only                 [all that are up]
  --limit N          hosts to tell of, of each cell     [100]
  --parts            the weight of each host in its parts
  --json             everything, as JSON
  --state-dir DIR    of the cloud                       [$XDG_STATE_HOME/novella]

Hosts that pass come first, the best first; each other one with the filter that refuses it, and why.
Exit status 0: there is a host; 1: there is none.
`;

const TEXTS = ['flavor', 'image', 'server', 'zone', 'host', 'project', 'group', 'cell'] as const;

/** Explains a decision of the running cloud's scheduler. */
export async function schedule(args: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const options = {
    flavor: text,
    image: text,
    server: text,
    zone: text,
    host: text,
    project: text,
    group: text,
    cell: text,
    limit: text,
    hint: { type: 'string', multiple: true },
    forced: { type: 'boolean' },
    parts: { type: 'boolean' },
    ...CELLS_FLAGS,
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  if (values.help) return printUsage(USAGE);
  if (positionals.join(' ') !== 'explain') return misused('expected "schedule explain"', USAGE);
  const query = queryOf(values, TEXTS);
  if (values.hint !== undefined) query.set('hints', JSON.stringify(hintsOf(values.hint)));
  if (values.forced) query.set('forced', '1');
  if (values.limit !== undefined) query.set('hostsMax', values.limit);
  const path = `/schedule/explain?${query}`;
  const textOf = (answers: unknown): string => explainedText(answers, values.parts === true);
  const cells = await askCells({ path, refusal: 'This is not explained' }, values, textOf);
  return cells.some((cell) => isText(Object(cell).chosen)) ? 0 : 1;
}

/** Hints by name; several of one name are a list. */
function hintsOf(given: readonly string[]): Readonly<Record<string, string | readonly string[]>> {
  const hints = new Map<string, string[]>();
  for (const hint of given) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(hint) ?? [];
    if (name === undefined || value === undefined)
      throw new CommandRefused(`--hint: expected NAME=VALUE, and got ${JSON.stringify(hint)}`);
    hints.set(name, [...(hints.get(name) ?? []), value]);
  }
  return Object.fromEntries([...hints].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all]));
}

const isText = (value: unknown): value is string => typeof value === 'string';
const rounded = (value: unknown): string => (typeof value === 'number' ? String(Number(value.toFixed(4))) : '-');

/** The answers of the cells for people: a paragraph and a table for each. */
export const explainedText = (cells: unknown, withParts: boolean): string =>
  textOfCells(cells, (explained) => cellText(explained, withParts));

function cellText(explained: Record<string, unknown>, withParts: boolean): string {
  const { cell, chosen, policy, hosts, refused, told } = explained;
  const counts = listOf(refused).map((one) => `${shown(Object(one).hosts)} refused by ${shown(Object(one).filter)}`);
  const how = isText(policy) && policy !== 'weights' ? ` by the packing policy ${shown(policy)}` : '';
  const head = isText(chosen) ? `${shown(chosen)} would be chosen${how}` : 'no host passes';
  const lines = [`${shown(cell)}: ${[`${head} of ${shown(hosts)} hosts`, ...counts].join(', ')}.\n`];
  const rows = listOf(told).flatMap((one) => rowsOf(Object(one), withParts));
  if (rows.length > 0) lines.push(columns([['HOST', 'PASSES', 'WEIGHT', 'WHY'], ...rows]));
  const left = Number(hosts) - listOf(told).length;
  if (left > 0) lines.push(`… and ${left} more; --limit tells of them.\n`);
  return lines.join('');
}

/** The line of a host, and one for each part of its weight. */
function rowsOf(one: Record<string, unknown>, withParts: boolean): readonly (readonly string[])[] {
  if (one['passes'] !== true)
    return [[shown(one['host'], 80), 'no', '-', shown(`${one['filter']}: ${one['reason']}`, 300)]];
  const parts = listOf(one['parts']).map((part): Record<string, unknown> => Object(part));
  const counting = parts
    .filter(({ weight }) => weight !== 0)
    .map((part) => `${shown(part['weigher'])} ${rounded(part['weight'])}`);
  const cost = typeof one['cost'] === 'number' ? [`costs ${rounded(one['cost'])}`] : [];
  const why = withParts ? cost : [...cost, ...counting];
  const row = [shown(one['host'], 80), 'yes', rounded(one['weight']), why.join(', ')];
  if (!withParts) return [row];
  return [
    row,
    ...parts.map((part) => [
      '',
      '',
      rounded(part['weight']),
      `${shown(part['weigher'])}: ${rounded(part['raw'])} is ${rounded(part['normalised'])} of 1, times ${rounded(part['multiplier'])}`,
    ]),
  ];
}
