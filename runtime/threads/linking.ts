import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { ClientLink } from './client-link.ts';
import type { LinkEnd } from './control.ts';
import type { PlacedShard, ShardClient } from './placed-shard.ts';

type Clients = ReadonlyMap<string, ShardClient>;

/** Links an open shard to the clients that it has no link to: those that came while it was being opened, for example. */
export function linkMissing(shard: PlacedShard, clients: Clients): void {
  if (!shard.isOpen || !shard.home) return;
  for (const name of clients.keys()) {
    if (shard.links.has(name)) continue;
    const { port1, port2 } = new MessageChannel();
    shard.home.connectClient(shard.name, { name, port: port2 }).catch(() => {});
    linkClient(shard, name, port1, clients);
  }
}

/** Gives a client its end of a link to a shard. */
export function linkClient(shard: PlacedShard, client: string, port: MessagePort, clients: Clients): void {
  const known = shard.links.get(client);
  if (known) {
    known.resume(port);
    return;
  }
  const link = new ClientLink(port);
  shard.links.set(client, link);
  clients.get(client)?.connect(shard.name, link);
}

/** Gives every other shard a new link to this one; what they have not acknowledged to each other is sent again over it. */
export function linkPeers(shard: PlacedShard, shards: Iterable<PlacedShard>): LinkEnd[] {
  return [...shards].flatMap((other) => {
    if (other === shard || !other.home) return [];
    const { port1, port2 } = new MessageChannel();
    other.home.connectPeer(other.name, { name: shard.name, port: port1 }).catch(() => {});
    return [{ name: other.name, port: port2 }];
  });
}
