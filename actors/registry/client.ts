import type { Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { askCompute } from '../ask.ts';
import type { ComputeError } from '../errors.ts';
import { REGISTRY_MAIN, type RegistryMessage, registry } from './protocol.ts';

/**
 * Changes what the registry holds: flavors and keypairs. Errors: those of the resource (not found, exists, limit) and
 * MailboxFull, TimedOut, ShuttingDown. Once answered it is stored.
 */
export const changeRegistry = (system: ActorSystem, message: RegistryMessage): Promise<Result<null, ComputeError>> =>
  askCompute(system, registry.at(REGISTRY_MAIN), message);
