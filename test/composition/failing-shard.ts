import type { SeenShard } from '../../composition/inside.ts';
import { operatorAnswers } from '../../composition/operator-answers.ts';
import type { ActorKind } from '../../runtime/actor.ts';
import type { Store } from '../../runtime/store.ts';
import { oneShard } from '../actors/one-shard.ts';

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
  const { shard, system } = oneShard([kind], store, { name: 'cell1', limits: { deliveryAttemptsMax: 1 } });
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
