import { existsSync } from 'node:fs';
import { askControl } from '../composition/control-client.ts';
import { readDeadLetterFiles, type ShardLetters } from '../composition/dead-letter-files.ts';
import {
  deadLetterName,
  isStoredDeadLetter,
  parseDeadLetterName,
  summaryOfLetter,
} from '../composition/dead-letters.ts';
import { columns, printableJson, shown } from '../composition/printable.ts';
import { CommandRefused } from './command-refused.ts';
import { askRunning, operatorArgs, reasonIn } from './operator.ts';

const USAGE = `novella dead-letters: messages that no handler would take, kept for people

  list           all of them, oldest first, a line each
  show NAME      one of them, with its content
  retry NAME     puts it into its actor's mailbox again
  drop NAME      forgets it for ever

  --state-dir DIR      of the cloud       [$XDG_STATE_HOME/novella]
  --format text|json   how to print them  [text]

"list" and "show" work while the cloud does not run, too.
`;

/** Lists, shows, retries and drops dead letters. Whatever they hold is printed with control characters escaped. */
export async function deadLetters(args: readonly string[]): Promise<number> {
  const given = operatorArgs(args, USAGE);
  if (given === null) return 0;
  const { stateDir, format = 'text', words } = given;
  if (format !== 'text' && format !== 'json') throw new CommandRefused('--format is text or json');
  const [command = 'list', name, ...rest] = words;
  if (rest.length > 0) throw new CommandRefused(`There is too much after "${command}": ${rest.join(' ')}`);
  switch (command) {
    case 'list':
      if (name !== undefined) throw new CommandRefused('"list" takes no name; "show" does');
      list(await lettersOf(stateDir), format);
      return 0;
    case 'show':
      show(await lettersOf(stateDir), nameOf(command, name), format);
      return 0;
    case 'retry':
    case 'drop':
      return change(stateDir, command, nameOf(command, name));
    default:
      throw new CommandRefused(`There is no command "dead-letters ${command}"; see "novella help dead-letters"`);
  }
}

function nameOf(command: string, name: string | undefined): string {
  if (name === undefined) throw new CommandRefused(`"${command}" needs the name of a dead letter, as "list" shows it`);
  if (parseDeadLetterName(name) === null) throw new CommandRefused(`"${name}" is no name of a dead letter`);
  return name;
}

/** From the running cloud, or from its files when none runs. */
async function lettersOf(stateDir: string): Promise<readonly ShardLetters[]> {
  const answer = await askControl(stateDir, 'GET', '/dead-letters');
  if (answer === null) {
    if (!existsSync(stateDir)) throw new CommandRefused(`There is no state directory ${stateDir}`);
    return readDeadLetterFiles(stateDir);
  }
  if (answer.status !== 200) throw new CommandRefused(`The cloud does not list them: ${reasonIn(answer)}`);
  return answeredLetters(JSON.parse(answer.text));
}

/** The lists in the running cloud's answer; a shard that has not answered is told on standard error. */
function answeredLetters(body: unknown): readonly ShardLetters[] {
  const { shards } = Object(body);
  if (!Array.isArray(shards))
    throw new CommandRefused('The cloud has answered in a way that this program does not know');
  return shards.map((entry: unknown) => {
    const { shard, letters } = Object(entry);
    const { ok, value, reason } = Object(letters);
    if (ok !== true) process.stderr.write(`novella: shard ${shown(shard)}: ${shown(reason)}\n`);
    return { shard: String(shard), letters: Array.isArray(value) ? value.filter(isStoredDeadLetter) : [] };
  });
}

function list(shards: readonly ShardLetters[], format: 'text' | 'json'): void {
  const rows = shards.flatMap(({ shard, letters }) => letters.map((letter) => summaryOfLetter(shard, letter)));
  if (format === 'json') {
    process.stdout.write(`${printableJson(rows)}\n`);
    return;
  }
  if (rows.length === 0) {
    process.stdout.write('There are no dead letters.\n');
    return;
  }
  const head = ['NAME', 'AT', 'ACTOR', 'MESSAGE', 'TRIED', 'REASON'];
  const cells = rows.map(({ name, at, actor, message, attempts, reason }) =>
    [name, at, actor, message, attempts, reason].map((cell) => shown(cell, 200)),
  );
  process.stdout.write(columns([head, ...cells]));
}

function show(shards: readonly ShardLetters[], name: string, format: 'text' | 'json'): void {
  for (const { shard, letters } of shards) {
    const letter = letters.find(({ key }) => deadLetterName({ shard, key }) === name);
    if (!letter) continue;
    if (format === 'json') {
      process.stdout.write(`${printableJson({ name, ...letter })}\n`);
      return;
    }
    const { message, ...facts } = letter;
    const rows = Object.entries({ name, ...facts }).map(([field, value]) => [shown(field), shown(value, 10_000)]);
    const content = printableJson(message).replace(/^/gm, '  ');
    process.stdout.write(`${columns(rows)}message\n${content}\n`);
    return;
  }
  throw new CommandRefused(`There is no dead letter ${name}`);
}

async function change(stateDir: string, command: 'retry' | 'drop', name: string): Promise<number> {
  const path = `/dead-letters/${encodeURIComponent(name)}`;
  const answer =
    command === 'retry'
      ? await askRunning(stateDir, 'POST', `${path}/retry`)
      : await askRunning(stateDir, 'DELETE', path);
  if (answer.status !== 200) throw new CommandRefused(`${name} is not changed: ${reasonIn(answer)}`);
  process.stdout.write(command === 'retry' ? `${name} is in its actor's mailbox again.\n` : `${name} is forgotten.\n`);
  return 0;
}
