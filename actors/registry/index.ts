import type { ActorKind } from '../../runtime/actor.ts';
import { handle } from './handle.ts';
import type { RegistryMessage } from './protocol.ts';

/** The registry: flavors and keypairs. */
export const registryKind: ActorKind<null, RegistryMessage> = { kind: 'registry', activate: () => null, handle };
