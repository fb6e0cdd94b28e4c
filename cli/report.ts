import { CommandRefused } from './command-refused.ts';
import { askRunning, operatorArgs, reasonIn } from './operator.ts';

const USAGE = `novella report: what the running cloud is doing: a Guru Meditation Report

  --state-dir DIR      of the cloud       [$XDG_STATE_HOME/novella]
  --format text|json   how to print it    [text]

SIGUSR2 to the cloud's process has it write one to standard error and into the directory reports/.
`;

/** Prints the report of the cloud that runs on a state directory. Secrets are masked in it. */
export async function report(args: readonly string[]): Promise<number> {
  const given = operatorArgs(args, USAGE);
  if (given === null) return 0;
  const { stateDir, format = 'text', words } = given;
  if (words.length > 0) throw new CommandRefused(`There is nothing to say after "report": ${words.join(' ')}`);
  if (format !== 'text' && format !== 'json') throw new CommandRefused('--format is text or json');
  const answer = await askRunning(stateDir, 'GET', `/report?format=${format}`);
  if (answer.status !== 200) throw new CommandRefused(`The cloud makes no report: ${reasonIn(answer)}`);
  process.stdout.write(answer.text.endsWith('\n') ? answer.text : `${answer.text}\n`);
  return 0;
}
