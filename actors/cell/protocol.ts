import type { HostInventory } from '../../drivers/hypervisor.ts';
import { type Address, protocol } from '../../runtime/address.ts';
import type { Result } from '../../runtime/result.ts';
import type { ServerGroup } from '../registry/row.ts';

/** What an instance takes of a host. */
export interface Demand {
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
}

/** The server group of an instance, as far as placing it goes. It does not change while the instance lives. */
export type GroupPlacement = Pick<ServerGroup, 'id' | 'policy' | 'maxServersPerHost'>;

/** Where an instance may go. */
export interface ClaimRequest {
  readonly demand: Demand;
  readonly zone: string | null;
  /** Only this host, when it is not null. */
  readonly host: string | null;
  readonly excludedHosts: readonly string[];
  /** Absent or null: placed without regard to others. */
  readonly group?: GroupPlacement | null;
}

/** Why there is no host: the sentence for everybody, and for administrators how many hosts each filter left. */
export interface NoHost {
  readonly code: 'NoValidHost';
  readonly reason: string;
  readonly details: string;
}

/** Tells an instance where it goes. `claimId` is that of the request: another one is out of date. */
export interface ClaimAnswer {
  readonly type: 'claimed';
  readonly claimId: string;
  readonly outcome: Result<{ readonly host: string; readonly zone: string }, NoHost>;
}

/** What a cell can be told. */
export type CellMessage =
  /** From a host: what it has. Makes it known to the scheduler. */
  | { readonly type: 'hostReported'; readonly host: string; readonly inventory: HostInventory; readonly zone: string }
  /** From a host: whether it takes new instances. */
  | { readonly type: 'hostAvailable'; readonly host: string; readonly available: boolean }
  /** From an instance: pick a host and claim what is needed, in one step. Repeating it gives the same host. */
  | {
      readonly type: 'claim';
      readonly claimId: string;
      readonly instanceId: string;
      readonly request: ClaimRequest;
      /** `move`: beside what the instance has already, for a move between sizes or hosts. Absent: instead of it. */
      readonly part?: 'move';
      readonly answerTo: Address<ClaimAnswer>;
    }
  /** From an instance that has moved: what it claimed for the move is all that it has. Harmless when there is nothing. */
  | { readonly type: 'settle'; readonly instanceId: string }
  /** From an instance: give back all that it has claimed, or what it claimed for a move. Harmless when there is nothing. */
  | { readonly type: 'release'; readonly instanceId: string; readonly part?: 'move' };

export const cell = protocol<CellMessage>('cell');
