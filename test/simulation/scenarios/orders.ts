import {
  type ActorKind,
  type Context,
  type EffectEnded,
  protocol,
  type Random,
  type ReplyTo,
  table,
} from '../../../runtime/index.ts';
import type { Scenario } from '../../../runtime/simulation/scenario.ts';
import type { World } from '../../../runtime/simulation/world.ts';

/** A client wants an order carried out, and perhaps cancels it after a while. */
type Wanted = { readonly id: string; readonly cancelAfterMs: number | null };

type OrderMessage =
  | { readonly type: 'begin' }
  | { readonly type: 'cancel' }
  /** The timer between two tries of a payment. */
  | { readonly type: 'payAgain'; readonly attempt: number }
  /** The timer before the goods leave. */
  | { readonly type: 'packed' }
  /** From the warehouse. */
  | { readonly type: 'shipped' }
  | EffectEnded;

type WarehouseMessage = { readonly type: 'ship'; readonly order: string };

interface Order {
  readonly phase: 'new' | 'paying' | 'waiting' | 'packing' | 'shipping' | 'done' | 'failed' | 'cancelled';
  readonly attempt: number;
  /** Whoever waits for the end. */
  readonly asker: ReplyTo | null;
  readonly shipments: number;
  readonly wrong: readonly string[];
}

interface Warehouse {
  readonly shipped: readonly string[];
}

const SHARDS = ['s0', 's1', 's2'];
const ORDERS_MAX = 10;
const PAYMENTS_MAX = 4;
const PAY_DEADLINE_MS = 300;
const RETRY_MS = 40;
const PACKING_MS = 60;

const order = protocol<OrderMessage, Order['phase']>('order');
const warehouse = protocol<WarehouseMessage>('warehouse');
const orders = table<Order>({ name: 'order' });
const warehouses = table<Warehouse>({ name: 'warehouse' });

const orderKind: ActorKind<Order, OrderMessage> = {
  kind: 'order',
  table: orders,
  activate: () => ({ phase: 'new', attempt: 0, asker: null, shipments: 0, wrong: [] }),
  handle(state, message, ctx) {
    const unexpected = (): Order => ({ ...state, wrong: [...state.wrong, `${message.type} while ${state.phase}`] });
    switch (message.type) {
      case 'begin':
        if (state.phase === 'new') return pay({ ...state, asker: ctx.asker }, 1, ctx);
        if (isOver(state)) ctx.reply(state.phase);
        return isOver(state) ? state : { ...state, asker: ctx.asker };
      case 'effectEnded':
        if (state.phase !== 'paying' || message.effectId !== 'pay') return unexpected();
        if (message.outcome.ok) {
          ctx.setTimer('step', PACKING_MS, { type: 'packed' });
          return { ...state, phase: 'packing' };
        }
        if (state.attempt >= PAYMENTS_MAX) return over(state, 'failed', ctx);
        // Odd attempts are followed at once by a request of the same id, even ones after a timer.
        if (state.attempt % 2 === 1) return pay(state, state.attempt + 1, ctx);
        ctx.setTimer('step', RETRY_MS, { type: 'payAgain', attempt: state.attempt + 1 });
        return { ...state, phase: 'waiting' };
      case 'payAgain':
        return state.phase === 'waiting' && message.attempt === state.attempt + 1
          ? pay(state, message.attempt, ctx)
          : unexpected();
      case 'packed':
        if (state.phase !== 'packing') return unexpected();
        // A timer of the same name as the one that has just come.
        ctx.setTimer('step', 100 * PACKING_MS, { type: 'cancel' });
        ctx.tell(warehouse.at(`w${ctx.self.id}`), { type: 'ship', order: ctx.self.id });
        return { ...state, phase: 'shipping' };
      case 'shipped':
        if (state.phase !== 'shipping') return unexpected();
        ctx.cancelTimer('step');
        return over({ ...state, shipments: state.shipments + 1 }, 'done', ctx);
      case 'cancel':
        if (state.phase === 'shipping' || isOver(state)) {
          ctx.reply(state.phase);
          return state;
        }
        ctx.cancelEffect('pay');
        ctx.cancelTimer('step');
        ctx.reply('cancelled');
        return over(state, 'cancelled', ctx);
    }
  },
};

