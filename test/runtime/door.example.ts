import {
  type ActorKind,
  ActorSystem,
  actorKinds,
  DEFAULT_SHARD_LIMITS,
  type EffectEnded,
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

/** What a door is told. `effectEnded` comes from the runtime: the motor has turned, or not. */
type DoorMessage = { readonly type: 'open' } | { readonly type: 'close' } | EffectEnded;
type DoorState = 'closed' | 'opening' | 'open';
/** The row that is stored for a door. `asker` waits for an answer that comes after the motor's. */
type Door = { readonly state: DoorState; readonly asker: ReplyTo | null };

const door = protocol<DoorMessage, DoorState>('door');
const doors = table<Door>({ name: 'door' });

const doorKind: ActorKind<Door, DoorMessage> = {
  kind: 'door',
  table: doors,
  activate: () => ({ state: 'closed', asker: null }),
  handle(state, message, ctx) {
    switch (message.type) {
      case 'open':
        ctx.effect({ effectId: 'turn', name: 'motor.ensureOpen', args: ctx.self.id, deadlineMs: 10_000 });
        return { state: 'opening', asker: ctx.asker };
      case 'effectEnded':
        ctx.replyTo(state.asker, message.outcome.ok ? 'open' : 'closed');
        if (!message.outcome.ok) return { state: 'closed', asker: null };
        ctx.setTimer('close', 5_000, { type: 'close' });
        return { state: 'open', asker: null };
      case 'close':
        return { state: 'closed', asker: null };
    }
  },
};

/** Opens a door and waits until it has closed by itself. Returns what was seen on the way. */
export async function run(): Promise<readonly string[]> {
  const clock = new VirtualClock();
  const store = new MemoryStore(clock);
  const turned: string[] = [];
  const shard = new Shard({
    name: 'house',
    kinds: actorKinds([doorKind]),
    store,
    clock,
    random: seededRandom(1),
    limits: DEFAULT_SHARD_LIMITS,
    runEffect: async ({ args }) => {
      turned.push(`motor of ${String(args)}`);
      return ok(null);
    },
    shardOf: () => 'house',
    notice: () => {},
  });
  const system = new ActorSystem({ client: 'me', clock, shardOf: () => 'house', asksInFlightMax: 100 });
  const { near, far } = localLink<ToShard, ToClient>(clock);
  shard.connectClient('me', far);
  system.connect('house', near);

  const answer = system.ask(door.at('front'), { type: 'open' }, { deadlineMs: 60_000 });
  await clock.advanceSettled(clock.now() + 1_000);
  const answered = await answer;
  const seen = [...turned, `answered: ${answered.ok ? answered.value : answered.error.code}`];
  seen.push(`stored: ${doors.read(store, 'front')?.state}`);
  await clock.advanceSettled(clock.now() + 5_000);
  return [...seen, `five seconds later: ${doors.read(store, 'front')?.state}`];
}
