import { API_CELL, buildRequests, CELL_0, cellMappings, instanceMappings } from '../actors/cell-mapping/row.ts';
import { type Instance, instances } from '../actors/instance/row.ts';
import { type ProjectUsage, projects } from '../actors/project/row.ts';
import { counted } from '../actors/project/usage.ts';
import { Overlay } from '../runtime/batch.ts';
import type { Reader, Write } from '../runtime/store.ts';
import type { Delivery } from '../runtime/transport.ts';
import { messagesUnderWay } from '../runtime/under-way.ts';
import { type QuotaUnderWay, quotaOf, quotaUnderWay } from './quota-under-way.ts';

/** What was put right, in numbers of rows. */
export interface Mended {
  readonly writes: ReadonlyMap<string, readonly Write[]>;
  /** Instances that the api did not know to be where they are. */
  readonly mapped: number;
  /** Mappings of instances that their cells do not have. */
  readonly forgotten: number;
  /** New instances that no cell has any more; they are in ERROR. */
  readonly failed: number;
  /** Instances that a second cell had, too. */
  readonly removed: number;
  /** Projects whose usage was counted anew. */
  readonly recounted: number;
}

/**
 * Brings the stores of a cloud with several cells together that are of different moments, as in a backup of one that ran: each
 * is whole in itself, but what one had told another may be in only one of them. The cells' instances count; the api follows
 * them. `stores` by the names of their cells. Null: the cloud has one cell, or its api's store is not among them.
 */
export function mendCells(stores: ReadonlyMap<string, Reader>, nowMs: number): Mended | null {
  const main = stores.get(API_CELL);
  if (!main || cellMappings.read(main, API_CELL) === undefined) return null;
  const overlays = new Map([...stores].map(([name, store]) => [name, new Overlay(store)]));
  const api = overlays.get(API_CELL) ?? new Overlay(main);
  const cells = new Map([...overlays].filter(([name]) => name !== API_CELL));
  const removed = removeDoubles(api, cells);
  const mapped = mapWhatIsThere(api, cells);
  const onTheWay = [...messagesUnderWay(stores)];
  const { forgotten, failed } = forgetWhatIsNot(api, cells, underWay(onTheWay), nowMs);
  const recounted = recount(api, overlays, onTheWay);
  const writes = new Map([...overlays].map(([name, overlay]) => [name, overlay.seal()]));
  return { writes, mapped, forgotten, failed, removed, recounted };
}

type Cells = ReadonlyMap<string, Overlay>;

const isAlive = ({ deletedAtMs }: Instance): boolean => deletedAtMs === null;
const isStandIn = ({ cell }: Instance): boolean => cell === '';

/** An instance that was handed on between the copies is in two of them: it stays where it is mapped, else in the later cell. */
function removeDoubles(api: Overlay, cells: Cells): number {
  const seen = new Map<string, string>();
  let removed = 0;
  for (const [name, overlay] of cells) {
    for (const { id } of [...instances.scan(overlay)].filter(isAlive)) {
      const other = seen.get(id);
      seen.set(id, name);
      if (other === undefined) continue;
      const stays = instanceMappings.read(api, id)?.cell === other ? other : name;
      cells.get(stays === other ? name : other)?.put(instances, id, undefined);
      seen.set(id, stays);
      removed++;
    }
  }
  return removed;
}

function mapWhatIsThere(api: Overlay, cells: Cells): number {
  let mapped = 0;
  for (const [name, overlay] of cells) {
    for (const row of [...instances.scan(overlay)].filter(isAlive)) {
      const { id, projectId, userId, createdAtMs, flavor, image, requestedZone, serverGroup } = row;
      // The cell has placed it, and the api has not heard of that.
      if (row.handsOn !== true) {
        if (buildRequests.read(api, id) !== undefined) api.put(buildRequests, id, undefined);
        if (instances.read(api, id) !== undefined) api.put(instances, id, undefined);
      }
      if (instanceMappings.read(api, id)?.cell === name) continue;
      const groupId = serverGroup?.id ?? null;
      const known = { projectId, userId, createdAtMs, flavor, image, requestedZone, groupId };
      api.put(instanceMappings, id, { ...known, instanceId: id, cell: name });
      mapped++;
    }
  }
  return mapped;
}

/** Instances whose `create` or `notPlaced` is stored and on its way to another shard. */
function underWay(onTheWay: readonly Delivery[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { id, message } of onTheWay) {
    const { type, instanceId } = Object(message);
    if (type === 'create') ids.add(id);
    if (type === 'notPlaced') ids.add(String(instanceId));
  }
  return ids;
}

/** What is said of a server whose building nobody knows how to go on with. */
const LOST = 'The server was being created when the backup was made, and has to be created again.';

function forgetWhatIsNot(
  api: Overlay,
  cells: Cells,
  isUnderWay: ReadonlySet<string>,
  nowMs: number,
): { readonly forgotten: number; readonly failed: number } {
  let [forgotten, failed] = [0, 0];
  for (const { instanceId, cell } of [...instanceMappings.scan(api)]) {
    const overlay = cells.get(cell);
    const row = overlay && instances.read(overlay, instanceId);
    // A cell whose store is not there may have it.
    if (!overlay || (row && isAlive(row)) || isUnderWay.has(instanceId)) continue;
    api.put(instanceMappings, instanceId, undefined);
    api.put(buildRequests, instanceId, undefined);
    const standIn = instances.read(api, instanceId);
    if (row === undefined && standIn !== undefined && isStandIn(standIn)) {
      const fault = { code: 500, message: LOST, details: LOST, atMs: nowMs };
      const ended = { taskState: null, operation: null, updatedAtMs: nowMs, fault } as const;
      api.put(instances, instanceId, { ...standIn, ...ended, cell: CELL_0, vmState: 'error' });
      failed++;
      continue;
    }
    if (standIn !== undefined) api.put(instances, instanceId, undefined);
    forgotten++;
  }
  return { forgotten, failed };
}

/** Counts what projects use: every instance once, and what messages carry that will be handled. */
function recount(api: Overlay, overlays: Cells, onTheWay: readonly Delivery[]): number {
  const usages = new Map<string, ProjectUsage>();
  const add = ({ projectId, userId, usage }: QuotaUnderWay): void => {
    const before = usages.get(projectId) ?? { projectId, instances: 0, cores: 0, ramMib: 0 };
    usages.set(projectId, counted(before, userId, usage, 1));
  };
  for (const { projectId } of projects.scan(api))
    usages.set(projectId, { projectId, instances: 0, cores: 0, ramMib: 0 });
  for (const overlay of overlays.values()) {
    for (const row of instances.scan(overlay)) {
      if (!isAlive(row)) continue;
      const isElsewhere = isStandIn(row) && [...overlays.values()].some((other) => isOwnIn(other, row.id));
      if (!isElsewhere) add(quotaOf(row));
    }
  }
  for (const carried of quotaUnderWay(onTheWay, [...overlays.values()])) add(carried);
  let recounted = 0;
  for (const [projectId, usage] of usages) {
    const before = projects.read(api, projectId);
    if (before?.instances === usage.instances && before.cores === usage.cores && before.ramMib === usage.ramMib)
      continue;
    api.put(projects, projectId, usage);
    recounted++;
  }
  return recounted;
}

function isOwnIn(rows: Reader, id: string): boolean {
  const row = instances.read(rows, id);
  return row !== undefined && !isStandIn(row) && isAlive(row);
}
