import { COMPUTE_MESSAGES } from './compute.ts';
import { FLAVORS_MESSAGES } from './flavors.ts';
import { IDENTITY_MESSAGES } from './identity.ts';
import { IMAGE_MESSAGES } from './image.ts';
import { INTERFACES_MESSAGES } from './interfaces.ts';
import { MOVES_MESSAGES } from './moves.ts';
import { NETWORK_MESSAGES } from './network.ts';
import { NUMA_MESSAGES } from './numa.ts';
import { PROXIES_MESSAGES } from './proxies.ts';
import { QOS_MESSAGES } from './qos.ts';
import { ROUTING_MESSAGES } from './routing.ts';
import { VOLUMES_MESSAGES } from './volumes.ts';

/** Every message that a fault may tell, in English: the keys of the catalogues. */
export const MESSAGES = [
  ...COMPUTE_MESSAGES,
  ...FLAVORS_MESSAGES,
  ...PROXIES_MESSAGES,
  ...IDENTITY_MESSAGES,
  ...IMAGE_MESSAGES,
  ...INTERFACES_MESSAGES,
  ...MOVES_MESSAGES,
  ...NETWORK_MESSAGES,
  ...VOLUMES_MESSAGES,
  ...ROUTING_MESSAGES,
  ...NUMA_MESSAGES,
  ...QOS_MESSAGES,
] as const;
export type Message = (typeof MESSAGES)[number];
