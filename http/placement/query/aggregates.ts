import { failed, ok, type Result } from '../../../runtime/result.ts';
import { canonicalUuid } from '../../compute/parameter-types.ts';
import { isUuidLike } from '../../formats.ts';
import { type Problem, problem } from '../answer.ts';
import { SINCE } from '../microversion.ts';

/** Aggregates as `member_of` asks for them. */
export interface AggregateNeeds {
  /** Each list names alternatives. */
  readonly memberOf: readonly (readonly string[])[];
  readonly notMemberOf: readonly string[];
}

const rejected = (text: string): Result<never, Problem> => failed(problem(400, text));

/** Reads all values of `member_of`, or of `member_ofN` with the suffix N. */
export function aggregateNeeds(
  values: readonly string[],
  suffix: string,
  minor: number,
): Result<AggregateNeeds, Problem> {
  if (values.length > 1 && minor < SINCE.manyMemberOf)
    return rejected(`Multiple member_of${suffix} parameters are not supported`);
  const memberOf: (readonly string[])[] = [];
  const notMemberOf: string[] = [];
  for (const value of values) {
    const match = /^(!?)(in:)?(.*)$/s.exec(value);
    const [, not = '', isList, text = ''] = match ?? [];
    if (isList === undefined && value.includes(','))
      return rejected(
        `Multiple values for 'member_of' must be prefixed with the 'in:' or '!in:' keyword using the valid microversion. Got: ${value}`,
      );
    const ids = isList === undefined ? [text] : text.split(',');
    const wrong = ids.find((id) => !isUuidLike(id));
    if (wrong !== undefined)
      return rejected(
        `Invalid query string parameters: Expected 'member_of' parameter to contain valid UUID(s). Got: ${wrong}`,
      );
    if (not === '') memberOf.push(ids.map(canonicalUuid));
    else if (minor < SINCE.forbiddenAggregates)
      return rejected(`Forbidden member_of${suffix} parameters are not supported in the specified microversion`);
    else notMemberOf.push(...ids.map(canonicalUuid));
  }
  return ok({ memberOf, notMemberOf });
}
