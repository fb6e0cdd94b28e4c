import type { HostInventory } from '../../drivers/hypervisor.ts';
import type { NetworkUplink, PortDevice } from '../../drivers/networks.ts';
import { type Address, protocol } from '../../runtime/address.ts';
import type { Result } from '../../runtime/result.ts';
import type { ConsolidationPlan, PlanLimits, PlannedMove } from '../consolidator/plan.ts';
import type { NamesElsewhere, PlacementChange, PlacementReply } from '../placement/change.ts';
import type { ServerGroup } from '../registry/row.ts';
import type { KnownAggregate } from '../scheduler/aggregates.ts';
import type { HostExplanation } from '../scheduler/explain.ts';
import type { GuestTopology } from '../scheduler/numa/guest-topology.ts';
import type { PciAffinity, RequestedPort } from '../scheduler/pci/request.ts';
import type { PackingPolicy } from '../scheduler/policies/index.ts';

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
  /** Whose instance it is, the name of its flavor, and its image. Absent in requests from before they were kept. */
  readonly projectId?: string;
  readonly flavorName?: string;
  readonly imageId?: string;
  /** The extra specs of the flavor, and the properties of the image; absent: none. */
  readonly extraSpecs?: Readonly<Record<string, string>>;
  readonly imageProperties?: Readonly<Record<string, string>>;
  /** Format of the image's bytes; absent: it has none, or nobody asks. */
  readonly imageFormat?: string;
  /** Scheduler hints: each value as a list of texts, what is an object as JSON. Absent: none. */
  readonly hints?: SchedulerHints;
  /** Where the instances are that hints name, by id. The cell fills it in; one that it does not know is left out. */
  readonly hintedHosts?: Readonly<Record<string, string>>;
  /** Amounts of further resource classes, such as `VGPU` or `CUSTOM_LICENSE`. Absent: none. */
  readonly resources?: Readonly<Record<string, number>>;
  /** Traits that the host must have, and must not have; absent: any. */
  readonly requiredTraits?: readonly string[];
  readonly forbiddenTraits?: readonly string[];
  /** What `resources1:`, `trait1:` and the like ask of one provider each; absent: nothing. */
  readonly granular?: GranularRequest;
  /** What it asks of the NUMA cells of a host; absent: nothing. */
  readonly numa?: GuestTopology;
  /** By what its networks leave hosts, each once, where it asks of NUMA cells. Absent: none of them says. */
  readonly uplinks?: readonly NetworkUplink[];
  /** Its ports that need a device of the host each; absent: none does. */
  readonly ports?: readonly RequestedPort[];
  /** An administrator has named the host with its zone: the filters are not asked. It still needs room. */
  readonly isHostForced?: true;
  /** The instance stays on `host` and gets a new image: only filters that look at images are asked. */
  readonly isRebuild?: true;
}

/** Scheduler hints by name. Nova: `os:scheduler_hints`. */
export type SchedulerHints = Readonly<Record<string, readonly string[]>>;

/**
 * What one provider must have: the host's own, one below it, or one that shares with it. Asked for by a flavor with a number or
 * a name, or for something else, such as a port, with an id that whoever asks has chosen.
 */
export interface RequestedGroup {
  /** Never empty, and no other group's. */
  readonly suffix: string;
  readonly resources: Readonly<Record<string, number>>;
  readonly requiredTraits: readonly string[];
  readonly forbiddenTraits: readonly string[];
}

/** Groups that one provider each must serve. `isolate`: none serves two of them. */
export interface GranularRequest {
  readonly policy: 'none' | 'isolate';
  readonly groups: readonly RequestedGroup[];
  /** Sets of suffixes whose providers must all stand at or below one of them. Absent: none. */
  readonly sameSubtrees?: readonly (readonly string[])[];
}

/** Which providers serve each group, by suffix; '' is what belongs to no group. Placement: `mappings` from 1.34 on. */
export type GroupMappings = Readonly<Record<string, readonly string[]>>;

/** Why there is no host: the sentence for everybody, and for administrators how many hosts each filter left. */
export interface NoHost {
  readonly code: 'NoValidHost';
  readonly reason: string;
  readonly details: string;
}

/** Where an instance goes. */
export interface ClaimedPlace {
  readonly host: string;
  readonly zone: string;
  /** Builds have failed there: who builds one that goes well tells the cell. Absent: none have. */
  readonly hasFailedBuilds?: true;
  /** Absent: no groups were asked for, and the host's own provider serves all. */
  readonly mappings?: GroupMappings;
}

/** Tells an instance where it goes. `claimId` is that of the request: another one is out of date. */
export interface ClaimAnswer {
  readonly type: 'claimed';
  readonly claimId: string;
  readonly outcome: Result<ClaimedPlace, NoHost>;
}

/** How a cell would decide a request, as far as is told of it. */
export interface CellExplanation {
  readonly cell: string;
  /** The host that would be chosen; null: none passes. */
  readonly chosen: string | null;
  /** How it is chosen among those that pass. */
  readonly policy: PackingPolicy;
  /** All hosts of the cell. */
  readonly hosts: number;
  /** How many hosts each rule refused. */
  readonly refused: readonly { readonly filter: string; readonly hosts: number }[];
  /** The chosen host, those that pass, the best first, then others; not more than was asked for. */
  readonly told: readonly HostExplanation[];
}

