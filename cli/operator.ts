import { parseArgs } from 'node:util';
import { askControl, type ControlAnswer } from '../composition/control-client.ts';
import { CommandRefused } from './command-refused.ts';
import { stateDirOf } from './state-dir.ts';

/** The flags that every operator's command takes, and its words. Null: the usage was asked for, and has been printed. */
export function operatorArgs(
  args: readonly string[],
  usage: string,
): { readonly stateDir: string; readonly format: string | undefined; readonly words: readonly string[] } | null {
  const options = {
    'state-dir': { type: 'string' },
    format: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  if (values.help) {
    process.stdout.write(usage);
    return null;
  }
  return { stateDir: stateDirOf(values['state-dir']), format: values.format, words: positionals };
}

/** Asks the running cloud. Throws CommandRefused when none runs on the state directory. */
export async function askRunning(
  stateDir: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
): Promise<ControlAnswer> {
  const answer = await askControl(stateDir, method, path);
  if (answer === null)
    throw new CommandRefused(
      `No cloud runs on ${stateDir}; start it with "novella serve", or name another with --state-dir`,
    );
  return answer;
}

/** The reason in an answer that refuses. */
export function reasonIn({ text, status }: ControlAnswer): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'reason' in body) return String(body.reason);
  } catch {
    // Not JSON: the status says it.
  }
  return `the answer has status ${status}`;
}
