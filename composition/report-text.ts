import { columns, shown } from './printable.ts';
import type { Report } from './report.ts';

/** Longest value in a line, in characters. */
const VALUE_LENGTH_MAX = 2_000;
/** Rows of a list; more are counted. */
const ROWS_MAX = 200;
/** Deepest nesting that is laid out; what is deeper stands there as JSON. */
const DEPTH_MAX = 4;

type Plain = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isFlat = (value: Plain): boolean => !Object.values(value).some(isNested);

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');

function tableOf(rows: readonly Plain[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => names.map((name) => shown(row[name] ?? '', VALUE_LENGTH_MAX)));
  return columns([names.map((name) => shown(name)), ...cells]);
}

function listText(items: readonly unknown[], depth: number): string {
  const some = items.slice(0, ROWS_MAX);
  const more = items.length > ROWS_MAX ? `and ${items.length - ROWS_MAX} more\n` : '';
  const rows = some.filter(isObject);
  if (rows.length === some.length && rows.every(isFlat)) return tableOf(rows) + more;
  return some.map((item) => textOf(item, depth + 1)).join('') + more;
}

function objectText(value: Plain, depth: number): string {
  const flat = Object.entries(value).filter(([, inner]) => !isNested(inner));
  const nested = Object.entries(value).filter(([, inner]) => isNested(inner));
  const lines = columns(flat.map(([name, inner]) => [shown(name), shown(inner, VALUE_LENGTH_MAX)]));
  return lines + nested.map(([name, inner]) => `${shown(name)}\n${indented(textOf(inner, depth + 1))}`).join('');
}

/** Any plain data for people: names with values in columns, lists of like objects as tables. */
function textOf(value: unknown, depth = 0): string {
  if (depth > DEPTH_MAX || !isNested(value)) return `${shown(value, VALUE_LENGTH_MAX)}\n`;
  if (Array.isArray(value)) return value.length === 0 ? 'none\n' : listText(value, depth);
  if (!isObject(value) || Object.keys(value).length === 0) return 'none\n';
  return objectText(value, depth);
}

const WIDTH = 100;
const titled = (title: string): string => `${`=== ${shown(title)} `.padEnd(WIDTH, '=')}\n`;

/** A report as text. Whatever came from outside is escaped: it cannot write to the terminal on its own. */
export function reportText({ reason, at, sections }: Report): string {
  const head = `${titled('Guru Meditation')}${columns([
    ['at', at],
    ['reason', shown(reason)],
  ])}`;
  return head + sections.map(({ title, content }) => `\n${titled(title)}${textOf(content)}`).join('');
}