/** What a cell is asked about its decisions. */
export type CellQuestion =
  /** From an operator, an ask: how would this request be decided now? Claims nothing. `hostsMax`: hosts of the answer. */
  { readonly type: 'explain'; readonly request: ClaimRequest; readonly hostsMax: number };

/** From the Compute API, an ask: claim a device for a port that is to be attached to an instance where it is. */
export interface PortDeviceQuestion {
  readonly type: 'claimPortDevice';
  readonly instanceId: string;
  readonly port: PortDevice;
  /** How near it must be to the instance's NUMA cells; absent: as a port says that nobody has said anything of. */
  readonly affinity?: PciAffinity;
}

/** From the Compute API, an ask: claim what a port that is to be attached to an instance asks for, of the host where that is. */
export interface PortGroupsQuestion {
  readonly type: 'claimPortGroups';
  readonly instanceId: string;
  readonly asked: GranularRequest;
  /** The device that its card is, claimed with it or not at all. Absent: it is none. */
  readonly device?: AttachedDevice;
}

/** A device for a port that is to be attached. `affinity`: as in `PortDeviceQuestion`. */
export interface AttachedDevice {
  readonly port: RequestedPort;
  readonly affinity?: PciAffinity;
}

/** Who serves the groups of an instance; null: nobody serves what the port asks for; `noDevice`: no card has a free device besides. */
export type PortGroupsAnswer = GroupMappings | 'noDevice' | null;

/** From an operator, an ask: which instances would be moved together now? Nothing is moved. */
export interface MovesQuestion {
  readonly type: 'explainMoves';
  readonly limits: PlanLimits;
}

/** Tells the consolidator what to move. */
export interface MovesPlanned {
  readonly type: 'movesPlanned';
  readonly moves: readonly PlannedMove[];
}

/** What a cell can be told. */
export type CellMessage =
  | CellQuestion
  | MovesQuestion
  | PortDeviceQuestion
  | PortGroupsQuestion
  /** From the consolidator: which hosts can be emptied by which moves? Claims nothing. */
  | {
      readonly type: 'planMoves';
      readonly limits: PlanLimits;
      /** Instances that are not to be moved. */
      readonly leftAlone: readonly string[];
      /** Moves that have begun: their hosts are to be emptied of the others, too. */
      readonly underWay: readonly PlannedMove[];
      readonly answerTo: Address<MovesPlanned>;
    }
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
  /** From an instance: whether it could be on the host that the request names. Answered as a claim; nothing is claimed. */
  | {
      readonly type: 'suits';
      readonly claimId: string;
      readonly instanceId: string;
      readonly request: ClaimRequest;
      readonly answerTo: Address<ClaimAnswer>;
    }
  /** From the registry: an aggregate as it is now, with hosts of all cells; null: it is gone. */
  | { readonly type: 'aggregateChanged'; readonly number: number; readonly aggregate: KnownAggregate | null }
  /** From an instance that has moved: what it claimed for the move is all that it has. Harmless when there is nothing. */
  | { readonly type: 'settle'; readonly instanceId: string }
  /** From an instance: give back all that it has claimed, or what it claimed for a move. Harmless when there is nothing. */
  | {
      readonly type: 'release';
      readonly instanceId: string;
      readonly part?: 'move';
      /** It could not be built where it was. */
      readonly buildFailed?: true;
    }
  /** From an instance, or from the Compute API that could not attach it: this port is not its any more. Harmless when it has no device. */
  | { readonly type: 'releasePortDevice'; readonly instanceId: string; readonly portId: string }
  /** From the same, of what it asked providers for. `groupIds`: suffixes of its groups. */
  | { readonly type: 'releasePortGroups'; readonly instanceId: string; readonly groupIds: readonly string[] }
  /** From an instance: one was built well on a host where builds had failed. */
  | { readonly type: 'built'; readonly host: string }
  /** From an instance, where filters ask for it: it keeps this host busy, or none any more. */
  | { readonly type: 'busy'; readonly instanceId: string; readonly host: string | null }
  /** From a user of the Placement API, an ask: change what providers have, or what others than instances take of them. */
  | { readonly type: 'placement'; readonly change: PlacementChange; readonly names?: NamesElsewhere };

/** What a cell of a cloud with several is told besides. */
export type CellUpkeepMessage =
  /** From the keeper of the mappings, at every start: this is your number. From now on, tell what you have left. */
  | { readonly type: 'identify'; readonly number: number }
  /** From itself, by timer: what it has left has changed. */
  | { readonly type: 'summarize' };

export const cell = protocol<CellMessage | CellUpkeepMessage, PlacementReply>('cell');

/** A cell as the one that plans moves. */
export const planningCell = protocol<MovesQuestion, ConsolidationPlan>('cell');

/** A cell as the one that has devices. The answer: whether one was claimed. */
export const deviceCell = protocol<PortDeviceQuestion, boolean>('cell');

/** A cell as the one that has providers. */
export const groupsCell = protocol<PortGroupsQuestion, PortGroupsAnswer>('cell');

/** A cell as the one that answers questions. */
export const explainingCell = protocol<CellQuestion, CellExplanation>('cell');
