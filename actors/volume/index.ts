import type { ActorKind } from '../../runtime/actor.ts';
import { handle, type VolumeState } from './handle.ts';
import type { VolumeMessage } from './protocol.ts';

/** The volume service: one actor, `volume/main`, that owns volumes, their snapshots and their attachments. */
export const volumeKind: ActorKind<VolumeState, VolumeMessage> = { kind: 'volume', activate: () => null, handle };
