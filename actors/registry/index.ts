import type { ActorKind } from '../../runtime/actor.ts';
import { handle } from './handle.ts';
import type { RegistryMessage } from './protocol.ts';

/** The registry: flavors, keypairs, aggregates and server groups. */
export const registryKind: ActorKind<null, RegistryMessage> = { kind: 'registry', activate: () => null, handle };
