import {
  API_CELL,
  CELL_0,
  cellMappings,
  cellOfHost,
  cellOfInstance,
  hostMappings,
} from '../actors/cell-mapping/row.ts';
import { hosts } from '../actors/host/row.ts';
import type { Reader } from '../runtime/store.ts';
import { hostNames } from './hypervisors.ts';
import type { Settings } from './settings.ts';

/** A cell of the cloud, with the hosts that are driven in it. Its shard has its name. */
export interface PlannedCell {
  readonly name: string;
  readonly hosts: readonly string[];
  /** An operator has stopped it. */
  readonly isStopped: boolean;
}

/** What cells are planned by. */
export interface CellPlan extends Pick<Settings, 'cells' | 'hosts'> {
  readonly driver: 'sim' | 'qemu';
}

/**
 * The cells of a cloud: those of the settings, and those that it had before. A host that is known stays in its cell; new ones are
 * given to the cells by their shares.
 */
export function planCells(plan: CellPlan, rows: Reader): readonly PlannedCell[] {
  const shares = sharesOf(plan.cells);
  const mapped = [...cellMappings.scan(rows)].map(({ name }) => name);
  const names = [...new Set([API_CELL, ...shares.keys(), ...mapped])];
  const planned = new Map<string, string[]>(names.map((name) => [name, []]));
  const isNew: string[] = [];
  for (const host of hostNames(plan)) {
    const known = hostMappings.read(rows, host)?.cell ?? (hosts.read(rows, host) ? API_CELL : undefined);
    const cell = known === undefined ? undefined : planned.get(known);
    if (cell) cell.push(host);
    else isNew.push(host);
  }
  for (const host of isNew) planned.get(leastFilled(planned, shares))?.push(host);
  const isStopped = (name: string): boolean => cellMappings.read(rows, name)?.stopped === true;
  return [...planned].map(([name, own]) => ({ name, hosts: own, isStopped: isStopped(name) }));
}

/** The shares of the cells in new hosts, by name. */
function sharesOf(cells: Settings['cells']): ReadonlyMap<string, number> {
  if (typeof cells === 'number') return new Map(Array.from({ length: cells }, (_, index) => [`cell${index + 1}`, 1]));
  return new Map(Object.entries(cells).map(([name, { share }]) => [name, share]));
}

/** The cell that has the fewest hosts for its share. The api's one, where none has a share. */
function leastFilled(planned: ReadonlyMap<string, readonly string[]>, shares: ReadonlyMap<string, number>): string {
  let best = API_CELL;
  let least = Number.POSITIVE_INFINITY;
  for (const [name, own] of planned) {
    const share = shares.get(name) ?? 0;
    if (share > 0 && (own.length + 1) / share < least) {
      best = name;
      least = (own.length + 1) / share;
    }
  }
  return best;
}

/** Finds the shard of an actor; `rows` are those of whoever looks: of a shard, or of the front end. */
export type Routing = (kind: string, id: string, rows: Reader) => string;

/**
 * How the shard of one cell finds the shards of actors. Hosts and instances that a cell speaks of are its own; what it does not have, its
 * own actors pass on. Everything that is global is in the api's shard.
 */
export function routingOf(own: string, cells: readonly string[]): Routing {
  if (cells.length === 1) return () => API_CELL;
  if (own === API_CELL) return apiRouting(cells);
  return (kind, id) => {
    if (kind === 'instance' || kind === 'host') return own;
    return isOfCell(kind) ? cellNamed(id, cells) : API_CELL;
  };
}

/** As `routingOf`, for the api's shard and for the front end: by the mappings. */
export function apiRouting(cells: readonly string[]): Routing {
  if (cells.length === 1) return () => API_CELL;
  return (kind, id, rows) => {
    switch (kind) {
      case 'instance':
        return cellNamed(cellOfInstance(rows, id), cells);
      case 'host':
        return cellNamed(cellOfHost(rows, id), cells);
      case 'cell':
      case 'consolidator':
        return cellNamed(id, cells);
      default:
        return API_CELL;
    }
  };
}

/** Whether actors of a kind have the name of a cell, and live with it. */
const isOfCell = (kind: string): boolean => kind === 'cell' || kind === 'consolidator';

/** The shard of a cell; the api's for cell0, and for one that this process does not run. */
const cellNamed = (name: string, cells: readonly string[]): string =>
  name !== CELL_0 && cells.includes(name) ? name : API_CELL;
