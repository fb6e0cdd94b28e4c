import type { ActorSystem } from '../../runtime/system.ts';
import { askCompute } from '../ask.ts';
import { REGISTRY_MAIN, type RegistryMessage, type RegistryReply, registry } from './protocol.ts';

/**
 * Changes what the registry holds: flavors, keypairs, aggregates, server groups. Errors: those of the resource (not found,
 * exists, limit) and MailboxFull, TimedOut, ShuttingDown. Once answered it is stored.
 */
export const changeRegistry = (system: ActorSystem, message: RegistryMessage): Promise<RegistryReply> =>
  askCompute(system, registry.at(REGISTRY_MAIN), message);
