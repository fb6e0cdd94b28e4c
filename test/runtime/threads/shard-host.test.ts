import assert from 'node:assert/strict';
import test from 'node:test';
import { ShardHost } from '../../../runtime/threads/shard-host.ts';

test('a shard that cannot be closed is told of, and does not keep the others open', async () => {
  let ended: () => void = () => {};
  const hasEnded = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const host = new ShardHost(() => {}, ended);
  const module = new URL('./quiet-shard.ts', import.meta.url).href;
  const closed: string[] = [];
  for (const name of ['broken', 'sound']) {
    const onClose = (): void => {
      closed.push(name);
      if (name === 'broken') throw new Error('cannot be closed');
    };
    await host.open({ name, module, options: { onClose }, clients: [], peers: [] });
  }
  await assert.rejects(host.stop(), /cannot be closed/);
  await hasEnded;
  assert.deepEqual(closed, ['broken', 'sound']);
  assert.throws(() => host.stats('sound'), /is not open/);
});
