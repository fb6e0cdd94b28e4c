import { actorKinds } from '../../../runtime/actor.ts';
import { realClock } from '../../../runtime/clock.ts';
import { DEFAULT_SHARD_LIMITS } from '../../../runtime/limits.ts';
import { seededRandom } from '../../../runtime/random.ts';
import { failed } from '../../../runtime/result.ts';
import { Shard } from '../../../runtime/shard.ts';
import type { OpenShard } from '../../../runtime/threads/shard-module.ts';
import { MemoryStore } from '../../../storage/memory-store.ts';

/** A shard without actors, for tests of the thread around it. Calls: `never` is not answered, `die` ends the thread. */
export const openShard: OpenShard = async (options, notice) => ({
  shard: new Shard({
    name: 'quiet',
    kinds: actorKinds([]),
    store: new MemoryStore(realClock),
    clock: realClock,
    random: seededRandom(1),
    limits: DEFAULT_SHARD_LIMITS,
    runEffect: async () => failed({ code: 'NoEffects', reason: 'none' }),
    shardOf: () => 'quiet',
    notice,
  }),
  async call(request) {
    if (request === 'never') await new Promise(() => {});
    if (request === 'die') setImmediate(() => process.exit(7));
    return request;
  },
  async close() {
    if (hasOnClose(options)) options.onClose();
  },
});

const hasOnClose = (options: unknown): options is { readonly onClose: () => void } =>
  typeof options === 'object' && options !== null && 'onClose' in options;
