import { columns, shown } from '../composition/printable.ts';
import { CommandRefused } from './command-refused.ts';
import { askRunning, reasonIn } from './operator.ts';

/** A thread of the answer, as it is printed: its number, its state, its shards, its deaths. */
function rowOf(entry: unknown): readonly string[] {
  const { thread, state, shards, restarts } = Object(entry);
  const names = Array.isArray(shards) ? shards.join(' ') : '';
  return [thread, state, restarts, names === '' ? '-' : names].map((cell) => shown(cell, 200));
}

/** Lists the threads of the running cloud and the shards on them, or moves a shard. Exit status 0: done. */
export async function manageShard(stateDir: string, words: readonly string[]): Promise<number> {
  const [command, name, thread, ...rest] = words;
  if (command === 'list' && name === undefined) {
    const answer = await askRunning(stateDir, 'GET', '/shards');
    if (answer.status !== 200) throw new CommandRefused(`The cloud does not list its shards: ${reasonIn(answer)}`);
    const { threads } = Object(JSON.parse(answer.text));
    const rows = Array.isArray(threads) ? threads.map(rowOf) : [];
    process.stdout.write(columns([['THREAD', 'STATE', 'RESTARTS', 'SHARDS'], ...rows]));
    return 0;
  }
  if (command === 'move' && name !== undefined && thread !== undefined && rest.length === 0) {
    if (!/^\d{1,3}$/.test(thread)) throw new CommandRefused(`"${thread}" is no number of a thread`);
    const path = `/shards/${encodeURIComponent(name)}/move/${thread}`;
    const answer = await askRunning(stateDir, 'POST', path);
    if (answer.status !== 200) throw new CommandRefused(`${name} is not moved: ${reasonIn(answer)}`);
    process.stdout.write(`${name} is on thread ${thread}.\n`);
    return 0;
  }
  throw new CommandRefused('Expected "shard list" or "shard move SHARD THREAD"; see "novella help manage"');
}
