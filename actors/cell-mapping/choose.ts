import type { Reader } from '../../runtime/store.ts';
import type { Demand } from '../cell/protocol.ts';
import { demandOf } from '../instance/demand.ts';
import type { InstanceSpec } from '../instance/protocol.ts';
import { instances } from '../instance/row.ts';
import { API_CELL, type CellMapping, type CellSummary, hostMappings, instanceMappings } from './row.ts';

/** A cell as it is chosen by: what it told last, less what it has been given since. */
export interface Candidate {
  readonly mapping: CellMapping;
  /** Null: it has told nothing yet. */
  summary: CellSummary | null;
}

/**
 * The cells that may take an instance, the most promising first; those that were tried before are left out. A cell is promising when
 * the instance fits on one of its hosts in the zone that was asked for, and the more of its kind fit beside it. Cells that look too small come last and
 * not never: what they have told may be out of date.
 */
export function cellsFor(
  spec: InstanceSpec,
  candidates: ReadonlyMap<string, Candidate>,
  tried: readonly string[],
  rows: Reader,
): readonly string[] {
  const only = onlyCell(spec, rows);
  const demand = demandOf(spec.flavor);
  const isSoft = spec.serverGroup?.policy === 'soft-affinity';
  const near = isSoft ? cellOfGroup(spec.serverGroup?.id ?? '', rows) : null;
  const ranked: { readonly name: string; readonly number: number; readonly rank: number }[] = [];
  for (const { mapping, summary } of candidates.values()) {
    const { name, number, disabled, stopped, down = false } = mapping;
    if (disabled || stopped || down || tried.includes(name) || (only !== null && name !== only)) continue;
    const promise = promiseOf(summary, demand, spec.requestedZone);
    ranked.push({ name, number, rank: near === name && promise > 0 ? Number.POSITIVE_INFINITY : promise });
  }
  return ranked.sort((a, b) => b.rank - a.rank || a.number - b.number).map(({ name }) => name);
}

/** How many instances of this size a cell could take; 0: not known; below: it has no place. */
function promiseOf(summary: CellSummary | null, demand: Demand, zone: string | null): number {
  if (summary === null) return 0;
  const { hosts, free, largest, zones } = summary;
  if (hosts === 0 || (zone !== null && !zones.includes(zone))) return -2;
  const fits =
    largest.vcpus >= demand.vcpus && largest.memoryMib >= demand.memoryMib && largest.diskGib >= demand.diskGib;
  const room = Math.min(
    ratio(free.vcpus, demand.vcpus),
    ratio(free.memoryMib, demand.memoryMib),
    ratio(free.diskGib, demand.diskGib),
  );
  return fits && room >= 1 ? room : -1;
}

const ratio = (free: number, wanted: number): number => (wanted === 0 ? Number.MAX_SAFE_INTEGER : free / wanted);

/** The only cell that can take an instance: of the host that was asked for, or of its group that stays together. */
function onlyCell({ requestedHost, serverGroup }: InstanceSpec, rows: Reader): string | null {
  if (requestedHost !== null) {
    const mapped = hostMappings.read(rows, requestedHost);
    if (mapped) return mapped.cell;
  }
  return serverGroup?.policy === 'affinity' ? cellOfGroup(serverGroup.id, rows) : null;
}

/** Where the members of a server group are; null: it has none. */
function cellOfGroup(groupId: string, rows: Reader): string | null {
  const [mapped] = instanceMappings.ids(rows, 'byGroup', [groupId], { limit: 1 });
  if (mapped !== undefined) return instanceMappings.read(rows, mapped)?.cell ?? null;
  const [here] = instances.ids(rows, 'byGroup', [groupId], { limit: 1 });
  return here === undefined ? null : API_CELL;
}

/** What a cell has left when it has been given something more. */
export function without(summary: CellSummary | null, { vcpus, memoryMib, diskGib }: Demand): CellSummary | null {
  if (summary === null) return null;
  const { free } = summary;
  return {
    ...summary,
    free: { vcpus: free.vcpus - vcpus, memoryMib: free.memoryMib - memoryMib, diskGib: free.diskGib - diskGib },
  };
}
