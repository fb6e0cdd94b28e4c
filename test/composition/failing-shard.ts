import type { SeenShard } from '../../composition/inside.ts';
import { operatorAnswers } from '../../composition/operator-answers.ts';
import { type ActorKind, actorKinds } from '../../runtime/actor.ts';
import { realClock } from '../../runtime/clock.ts';
import { DEFAULT_SHARD_LIMITS } from '../../runtime/limits.ts';
import { seededRandom } from '../../runtime/random.ts';
import { Shard } from '../../runtime/shard.ts';
import type { Store } from '../../runtime/store.ts';
import { ActorSystem } from '../../runtime/system.ts';
import type { ToClient, ToShard } from '../../runtime/transport.ts';
import { localLink } from '../../runtime/transports/local.ts';

interface Fuse {
  /** Whether messages are refused by throwing. */
  isBlown: boolean;
  readonly taken: unknown[];
}

/** A shard with one kind of actor, `fuse`, whose handler throws as long as the fuse is blown. It runs in this thread. */
export function failingShard(store: Store) {
  const fuse: Fuse = { isBlown: true, taken: [] };
  const kind: ActorKind<null, { readonly type: string }> = {
    kind: 'fuse',
    activate: () => null,
    handle(state, message) {
      if (fuse.isBlown) throw new Error('the fuse is \u001b[31mblown');
      fuse.taken.push(message);
      return state;
    },
  };
  const shard = new Shard({
    name: 'cell1',
    kinds: actorKinds([kind]),
    store,
    clock: realClock,
    random: seededRandom(1),
    limits: { ...DEFAULT_SHARD_LIMITS, deliveryAttemptsMax: 1 },
    runEffect: async () => ({ ok: true, value: null }),
    shardOf: () => 'cell1',
    notice: () => {},
  });
  const system = new ActorSystem({ client: 'test', clock: realClock, shardOf: () => 'cell1', asksInFlightMax: 10 });
  const { near, far } = localLink<ToShard, ToClient>(realClock);
  shard.connectClient('test', far);
  system.connect('cell1', near);
  const answer = operatorAnswers(shard, store, {
    decisions: { isOn: false },
    cells: ['cell1'],
    retention: {
      figures: { archived: 0, purged: 0 },
      piece: async () => ({ rows: 0, cursor: null }),
    },
  });
  const seen: SeenShard = { name: 'cell1', restarts: 0, call: answer };
  return {
    shard,
    fuse,
    seen,
    tell: (id: string, message: { readonly type: string }) => system.tell({ kind: 'fuse', id }, message),
    stop: async () => {
      system.close();
      await shard.stop();
    },
  };
}
