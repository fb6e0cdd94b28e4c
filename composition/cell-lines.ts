import {
  API_CELL,
  CELL_0,
  type CellSummary,
  cellMappings,
  cellSummaries,
  hostMappings,
  instanceMappings,
} from '../actors/cell-mapping/row.ts';
import { hosts } from '../actors/host/row.ts';
import { instances } from '../actors/instance/row.ts';
import type { Reader } from '../runtime/store.ts';

/** A cell as operators see it. Plain data. */
export interface CellLine {
  readonly name: string;
  readonly uuid: string;
  readonly disabled: boolean;
  /** `stopped` by an operator; `down`: its store cannot be read, or its shard does not run. */
  readonly state: 'up' | 'down' | 'stopped';
  /** Mapped ones; null: not counted. */
  readonly hosts: number | null;
  readonly instances: number | null;
  /** As the cell told last. */
  readonly summary: CellSummary | null;
}

/** As Nova has it in every cloud. */
const CELL_0_UUID = '00000000-0000-0000-0000-000000000000';

/** What a cloud with one cell says of it, where nothing is mapped. */
const ONLY = { name: API_CELL, uuid: '', disabled: false, stopped: false };

/** The cells that the api's rows tell of, cell0 first, as Nova lists them. */
export function cellLines(rows: Reader, isUp: (cell: string) => boolean): readonly CellLine[] {
  const mapped = [...cellMappings.scan(rows)];
  const isSingle = !mapped.some(({ name }) => name === API_CELL);
  const known = isSingle ? [ONLY, ...mapped] : mapped;
  const others = known.map(({ name, uuid, disabled, stopped }): CellLine => {
    const counted = isSingle && name === API_CELL;
    return {
      name,
      uuid,
      disabled,
      state: stopped ? 'stopped' : isUp(name) ? 'up' : 'down',
      hosts: counted ? countOf(hosts.scan(rows)) : countOf(hostMappings.ids(rows, 'byCell', [name])),
      instances: name === API_CELL ? countOnHosts(rows) : countOf(instanceMappings.ids(rows, 'byCell', [name])),
      summary: cellSummaries.read(rows, name) ?? null,
    };
  });
  const cell0: CellLine = {
    name: CELL_0,
    uuid: CELL_0_UUID,
    disabled: false,
    state: 'up',
    hosts: 0,
    instances: null,
    summary: null,
  };
  return [cell0, ...others];
}

/** Instances of the api's cell have no mappings: those are counted that are on its hosts. */
function countOnHosts(rows: Reader): number {
  let count = 0;
  for (const { host } of hostLines(rows, API_CELL)) count += countOf(instances.ids(rows, 'byHost', [host]));
  return count;
}

function countOf(found: Iterable<unknown>): number {
  let count = 0;
  for (const _ of found) count++;
  return count;
}

/** A host and its cell. */
export interface HostLine {
  readonly host: string;
  readonly cell: string;
  /** Whether a mapping says so; in a cloud with one cell none has to. */
  readonly isMapped: boolean;
}

/** The hosts of a cell, or of all. Those of a cell that is down are known by their mappings. */
export function hostLines(rows: Reader, cell: string | null): readonly HostLine[] {
  const isSingle = cellMappings.read(rows, API_CELL) === undefined;
  const lines = new Map<string, HostLine>();
  for (const { host, cell: of } of hostMappings.scan(rows)) lines.set(host, { host, cell: of, isMapped: true });
  for (const { name: host, cell: of } of hosts.scan(rows))
    if (!lines.has(host)) lines.set(host, { host, cell: of, isMapped: isSingle });
  return [...lines.values()].filter((line) => cell === null || line.cell === cell);
}

/** Whether an instance is where its mapping says, with Nova's exit status. */
export interface Verified {
  readonly status: 0 | 1 | 2 | 3 | 4;
  readonly text: string;
}

export function verified(rows: Reader, instanceId: string): Verified {
  const mapping = instanceMappings.read(rows, instanceId);
  const row = instances.read(rows, instanceId);
  if (mapping !== undefined) {
    const { cell } = mapping;
    if (cellMappings.read(rows, cell) === undefined)
      return { status: 2, text: `The instance ${instanceId} is mapped to ${cell}, and there is no such cell.` };
    if (row !== undefined && row.deletedAtMs !== null)
      return { status: 3, text: `The instance ${instanceId} is deleted, and still mapped to ${cell}.` };
    return { status: 0, text: `The instance ${instanceId} is in ${cell}.` };
  }
  if (row === undefined || row.deletedAtMs !== null)
    return { status: 1, text: `The instance ${instanceId} is not mapped to a cell.` };
  return { status: 0, text: `The instance ${instanceId} is in ${row.cell}.` };
}
