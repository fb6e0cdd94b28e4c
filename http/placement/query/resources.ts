import { failed, ok, type Result } from '../../../runtime/result.ts';
import { type Problem, problem } from '../answer.ts';

const FORM = 'Expected resources query string parameter in form: ?resources=VCPU:2,MEMORY_MB:1024.';

const rejected = (text: string): Result<never, Problem> => failed(problem(400, text));

/** Reads `VCPU:2,MEMORY_MB:1024`. Of a class that stands twice the last amount counts. */
export function parseResources(text: string): Result<Readonly<Record<string, number>>, Problem> {
  if (text.trim() === '') return rejected(`Badly formed resources parameter. ${FORM} Got: empty string.`);
  const amounts: [string, number][] = [];
  for (const part of text.split(',')) {
    const [name = '', amount, ...rest] = part.split(':');
    if (amount === undefined || rest.length > 0)
      return rejected(`Badly formed resources parameter. ${FORM} Got: ${part}.`);
    // What Python's int() reads.
    if (!/^\s*[+-]?\d+\s*$/.test(amount))
      return rejected(`Requested resource ${name} expected positive integer amount. Got: ${amount}.`);
    const number = Number(amount);
    if (number < 1) return rejected(`Requested resource ${name} requires amount >= 1. Got: ${number}.`);
    amounts.push([name, number]);
  }
  return ok(Object.fromEntries(amounts));
}
