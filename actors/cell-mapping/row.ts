import { timeKeyPart } from '../../runtime/key.ts';
import type { Reader } from '../../runtime/store.ts';
import { table } from '../../runtime/table.ts';
import type { Demand } from '../cell/protocol.ts';
import type { InstanceSpec, Requester } from '../instance/protocol.ts';
import type { InstanceFlavor, InstanceImage } from '../instance/row.ts';

/** The cell whose hosts and instances share the store of the api's actors. It is there from the first start on. */
export const API_CELL = 'cell1';

/** Where instances are that no cell could place: in the api's store, as in Nova's database of that name. */
export const CELL_0 = 'cell0';

/** A cell of a cloud that has several. Nova: `CellMapping`. */
export interface CellMapping {
  readonly name: string;
  /** From 0 on, that of the api's; numbers of migrations begin with it. */
  readonly number: number;
  /** As Nova shows it. */
  readonly uuid: string;
  /** Takes no new instances; those that it has go on. */
  readonly disabled: boolean;
  /** An operator has stopped it: its shard is closed. */
  readonly stopped: boolean;
  /** Its store cannot be written at the moment. Absent: it can. */
  readonly down?: boolean;
  readonly createdAtMs: number;
}

/** What can be changed of a cell. */
export type CellChange = Partial<Pick<CellMapping, 'disabled' | 'stopped' | 'down'>>;

/** By the name of the cell. A cloud with one cell has none. */
export const cellMappings = table<CellMapping>({ name: 'cell-mapping' });

/** What a cell has told of itself: what choosing a cell goes by. */
export interface CellSummary {
  readonly cell: string;
  readonly atMs: number;
  /** Hosts that take new instances. */
  readonly hosts: number;
  /** What they have left, together. */
  readonly free: Demand;
  /** The most that any one of them has left, each class by itself. */
  readonly largest: Demand;
  readonly zones: readonly string[];
}

/** By the name of the cell. */
export const cellSummaries = table<CellSummary>({ name: 'cell-summary' });

/** In which cell a host is. Nova: `HostMapping`. */
export interface HostMapping {
  readonly host: string;
  readonly cell: string;
}

/** By the name of the host. A cloud with one cell has none. */
export const hostMappings = table<HostMapping, 'byCell'>({
  name: 'host-mapping',
  indexes: { byCell: ({ cell }) => [cell] },
});

/**
 * In which cell an instance is, and what is shown of it while its cell is down. Instances of the api's cell and of cell0 have
 * none: they are where their mappings would be. Gone when the instance is deleted. Nova: `InstanceMapping`.
 */
export interface InstanceMapping {
  readonly instanceId: string;
  readonly cell: string;
  readonly projectId: string;
  readonly userId: string;
  readonly createdAtMs: number;
  readonly flavor: InstanceFlavor;
  readonly image: InstanceImage | null;
  readonly requestedZone: string | null;
  /** The server group of the instance; null: none. */
  readonly groupId: string | null;
}

/** By the instance's id. */
export const instanceMappings = table<InstanceMapping, 'byCell' | 'byGroup'>({
  name: 'instance-mapping',
  indexes: {
    byCell: ({ cell, projectId, createdAtMs }) => [cell, projectId, timeKeyPart(createdAtMs)],
    byGroup: ({ groupId }) => (groupId === null ? null : [groupId]),
  },
});

/** An instance that is still to be placed by the cell it was given to. Nova: `BuildRequest`. */
export interface BuildRequest {
  readonly spec: InstanceSpec;
  readonly requester: Requester;
  readonly createdAtMs: number;
  /** Cells that were asked, the last one now; and why the others have refused. */
  readonly tried: readonly string[];
  readonly refusals: readonly string[];
}

/** By the instance's id. A cloud with one cell has none. */
export const buildRequests = table<BuildRequest>({ name: 'build-request' });

/** Who a shard's cell is, in its own store. */
export interface CellIdentity {
  readonly name: string;
  readonly number: number;
}

/** The only row is `OWN_IDENTITY`'s. */
export const cellIdentities = table<CellIdentity>({ name: 'cell-identity' });
export const OWN_IDENTITY = 'own';

/**
 * What the store of another cell than the api's begins with, so that its actors know from their first message on that they are not
 * the whole cloud. The number comes from the keeper of the mappings, before the first instance.
 */
export const firstIdentity = (name: string): readonly [key: string, row: CellIdentity] => [
  cellIdentities.key(OWN_IDENTITY),
  { name, number: 0 },
];

/** The cell of this store, in a cloud that has several; undefined in one that has one. */
export const ownCell = (rows: Reader): CellIdentity | undefined => cellIdentities.read(rows, OWN_IDENTITY);

/** Which cell has an instance, as the api's rows say. */
export const cellOfInstance = (rows: Reader, instanceId: string): string =>
  instanceMappings.read(rows, instanceId)?.cell ?? API_CELL;

/** Which cell has a host, as the api's rows say. */
export const cellOfHost = (rows: Reader, host: string): string => hostMappings.read(rows, host)?.cell ?? API_CELL;
