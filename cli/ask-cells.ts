import { printableJson, shown } from '../composition/printable.ts';
import { CommandRefused } from './command-refused.ts';
import { askRunning, reasonIn } from './operator.ts';
import { stateDirOf } from './state-dir.ts';

/** The flags that every command of this kind takes. */
export const CELLS_FLAGS = {
  json: { type: 'boolean' },
  'state-dir': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** A list in an answer; what is none counts as empty. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The flags of these names that were given, as a query. */
export function queryOf(values: Readonly<Record<string, unknown>>, names: readonly string[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = values[name];
    if (typeof value === 'string') query.set(name, value);
  }
  return query;
}

/**
 * What the cells of the running cloud answer to a GET of `path`, printed as JSON or as `textOf` puts it. `refusal` says what
 * is not done when they are not asked. Throws CommandRefused.
 */
export async function askCells(
  { path, refusal }: { readonly path: string; readonly refusal: string },
  { json, 'state-dir': stateDir }: { readonly json?: boolean; readonly 'state-dir'?: string },
  textOf: (cells: unknown) => string,
): Promise<readonly unknown[]> {
  const answer = await askRunning(stateDirOf(stateDir), 'GET', path);
  if (answer.status !== 200) throw new CommandRefused(`${refusal}: ${reasonIn(answer)}`);
  const { cells } = Object(JSON.parse(answer.text));
  process.stdout.write(json ? `${printableJson(cells)}\n` : textOf(cells));
  return listOf(cells);
}

/** The answers of the cells for people, each by itself; of one that gave none that it did not, and why. */
export function textOfCells(cells: unknown, textOf: (answer: Record<string, unknown>) => string): string {
  return listOf(cells)
    .map((cell) => {
      const answer: Record<string, unknown> = Object(cell);
      const { problem } = answer;
      return problem === undefined ? textOf(answer) : `${shown(answer['cell'])}: no answer (${shown(problem)})\n`;
    })
    .join('\n');
}
