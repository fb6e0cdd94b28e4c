import { type ActorKind, type Context, protocol, type Random, table } from '../../../runtime/index.ts';
import type { Scenario } from '../../../runtime/simulation/scenario.ts';
import { messagesUnderWay } from '../../../runtime/simulation/stored-messages.ts';
import type { World } from '../../../runtime/simulation/world.ts';

/** A client wants money moved: repeated with the same id until it is acknowledged. */
type Transfer = { readonly id: string; readonly from: string; readonly to: string; readonly amount: number };

type AccountMessage =
  | ({ readonly type: 'transfer' } & Transfer)
  /** From another account. `number` counts the deposits from it. */
  | { readonly type: 'deposit'; readonly from: string; readonly number: number; readonly amount: number };

interface Account {
  readonly balance: number;
  /** Ids of the transfers from here. */
  readonly done: readonly string[];
  /** Deposits sent to, and taken from, each other account. */
  readonly sent: Readonly<Record<string, number>>;
  readonly taken: Readonly<Record<string, number>>;
  /** What should never have come. */
  readonly wrong: readonly string[];
}

const ACCOUNTS = ['a', 'b', 'c', 'd', 'e'];
const SHARDS = ['s0', 's1', 's2'];
const OPENING_BALANCE = 100;
const OPERATIONS_MAX = 24;

const account = protocol<AccountMessage, 'done' | 'refused'>('account');
const accounts = table<Account>({ name: 'account' });

const accountKind: ActorKind<Account, AccountMessage> = {
  kind: 'account',
  table: accounts,
  activate: () => ({ balance: OPENING_BALANCE, done: [], sent: {}, taken: {}, wrong: [] }),
  handle(state, message, ctx) {
    return message.type === 'transfer' ? transfer(state, message, ctx) : deposit(state, message);
  },
};

function transfer(state: Account, { id, to, amount }: Transfer, ctx: Context): Account {
  if (state.done.includes(id)) {
    ctx.reply('done');
    return state;
  }
  if (state.balance < amount) {
    ctx.reply('refused');
    return state;
  }
  const number = (state.sent[to] ?? 0) + 1;
  ctx.tell(account.at(to), { type: 'deposit', from: ctx.self.id, number, amount });
  ctx.reply('done');
  return {
    ...state,
    balance: state.balance - amount,
    done: [...state.done, id],
    sent: { ...state.sent, [to]: number },
  };
}

function deposit(state: Account, { from, number, amount }: Extract<AccountMessage, { type: 'deposit' }>): Account {
  const expected = (state.taken[from] ?? 0) + 1;
  const wrong = number === expected ? state.wrong : [...state.wrong, `deposit ${number} of ${from}, not ${expected}`];
  return { ...state, balance: state.balance + amount, taken: { ...state.taken, [from]: number }, wrong };
}

const shardOf = (_kind: string, id: string): string => SHARDS[id.charCodeAt(0) % SHARDS.length] ?? 's0';
const read = (world: World, id: string): Account | undefined => accounts.read(world.rowsOf('account', id), id);

function isDeposit(message: unknown): message is { readonly amount: number } {
  return typeof message === 'object' && message !== null && 'amount' in message && typeof message.amount === 'number';
}

function* moneyIsKept(world: World): Iterable<string> {
  let sum = 0;
  for (const id of ACCOUNTS) sum += read(world, id)?.balance ?? OPENING_BALANCE;
  for (const { message } of messagesUnderWay(world)) if (isDeposit(message)) sum += message.amount;
  if (sum !== ACCOUNTS.length * OPENING_BALANCE) yield `there is ${sum} in all`;
}

function* depositsAreInOrder(world: World): Iterable<string> {
  for (const id of ACCOUNTS) for (const wrong of read(world, id)?.wrong ?? []) yield `${id} took ${wrong}`;
}

/** Money moves between accounts on three shards: none is lost or made, and deposits come once and in order. */
export const bank: Scenario<Transfer> = {
  name: 'bank',
  shards: SHARDS,
  shardOf,
  draw(random: Random) {
    const pick = (): number => Math.floor(random.fraction() * ACCOUNTS.length);
    return Array.from({ length: 4 + Math.floor(random.fraction() * (OPERATIONS_MAX - 4)) }, (_, index) => {
      const from = pick();
      const to = (from + 1 + Math.floor(random.fraction() * (ACCOUNTS.length - 1))) % ACCOUNTS.length;
      const amount = 1 + Math.floor(random.fraction() * 60);
      return { id: `t${index}`, from: ACCOUNTS[from] ?? 'a', to: ACCOUNTS[to] ?? 'b', amount };
    });
  },
  begin() {
    return {
      kinds: [accountKind],
      act: () => ({ ok: true, value: null }),
      invariants: [
        { name: 'money is kept', when: 'commit', check: moneyIsKept },
        { name: 'deposits come once and in order', when: 'commit', check: depositsAreInOrder },
      ],
      async perform(world, operation) {
        for (;;) {
          const asked = await world.system.ask(
            account.at(operation.from),
            { type: 'transfer', ...operation },
            { deadlineMs: 500 },
          );
          if (asked.ok) {
            const isDone = read(world, operation.from)?.done.includes(operation.id) === true;
            if (asked.value === 'done' && !isDone) {
              world.violated('what is acknowledged is stored', `${operation.id} was, and is not`);
            }
            return;
          }
          await world.sleep(20);
        }
      },
    };
  },
};
