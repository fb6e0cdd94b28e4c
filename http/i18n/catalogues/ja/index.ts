import type { Message } from '../../messages/index.ts';
import { compute } from './compute.ts';
import { flavors } from './flavors.ts';
import { identity } from './identity.ts';
import { image } from './image.ts';
import { interfaces } from './interfaces.ts';
import { moves } from './moves.ts';
import { network } from './network.ts';
import { numa } from './numa.ts';
import { proxies } from './proxies.ts';
import { qos } from './qos.ts';
import { routing } from './routing.ts';
import { volumes } from './volumes.ts';

/** Every message in Japanese. */
export const catalogue: Readonly<Record<Message, string>> = {
  ...compute,
  ...flavors,
  ...proxies,
  ...identity,
  ...image,
  ...interfaces,
  ...moves,
  ...network,
  ...volumes,
  ...routing,
  ...numa,
  ...qos,
};
