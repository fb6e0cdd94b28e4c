import {
  type ActorKind,
  ActorSystem,
  actorKinds,
  DEFAULT_SHARD_LIMITS,
  type EffectEnded,
  listDeadLetters,
  localLink,
  ok,
  protocol,
  type ReplyTo,
  Shard,
  seededRandom,
  type ToClient,
  type ToShard,
  table,
} from '../../runtime/index.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';

type OrderMessage =
  /** From a customer. Answered when the order is paid or refused. */
  | { readonly type: 'place'; readonly item: string; readonly count: number }
  /** From the stock. */
  | { readonly type: 'reserved' }
  | { readonly type: 'soldOut' }
  /** From the runtime: the card has been charged, or not. */
  | EffectEnded
  /** From the order's own timer. */
  | { readonly type: 'giveUp' };

type StockMessage =
  | { readonly type: 'fill'; readonly count: number }
  | { readonly type: 'reserve'; readonly orderId: string; readonly count: number };

const order = protocol<OrderMessage, string>('order');
const stock = protocol<StockMessage>('stock');

type Order = { readonly item: string; readonly count: number; readonly state: string; readonly asker: ReplyTo | null };
type Stock = { readonly item: string; readonly left: number };

const orders = table<Order, 'byState'>({ name: 'order', indexes: { byState: ({ state }) => [state] } });
const stocks = table<Stock>({ name: 'stock' });

const orderKind: ActorKind<Order | null, OrderMessage> = {
  kind: 'order',
  table: orders,
  activate: () => null,
  handle(state, message, ctx) {
    if (message.type === 'place') {
      // A repeated order is answered with what became of the first one.
      if (state) {
        ctx.reply(state.state);
        return state;
      }
      ctx.tell(stock.at(message.item), { type: 'reserve', orderId: ctx.self.id, count: message.count });
      ctx.setTimer('giveUp', 60_000, { type: 'giveUp' });
      return { item: message.item, count: message.count, state: 'placed', asker: ctx.asker };
    }
    if (!state) throw new Error(`There is no order ${ctx.self.id}.`);
    const end = (outcome: string): Order => {
      ctx.cancelTimer('giveUp');
      ctx.replyTo(state.asker, outcome);
      return { ...state, state: outcome, asker: null };
    };
    switch (message.type) {
      case 'reserved':
        ctx.effect({ effectId: 'charge', name: 'card.ensureCharged', args: { id: ctx.self.id }, deadlineMs: 10_000 });
        return { ...state, state: 'reserved' };
      case 'soldOut':
        return end('sold out');
      case 'effectEnded':
        return end(message.outcome.ok ? 'paid' : 'refused');
      case 'giveUp':
        ctx.cancelEffect('charge');
        return end('given up');
    }
  },
};

const stockKind: ActorKind<Stock, StockMessage> = {
  kind: 'stock',
  table: stocks,
  activate: (item) => ({ item, left: 0 }),
  handle(state, message, ctx) {
    if (message.type === 'fill') return { ...state, left: state.left + message.count };
    const { orderId, count } = message;
    if (!Number.isInteger(count)) throw new Error(`${count} is no count.`);
    const enough = count <= state.left;
    ctx.tell(order.at(orderId), { type: enough ? 'reserved' : 'soldOut' });
    return enough ? { ...state, left: state.left - count } : state;
  },
};

const shardOf = (kind: string): string => (kind === 'stock' ? 'back' : 'front');

function openShop(clock: VirtualClock, stores: { readonly front: MemoryStore; readonly back: MemoryStore }) {
  const charged = new Set<string>();
  const open = (name: 'front' | 'back'): Shard =>
    new Shard({
      name,
      kinds: actorKinds([orderKind, stockKind]),
      store: stores[name],
      clock,
      random: seededRandom(1),
      limits: { ...DEFAULT_SHARD_LIMITS, batchMessagesMax: 100 },
      // A runner looks first and then acts: after a crash it is called again for what it may have done already.
      runEffect: async ({ args }) => {
        charged.add(JSON.stringify(args));
        return ok(null);
      },
      shardOf,
      notice: () => {},
    });
  const [front, back] = [open('front'), open('back')];
  const between = localLink<ToShard, ToShard>(clock);
  front.connectPeer('back', between.near);
  back.connectPeer('front', between.far);
  const system = new ActorSystem({ client: 'web', clock, shardOf, asksInFlightMax: 1_000 });
  for (const shard of [front, back]) {
    const { near, far } = localLink<ToShard, ToClient>(clock);
    shard.connectClient('web', far);
    system.connect(shard.name, near);
  }
  return { front, back, system, charged };
}

/** Orders, and a crash of both shards while one of the orders is under way. Returns what was seen. */
export async function run(): Promise<readonly string[]> {
  const seen: string[] = [];
  const clock = new VirtualClock();
  const stores = { front: new MemoryStore(clock), back: new MemoryStore(clock) };
  const pass = (ms: number): Promise<number> => clock.advanceSettled(clock.now() + ms);

  const shop = openShop(clock, stores);
  const place = (id: string, count: number) =>
    shop.system.ask(order.at(id), { type: 'place', item: 'lamp', count }, { deadlineMs: 120_000 });
  shop.system.tell(stock.at('lamp'), { type: 'fill', count: 3 });
  const [first, second] = [place('a', 2), place('b', 2)];
  await pass(1_000);
  for (const answer of [await first, await second]) seen.push(answer.ok ? answer.value : answer.error.code);

  void place('c', 1);
  while (orders.read(stores.front, 'c')?.state !== 'placed') clock.step();
  shop.front.crash();
  shop.back.crash();
  seen.push(
    `c at the crash: ${orders.read(stores.front, 'c')?.state}, lamps: ${stocks.read(stores.back, 'lamp')?.left}`,
  );

  const again = openShop(clock, stores);
  await pass(10_000);
  seen.push(`c afterwards: ${orders.read(stores.front, 'c')?.state}, lamps: ${stocks.read(stores.back, 'lamp')?.left}`);

  void again.system.ask(order.at('d'), { type: 'place', item: 'lamp', count: 0.5 }, { deadlineMs: 120_000 });
  await pass(60_000);
  seen.push(`d: ${orders.read(stores.front, 'd')?.state}`);
  seen.push(...listDeadLetters(stores.back, { limit: 10 }).map(({ reason }) => `dead letter: ${reason}`));
  seen.push(`paid: ${[...orders.ids(stores.front, 'byState', ['paid'])].join(' ')}`);
  return seen;
}
