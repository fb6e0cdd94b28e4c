import { MessageChannel } from 'node:worker_threads';
import { linkClient, linkMissing, linkPeers } from './linking.ts';
import type { PlacedShard, ShardClient } from './placed-shard.ts';

/**
 * Opens a shard in the thread where it belongs, with links to its clients and to the other shards. Rejects when it cannot be
 * opened, or the thread ends meanwhile; then nothing of it is left.
 */
export async function openShard(
  shard: PlacedShard,
  clients: ReadonlyMap<string, ShardClient>,
  shards: Iterable<PlacedShard>,
): Promise<void> {
  const { slot, plan } = shard;
  const { thread } = slot;
  if (!thread) throw new Error(`Thread ${slot.index} does not run.`);
  shard.home = thread;
  slot.openings++;
  const channels = [...clients.keys()].map((name) => ({ name, channel: new MessageChannel() }));
  const ends = channels.map(({ name, channel }) => ({ name, port: channel.port2 }));
  try {
    await thread.open({ ...plan, clients: ends, peers: linkPeers(shard, shards) });
    if (shard.home !== thread) throw new Error('The thread has ended.');
  } catch (error) {
    for (const { channel } of channels) channel.port1.close();
    if (shard.home === thread) shard.home = null;
    throw error;
  } finally {
    slot.openings--;
  }
  shard.isOpen = true;
  for (const { name, channel } of channels) linkClient(shard, name, channel.port1, clients);
  linkMissing(shard, clients);
}