const isOver = ({ phase }: Order): boolean => phase === 'done' || phase === 'failed' || phase === 'cancelled';

function pay(state: Order, attempt: number, ctx: Context): Order {
  ctx.effect({ effectId: 'pay', name: 'pay', args: { attempt }, deadlineMs: PAY_DEADLINE_MS });
  return { ...state, phase: 'paying', attempt };
}

function over(state: Order, phase: Order['phase'], ctx: Context): Order {
  ctx.replyTo(state.asker, phase);
  return { ...state, phase, asker: null };
}

const warehouseKind: ActorKind<Warehouse, WarehouseMessage> = {
  kind: 'warehouse',
  table: warehouses,
  activate: () => ({ shipped: [] }),
  handle(state, message, ctx) {
    ctx.tell(order.at(message.order), { type: 'shipped' });
    return { shipped: [...state.shipped, message.order] };
  },
};

const shardOf = (_kind: string, id: string): string =>
  SHARDS[(id.charCodeAt(0) + id.charCodeAt(id.length - 1)) % SHARDS.length] ?? 's0';
const read = (world: World, id: string): Order | undefined => orders.read(world.rowsOf('order', id), id);

function* nothingUnexpectedComes(world: World): Iterable<string> {
  for (const shard of SHARDS) {
    for (const { wrong } of orders.scan(world.rows(shard))) for (const text of wrong) yield text;
    for (const { shipped } of warehouses.scan(world.rows(shard))) {
      if (shipped.length > 1) yield `${shipped[0]} was shipped ${shipped.length} times`;
    }
  }
}

/** Orders are paid by an effect, packed by a timer and shipped by another actor: each comes to its end, and is shipped once. */
export const ordering: Scenario<Wanted> = {
  name: 'orders',
  shards: SHARDS,
  shardOf,
  draw(random: Random) {
    const upTo = (max: number): number => Math.floor(random.fraction() * max);
    return Array.from({ length: 1 + upTo(ORDERS_MAX) }, (_, index) => ({
      id: `o${index}`,
      cancelAfterMs: upTo(3) === 0 ? upTo(300) : null,
    }));
  },
  begin() {
    /** What the world outside has done. */
    const paid = new Set<string>();
    const begun = new Set<string>();
    function* everyOrderEnds(world: World): Iterable<string> {
      for (const id of begun) {
        const row = read(world, id);
        if (!row || !isOver(row)) yield `${id} was begun, and is ${row?.phase}`;
        else if (row.phase === 'done' && !paid.has(id)) yield `${id} is done, and was never paid`;
      }
    }
    return {
      kinds: [orderKind, warehouseKind],
      act({ id }) {
        paid.add(id);
        return { ok: true, value: null };
      },
      invariants: [
        { name: 'nothing comes twice, or after it was taken back', when: 'commit', check: nothingUnexpectedComes },
        { name: 'every order comes to its end', when: 'rest', check: everyOrderEnds },
      ],
      async perform(world, { id, cancelAfterMs }) {
        if (cancelAfterMs !== null) {
          world.time.after(cancelAfterMs, () => {
            if (begun.has(id)) void world.system.ask(order.at(id), { type: 'cancel' }, { deadlineMs: 500 });
          });
        }
        for (;;) {
          begun.add(id);
          const answer = await world.system.ask(order.at(id), { type: 'begin' }, { deadlineMs: 1_000 });
          if (answer.ok) {
            if (read(world, id)?.phase !== answer.value) {
              world.violated('what is acknowledged is stored', `${id} is ${answer.value}`);
            }
            return;
          }
          await world.sleep(20);
        }
      },
    };
  },
};
