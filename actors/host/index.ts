import type { ActorKind } from '../../runtime/actor.ts';
import { type HostState, handle } from './handle.ts';
import type { HostMessage } from './protocol.ts';
import { hosts } from './row.ts';

/** A compute host: whether it is well, what it has, and whether what runs there is what should. */
export const hostKind: ActorKind<HostState, HostMessage> = { kind: 'host', table: hosts, activate: () => null, handle };
