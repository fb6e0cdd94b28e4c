import assert from 'node:assert/strict';
import test from 'node:test';
import { registerHost } from '../../../actors/host/client.ts';
import { hosts } from '../../../actors/host/row.ts';
import { beginPrecache } from '../../../actors/precache/client.ts';
import { precachePlans, precaches } from '../../../actors/precache/row.ts';
import { DEFAULT_QUOTA } from '../../../actors/project/row.ts';
import { cloudKinds } from '../../../composition/kinds.ts';
import {
  ActorSystem,
  DEFAULT_SHARD_LIMITS,
  type EffectRunner,
  localLink,
  ok,
  realClock,
  Shard,
  seededRandom,
} from '../../../runtime/index.ts';
import type { ToClient, ToShard } from '../../../runtime/transport.ts';
import { MemoryStore } from '../../../storage/memory-store.ts';
import { until } from '../../process/until.ts';

const plan = {
  aggregate: { number: 1, uuid: 'a', name: 'agg', hosts: ['h1', 'h2'], metadata: {} },
  images: [{ imageId: 'i1', contentId: 'c1', format: 'raw', sizeBytes: 1 }],
  unusable: [],
  hostsAtOnce: 2,
} as const;

const inventory = { vcpus: 1, memoryMib: 512, diskGib: 1, hypervisorType: 'sim', hypervisorVersion: 1 };

const holds = (what: string, is: () => boolean): Promise<true> =>
  until(what, () => (is() ? true : null), { limitMs: 60_000, everyMs: 5 });

/** Starts the only shard of a cloud; hosts are well, and have images ready as `cache` says. */
function started(store: MemoryStore, cache: (host: unknown) => ReturnType<EffectRunner>) {
  const shard = new Shard({
    name: 's0',
    kinds: cloudKinds(DEFAULT_QUOTA),
    store,
    clock: realClock,
    random: seededRandom(1),
    limits: DEFAULT_SHARD_LIMITS,
    shardOf: () => 's0',
    notice: () => {},
    runEffect: async ({ name, args }) => {
      const given: { readonly host?: unknown; readonly askedAtMs?: unknown } = Object(args);
      if (name === 'driver.ensureImages') return cache(given.host);
      return ok({ inventory, bootId: 'b', guests: [], askedAtMs: given.askedAtMs });
    },
  });
  const { near, far } = localLink<ToShard, ToClient>(realClock);
  const system = new ActorSystem({ client: 'front', clock: realClock, shardOf: () => 's0', asksInFlightMax: 10 });
  shard.connectClient('front', far);
  system.connect('s0', near);
  return { shard, system };
}

test('images that hosts were making ready when the process ended are made ready by the next one', async () => {
  const store = new MemoryStore(realClock);
  const begun: unknown[] = [];
  const first = started(store, (host) => {
    begun.push(host);
    return new Promise(() => {});
  });
  for (const name of ['h1', 'h2'])
    await registerHost(first.system, { name, cell: 'cell1', zone: 'nova', lookEveryMs: 60_000 });
  await holds('both hosts are up', () => ['h1', 'h2'].every((name) => hosts.read(store, name)?.state === 'up'));
  assert.equal((await beginPrecache(first.system, 'job', plan)).ok, true);
  await holds('both hosts have begun', () => begun.length === 2);
  first.system.close();
  await first.shard.stop();
  assert.equal(precaches.read(store, 'job')?.underWay.length, 2);

  const again: unknown[] = [];
  const second = started(store, async (host) => {
    again.push(host);
    return ok({ cached: ['i1'] });
  });
  await holds('the job has ended', () => precaches.read(store, 'job') === undefined);
  assert.deepEqual([again.sort(), precachePlans.read(store, 'job')], [['h1', 'h2'], undefined]);
  second.system.close();
  await second.shard.stop();
});
