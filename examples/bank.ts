import { join } from 'node:path';
import { createInterface } from 'node:readline';
// Outside of this repository: from 'novella/runtime' and 'novella/storage'.
import {
  type ActorKind,
  ActorSystem,
  actorKinds,
  DEFAULT_SHARD_LIMITS,
  failed,
  localLink,
  ok,
  protocol,
  type ReplyTo,
  type Result,
  realClock,
  realRandom,
  Shard,
  type ToClient,
  type ToShard,
  table,
} from '../runtime/index.ts';
import { LmdbStore, openEnvironment } from '../storage/index.ts';

/** What an account is told. A transfer has an id, so that a client who got no answer can send it again. */
type AccountMessage =
  | { readonly type: 'open'; readonly amount: number }
  | { readonly type: 'transfer'; readonly id: string; readonly to: string; readonly amount: number }
  /** From the account that has paid. `asker` is the client, who is answered here: both sides are in one commit. */
  | { readonly type: 'deposit'; readonly transfer: Transfer; readonly asker: ReplyTo | null };
type Refusal = 'NotOpen' | 'TooLittleMoney' | 'OpenAlready';

/** The rows: accounts by name, transfers by id. */
type Account = { readonly name: string; readonly balance: number };
type Transfer = { readonly id: string; readonly from: string; readonly to: string; readonly amount: number };

const account = protocol<AccountMessage, Result<null, Refusal>>('account');
const accounts = table<Account>({ name: 'account' });
const transfers = table<Transfer>({ name: 'transfer' });

const accountKind: ActorKind<Account | null, AccountMessage> = {
  kind: 'account',
  table: accounts,
  activate: () => null,
  handle(state, message, ctx) {
    const refuse = (code: Refusal): Account | null => {
      ctx.reply(failed(code));
      return state;
    };
    switch (message.type) {
      case 'open':
        if (state) return refuse('OpenAlready');
        ctx.reply(ok(null));
        return { name: ctx.self.id, balance: message.amount };
      case 'transfer': {
        const { id, to, amount } = message;
        if (transfers.read(ctx.rows, id)) {
          ctx.reply(ok(null));
          return state;
        }
        if (!state || !accounts.read(ctx.rows, to)) return refuse('NotOpen');
        if (state.balance < amount) return refuse('TooLittleMoney');
        const transfer = { id, from: state.name, to, amount };
        ctx.put(transfers, id, transfer);
        ctx.tell(account.at(to), { type: 'deposit', transfer, asker: ctx.asker });
        return { ...state, balance: state.balance - amount };
      }
      case 'deposit': {
        // The account was open when the other one paid, and accounts are never closed.
        if (!state) throw new Error(`There is no account ${ctx.self.id}.`);
        ctx.replyTo(message.asker, ok(null));
        return { ...state, balance: state.balance + message.transfer.amount };
      }
    }
  },
};

/** A bank whose books are one LMDB file in `directory`. */
export function openBank(directory: string) {
  const store = new LmdbStore(openEnvironment(join(directory, 'bank.mdb'), 'sync'));
  const shardOf = (): string => 'bank';
  const shard = new Shard({
    name: 'bank',
    kinds: actorKinds([accountKind]),
    store,
    clock: realClock,
    random: realRandom,
    limits: DEFAULT_SHARD_LIMITS,
    runEffect: async () => ok(null),
    shardOf,
    notice: (notice) => {
      if (notice.type !== 'resumed') process.stderr.write(`${JSON.stringify(notice)}\n`);
    },
  });
  const { near, far } = localLink<ToShard, ToClient>(realClock);
  const system = new ActorSystem({
    client: 'teller',
    clock: realClock,
    shardOf,
    asksInFlightMax: 1_000,
    beforeReplies: () => store.renew(),
  });
  shard.connectClient('teller', far);
  system.connect('bank', near);
  const tellAccount = async (name: string, message: AccountMessage): Promise<string> => {
    const answer = await system.ask(account.at(name), message, { deadlineMs: 10_000 });
    // Whoever gets no answer does not know, and sends it again with the same id.
    if (!answer.ok) return `unknown ${answer.error.code}`;
    return answer.value.ok ? 'done' : `refused ${answer.value.error}`;
  };
  return {
    open: (name: string, amount: number) => tellAccount(name, { type: 'open', amount }),
    transfer: (from: string, to: string, amount: number, id: string) =>
      tellAccount(from, { type: 'transfer', id, to, amount }),
    accounts: () => [...accounts.scan(store)],
    transfers: () => [...transfers.scan(store)],
    close: () => shard.stop(),
  };
}

/**
 * Commands on standard input: `open NAME AMOUNT`, `transfer FROM TO AMOUNT [ID]`, `accounts`, `transfers`. Transfers are under
 * way together, so that one commit holds many; other commands wait for those before them.
 */
async function main(directory: string): Promise<void> {
  const bank = openBank(directory);
  let under: Promise<void>[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    const words = line.trim().split(/\s+/);
    if (words[0] === 'transfer') {
      under.push(command(bank, words));
      continue;
    }
    await Promise.all(under);
    under = [];
    await command(bank, words);
  }
  await Promise.all(under);
  await bank.close();
}

async function command(bank: ReturnType<typeof openBank>, words: readonly string[]): Promise<void> {
  const [verb, from = '', ...more] = words;
  const say = (...parts: readonly (string | number)[]): boolean => process.stdout.write(`${parts.join(' ')}\n`);
  const amount = Number(verb === 'open' ? more[0] : more[1]);
  const isAmount = Number.isSafeInteger(amount) && amount > 0;
  if (verb === 'open' && from !== '' && isAmount) say(await bank.open(from, amount), from);
  else if (verb === 'transfer' && isAmount) {
    const [to = '', , id = realRandom.uuid()] = more;
    say(await bank.transfer(from, to, amount, id), id);
  } else if (verb === 'transfers') {
    for (const paid of bank.transfers()) say('transfer', paid.id, paid.from, paid.to, paid.amount);
  } else if (verb === 'accounts') {
    for (const { name, balance } of bank.accounts()) say('account', name, balance);
    say(
      'total',
      bank.accounts().reduce((sum, { balance }) => sum + balance, 0),
    );
  } else say('usage: open NAME AMOUNT | transfer FROM TO AMOUNT [ID] | accounts | transfers');
}

const [, program, directory] = process.argv;
if (program === import.meta.filename && directory !== undefined) await main(directory);
