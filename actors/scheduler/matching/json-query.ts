/** What a query is asked about: the value of a variable such as `$free_ram_mb`, without the sign; undefined: there is none. */
export type Variables = (path: readonly string[]) => string | number | undefined;

/** A query of the hint `query`: an operator, then its arguments, which may be queries. */
export type JsonQuery = readonly unknown[];

type Value = string | number | boolean;

/** Longest text of a query in characters, and how deep it may be nested: it comes from users. */
const QUERY_LENGTH_MAX = 65_536;
const DEPTH_MAX = 32;

/** Reads a query. Null: it is not one, and nothing satisfies it; the empty query is satisfied by all. */
export function parseQuery(text: string): JsonQuery | null {
  if (text.length > QUERY_LENGTH_MAX) return null;
  try {
    const query: unknown = JSON.parse(text);
    return Array.isArray(query) && depthOf(query) <= DEPTH_MAX ? query : null;
  } catch {
    return null;
  }
}

function depthOf(query: unknown, depth = 1): number {
  if (!Array.isArray(query) || depth > DEPTH_MAX) return depth;
  return Math.max(depth, ...query.map((part) => (Array.isArray(part) ? depthOf(part, depth + 1) : depth)));
}

/** Whether a host's state satisfies a query. Nova: JsonFilter. */
export function satisfies(query: JsonQuery, variables: Variables): boolean {
  if (query.length === 0) return true;
  const result = evaluate(query, variables);
  return Array.isArray(result) ? result.some(isTruthy) : isTruthy(result);
}

const isTruthy = (value: unknown): boolean => value !== false && value !== 0 && value !== '' && value !== undefined;

/** The value of a query; `not` gives a list, of each argument's opposite. */
function evaluate([operator, ...given]: JsonQuery, variables: Variables): Value | readonly Value[] {
  const args = given.flatMap((argument) => valuesOfArgument(argument, variables));
  switch (operator) {
    case 'not':
      return args.map((argument) => !isTruthy(argument));
    case 'or':
      return args.some(isTruthy);
    case 'and':
      return args.every(isTruthy);
    case 'in':
      return holds(args, (first, others) => others.includes(first));
    case '=':
      return holds(args, (first, others) => others.every((other) => first === other));
    case '<':
      return holds(args, (first, others) => others.every((other) => compare(first, other, (d) => d < 0)));
    case '>':
      return holds(args, (first, others) => others.every((other) => compare(first, other, (d) => d > 0)));
    case '<=':
      return holds(args, (first, others) => others.every((other) => compare(first, other, (d) => d <= 0)));
    case '>=':
      return holds(args, (first, others) => others.every((other) => compare(first, other, (d) => d >= 0)));
    default:
      return false;
  }
}

const holds = ([first, ...others]: readonly Value[], test: (first: Value, others: readonly Value[]) => boolean) =>
  first !== undefined && others.length > 0 && test(first, others);

/** The value of an argument as a list of one, or of none when it is a variable that the host does not have. */
function valuesOfArgument(argument: unknown, variables: Variables): readonly Value[] {
  if (Array.isArray(argument)) {
    const value = argument.length === 0 ? true : evaluate(argument, variables);
    // A list that counts as one value: it is true when it holds anything, as in Python.
    return [typeof value === 'object' ? value.length > 0 : value];
  }
  if (typeof argument === 'number' || typeof argument === 'boolean') return [argument];
  if (typeof argument !== 'string' || argument === '') return [];
  if (!argument.startsWith('$')) return [argument];
  const value = variables(argument.slice(1).split('.'));
  return value === undefined ? [] : [value];
}

/** Compares two numbers or two texts; others do not compare. */
function compare(left: Value, right: Value, test: (difference: number) => boolean): boolean {
  if (typeof left === 'number' && typeof right === 'number') return test(left - right);
  if (typeof left === 'string' && typeof right === 'string') return test(left < right ? -1 : left > right ? 1 : 0);
  return false;
}
