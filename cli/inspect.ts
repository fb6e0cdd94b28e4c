import { printableJson } from '../composition/printable.ts';
import { CommandRefused } from './command-refused.ts';
import { askRunning, operatorArgs, reasonIn } from './operator.ts';

const USAGE = `novella inspect KIND/ID: what the running cloud knows of an actor, such as instance/UUID

  --state-dir DIR   of the cloud    [$XDG_STATE_HOME/novella]

It prints JSON: the stored row, what waits, effects and timers. Rows may hold secrets of users.
`;

/** Prints an actor of the cloud that runs on a state directory. */
export async function inspect(args: readonly string[]): Promise<number> {
  const given = operatorArgs(args, USAGE);
  if (given === null) return 0;
  const [address = '', ...rest] = given.words;
  const slash = address.indexOf('/');
  if (slash < 1 || slash === address.length - 1 || rest.length > 0) {
    throw new CommandRefused('"inspect" needs one actor, as KIND/ID');
  }
  const [kind, id] = [address.slice(0, slash), address.slice(slash + 1)].map(encodeURIComponent);
  const answer = await askRunning(given.stateDir, 'GET', `/inspect/${kind}/${id}`);
  if (answer.status !== 200) throw new CommandRefused(`${address} cannot be inspected: ${reasonIn(answer)}`);
  const found: unknown = JSON.parse(answer.text);
  process.stdout.write(`${printableJson(Object(found).value ?? null)}\n`);
  return 0;
}
