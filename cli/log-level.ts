import { CommandRefused } from './command-refused.ts';
import { askRunning, operatorArgs, reasonIn } from './operator.ts';

const USAGE = `novella log-level [LEVEL]: says what the running cloud logs, or changes it until its next start

  LEVEL             debug, info, warn, error, silent
  --state-dir DIR   of the cloud    [$XDG_STATE_HOME/novella]
`;

/** Shows or changes the log level of the cloud that runs on a state directory. */
export async function logLevel(args: readonly string[]): Promise<number> {
  const given = operatorArgs(args, USAGE);
  if (given === null) return 0;
  const [level, ...rest] = given.words;
  if (rest.length > 0) throw new CommandRefused('"log-level" takes one level');
  const answer =
    level === undefined
      ? await askRunning(given.stateDir, 'GET', '/log-level')
      : await askRunning(given.stateDir, 'PUT', `/log-level/${encodeURIComponent(level)}`);
  if (answer.status !== 200) throw new CommandRefused(`The level is not changed: ${reasonIn(answer)}`);
  const found: unknown = JSON.parse(answer.text);
  process.stdout.write(`${String(Object(found).level)}\n`);
  return 0;
}
