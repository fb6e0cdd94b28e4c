import type { ActorKind } from '../../runtime/actor.ts';
import { handleNetwork } from './handle.ts';
import { type NetworkMessage, network } from './protocol.ts';
import { activateNetworks, type NetworkServiceState } from './state.ts';

/** Messages that may wait for the one network actor: every instance of a shard writes to it. */
const MAILBOX_LENGTH_MAX = 65_536;

/** The network service: owns networks, subnets, ports and security groups, and knows which addresses are free. */
export const networkKind: ActorKind<NetworkServiceState, NetworkMessage> = {
  kind: network.kind,
  activate: (_id, rows) => activateNetworks(rows),
  handle: handleNetwork,
  mailboxLengthMax: MAILBOX_LENGTH_MAX,
};
