import { runInner, type Schema, unmatchedKeys } from '../../parameter.ts';
import { pythonRepr } from '../../python-text.ts';
import { type Problem, problem } from '../answer.ts';

/** What a query may hold. Of a parameter that is repeated, the last value is checked. */
export interface QueryRule {
  readonly fields: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Further names, as regular expressions; their values may be any text. */
  readonly patterns?: readonly string[];
}

/** Why a query is refused, in the order of Placement's schemas; null: it passes. */
export function queryProblem(
  { fields, required = [], patterns = [] }: QueryRule,
  query: URLSearchParams,
): Problem | null {
  const rejected = (text: string): Problem => problem(400, `Invalid query string parameters: ${text}`);
  const names = [...new Set(query.keys())];
  for (const [name, schema] of Object.entries(fields)) {
    const value = query.getAll(name).at(-1);
    if (value === undefined) continue;
    const result = runInner(schema, value, 'strict');
    if (!result.ok) return rejected(result.issue.message);
  }
  const missing = required.find((name) => !query.has(name));
  if (missing !== undefined) return rejected(`${pythonRepr(missing)} is a required property`);
  const known = patterns.map((pattern) => new RegExp(pattern, 'u'));
  const strangers = names.filter((name) => !Object.hasOwn(fields, name) && !known.some((one) => one.test(name)));
  if (strangers.length === 0) return null;
  if (patterns.length > 0) return rejected(unmatchedKeys(strangers, [...patterns].sort()));
  const shown = strangers.map((name) => pythonRepr(name)).join(', ');
  return rejected(
    `Additional properties are not allowed (${shown} ${strangers.length === 1 ? 'was' : 'were'} unexpected)`,
  );
}
