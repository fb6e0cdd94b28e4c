import type { AskError } from '../../runtime/message.ts';
import type { Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import type { NetworkError } from './errors.ts';
import { NETWORK_MAIN, type NetworkMessage, network } from './protocol.ts';

export { boundPort } from './bound-port.ts';
export { createNetworkCatalog } from './catalog.ts';
export type { NetworkError } from './errors.ts';
export { NETWORK_LIMITS } from './limits.ts';
export { portResourceGroups } from './resource-groups.ts';

/** How long the network service may take for one change, in milliseconds. */
const ASK_MS = 10_000;

/** What can be asked for; ports of instances are bound by tells. */
export type NetworkChange = Exclude<NetworkMessage, { type: 'bindPorts' | 'releasePorts' | 'placePorts' }>;

/** The id of what was made, changed or removed, or why not. */
export type NetworkOutcome = Result<string, NetworkError | AskError>;

/**
 * Asks the network service for one change. When it is answered the change is stored, and a renewed reader sees it.
 * Errors: those of NetworkError for the message, and AskError.
 */
export async function changeNetwork(system: ActorSystem, change: NetworkChange): Promise<NetworkOutcome> {
  const outcome = await system.ask(network.at(NETWORK_MAIN), change, { deadlineMs: ASK_MS });
  return outcome.ok ? outcome.value : outcome;
}

/**
 * Makes the shared network `default` at the first start, owned by this project, and answers with its id; `routed`: also
 * the external network `public`, with a router between them. Safe to repeat; what was made first stays.
 */
export const ensureDefaultNetwork = (system: ActorSystem, projectId: string, routed = false): Promise<NetworkOutcome> =>
  changeNetwork(system, { type: 'ensureDefaults', projectId, routed });
