import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../runtime/random.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';

const BANK = fileURLToPath(new URL('../../examples/bank.ts', import.meta.url));
const KILLS = Number(process.env['NOVELLA_KILLS'] ?? 20);
const NAMES = ['ada', 'ben', 'cho', 'dov', 'eva', 'fay'];
const OPENING = 1_000;
/** Transfers that wait for their answers. */
const IN_FLIGHT = 64;
/** Answers after which a bank is killed, at most. */
const ANSWERS_MAX = 400;

interface Transfer {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}

interface Books {
  readonly balances: ReadonlyMap<string, number>;
  readonly transfers: ReadonlyMap<string, Transfer>;
}

/** The program of the example, in a process of its own. */
function startBank(directory: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', BANK, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  // A bank that has been killed takes no more commands.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    say: (line: string): boolean => child.stdin.write(`${line}\n`),
    /** The next line that the bank says; null when it has ended. */
    async heard(): Promise<string | null> {
      const { value, done } = await lines.next();
      return done === true ? null : value;
    },
    kill: (): boolean => child.kill('SIGKILL'),
    /** Ends the input, which ends the bank. */
    async end(): Promise<void> {
      const exit = once(child, 'exit');
      child.stdin.end();
      assert.deepEqual(await exit, [0, null]);
    },
  };
}
type Bank = ReturnType<typeof startBank>;

/** Everything that the books of a bank say. */
async function booksOf(bank: Bank): Promise<Books> {
  bank.say('transfers');
  bank.say('accounts');
  const balances = new Map<string, number>();
  const transfers = new Map<string, Transfer>();
  for (;;) {
    const [kind, name = '', ...more] = (await bank.heard())?.split(' ') ?? [];
    const [first = '', to = '', amount = ''] = more;
    if (kind === 'total') return { balances, transfers };
    if (kind === 'account') balances.set(name, Number(first));
    else if (kind === 'transfer') transfers.set(name, { id: name, from: first, to, amount: Number(amount) });
    else assert.fail(`the bank says ${kind}`);
  }
}

/** Has transfers made until so many have been answered, then kills the bank. Returns those that were answered with `done`. */
async function transferAndDie(bank: Bank, next: () => Transfer, answers: number): Promise<string[]> {
  const order = ({ id, from, to, amount }: Transfer): boolean => bank.say(`transfer ${from} ${to} ${amount} ${id}`);
  for (let n = 0; n < IN_FLIGHT; n++) order(next());
  const done: string[] = [];
  let answered = 0;
  for (let line = await bank.heard(); line !== null; line = await bank.heard()) {
    // The last line of a killed process may be cut; a whole one names a transfer, and ends in a full stop.
    const [, outcome, id] = /^(done|refused TooLittleMoney) (t\d+\.)$/.exec(line) ?? [];
    if (outcome === 'done' && id !== undefined) done.push(id);
    else if (outcome === undefined) assert.equal(line.endsWith('.'), false, line);
    if (++answered === answers) bank.kill();
    else if (answered < answers) order(next());
  }
  assert.ok(answered >= answers, 'the bank ended before it was killed');
  return done;
}

/** The balances must be those that these transfers leave, and every acknowledged transfer must be among them. */
function check({ balances, transfers }: Books, ordered: readonly Transfer[], acknowledged: Iterable<string>): void {
  for (const id of acknowledged) assert.ok(transfers.has(id), `${id} was acknowledged and is lost`);
  const expected = new Map(NAMES.map((name) => [name, OPENING]));
  for (const transfer of transfers.values()) {
    const { id, from, to, amount } = transfer;
    assert.deepEqual(transfer, ordered[Number.parseInt(id.slice(1), 10)]);
    expected.set(from, (expected.get(from) ?? 0) - amount);
    expected.set(to, (expected.get(to) ?? 0) + amount);
  }
  assert.deepEqual(balances, expected, 'the balances are not those that the transfers leave');
  const sum = [...balances.values()].reduce((total, balance) => total + balance, 0);
  assert.equal(sum, NAMES.length * OPENING);
}

test(`a bank that is killed ${KILLS} times keeps every transfer that it acknowledged, each once, and no money is lost`, async () => {
  const folder = temporaryFolder();
  const random = seededRandom(7);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(random.fraction() * items.length)];
    assert.ok(item !== undefined);
    return item;
  };
  const ordered: Transfer[] = [];
  /** A new transfer; now and then one that was ordered before, as a client does that got no answer. */
  const next = (): Transfer => {
    if (ordered.length > 0 && random.fraction() < 0.1) return pick(ordered);
    const from = pick(NAMES);
    const to = pick(NAMES.filter((name) => name !== from));
    const transfer = { id: `t${ordered.length}.`, from, to, amount: 1 + Math.floor(random.fraction() * 50) };
    ordered.push(transfer);
    return transfer;
  };
  const acknowledged = new Set<string>();
  let bank: Bank | null = null;
  try {
    bank = startBank(folder.path);
    for (const name of NAMES) bank.say(`open ${name} ${OPENING}`);
    for (const name of NAMES) assert.equal(await bank.heard(), `done ${name}`);
    for (let kill = 0; kill < KILLS; kill++) {
      const answers = 1 + Math.floor(random.fraction() * ANSWERS_MAX);
      for (const id of await transferAndDie(bank, next, answers)) acknowledged.add(id);
      bank = startBank(folder.path);
      check(await booksOf(bank), ordered, acknowledged);
    }
    await bank.end();
    assert.ok(acknowledged.size > KILLS, 'too few transfers were made to show anything');
  } finally {
    // After a failure one is still there, and would keep this process.
    bank?.kill();
    folder.remove();
  }
});
