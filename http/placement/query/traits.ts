import { failed, ok, type Result } from '../../../runtime/result.ts';
import { type Problem, problem } from '../answer.ts';
import { SINCE } from '../microversion.ts';

/** Traits as `required` asks for them. */
export interface TraitNeeds {
  /** Each list names alternatives. */
  readonly required: readonly (readonly string[])[];
  readonly forbidden: readonly string[];
}

const PREFIX = 'Invalid query string parameters: ';

/** Reads one value of `required`: `T1,!T2`, and `in:T1,T2` where that is known. */
export function parseTraits(
  value: string,
  { mayForbid, mayChoose }: { readonly mayForbid: boolean; readonly mayChoose: boolean },
): Result<TraitNeeds, Problem> {
  const rejected = (text: string): Result<never, Problem> => failed(problem(400, PREFIX + text));
  if (value.startsWith('in:')) {
    if (!mayChoose)
      return rejected(
        `The format 'in:HW_CPU_X86_VMX,CUSTOM_MAGIC' only supported since microversion 1.39. Got: ${value}`,
      );
    const any = [
      ...new Set(
        value
          .slice('in:'.length)
          .split(',')
          .map((trait) => trait.trim()),
      ),
    ];
    if (any.includes(''))
      return rejected(
        `Expected 'required' parameter value of the form: in:HW_CPU_X86_VMX,CUSTOM_MAGIC. Got an empty trait in: ${value}`,
      );
    if (any.some((trait) => trait.startsWith('!')))
      return rejected(`The format 'in:HW_CPU_X86_VMX,CUSTOM_MAGIC' does not support forbidden traits. Got: ${value}`);
    return ok({ required: [any], forbidden: [] });
  }
  const all = value.split(',').map((trait) => trait.trim());
  const forbidden = all.filter((trait) => trait.startsWith('!')).map((trait) => trait.replace(/^!+/, ''));
  const form = mayForbid ? 'HW_CPU_X86_VMX,!CUSTOM_MAGIC' : 'HW_CPU_X86_VMX,CUSTOM_MAGIC';
  if (all.includes('') || forbidden.includes(''))
    return rejected(`Expected 'required' parameter value of the form: ${form}. Got an empty trait in: ${value}`);
  if (forbidden.length > 0 && !mayForbid)
    return rejected(`Expected 'required' parameter value of the form: ${form}. Got: ${value}`);
  return ok({ required: all.filter((trait) => !trait.startsWith('!')).map((trait) => [trait]), forbidden });
}

/** Reads all values of `required`, or of `requiredN`. Before 1.39 only the last of them counts. */
export function traitNeeds(values: readonly string[], minor: number): Result<TraitNeeds, Problem> {
  const mayChoose = minor >= SINCE.anyTraits;
  const required: (readonly string[])[] = [];
  const forbidden: string[] = [];
  for (const value of mayChoose ? values : values.slice(-1)) {
    const parsed = parseTraits(value, { mayForbid: minor >= SINCE.forbiddenTraits, mayChoose });
    if (!parsed.ok) return parsed;
    required.push(...parsed.value.required);
    forbidden.push(...parsed.value.forbidden);
  }
  return ok({ required, forbidden });
}
