import type { GuestImage, GuestPower } from '../../drivers/hypervisor.ts';
import { protocol } from '../../runtime/address.ts';
import type { EffectEnded } from '../../runtime/message.ts';
import type { Result } from '../../runtime/result.ts';
import type { ComputeError } from '../errors.ts';

/** Where a host belongs, as the composition of the program says. */
export interface HostRegistration {
  readonly name: string;
  readonly cell: string;
  readonly zone: string;
  /** How often what runs is compared with what should, in milliseconds; events of the driver come at once. */
  readonly lookEveryMs: number;
}

/** What a host can be told. */
export type HostMessage =
  /** At every start of the controller: this host is driven by it. The host connects to its hypervisor. */
  | { readonly type: 'register'; readonly registration: HostRegistration }
  /** An effect of the host (looking at the hypervisor, removing an orphan) ended. */
  | EffectEnded
  /** It is time to look at the hypervisor again. */
  | { readonly type: 'lookAgain' }
  /** From the driver: a guest's power has changed without an order. */
  | {
      readonly type: 'guestChanged';
      readonly instanceId: string;
      readonly power: GuestPower;
      readonly reason: string;
    }
  /** Takes the host out of scheduling, or back. */
  | { readonly type: 'setDisabled'; readonly disabled: boolean; readonly reason: string | null }
  /** From an instance: its build here has ended, where that is counted. After so many failures in a row the host is disabled. */
  | { readonly type: 'buildEnded'; readonly failed: boolean; readonly failuresMax: number }
  /** From the front: the host is down whatever it says, since somebody has seen to that; or that is over. */
  | { readonly type: 'setForcedDown'; readonly forcedDown: boolean }
  /** From a job: have these images ready, and tell it. */
  | { readonly type: 'cacheImages'; readonly job: string; readonly images: readonly GuestImage[] }
  /** From the registry: the zone that aggregates put the host in; null: the one it was registered with. */
  | { readonly type: 'setZone'; readonly zone: string | null };

/** What an ask of a host is answered with. */
export type HostReply = Result<{ readonly host: string }, ComputeError>;

export const host = protocol<HostMessage, HostReply>('host');
