import type { ClaimRequest } from '../cell/protocol.ts';
import type { Filter, Keeps } from './filter.ts';
import type { HostTable } from './host-table.ts';
import type { ResourceColumn } from './resource-column.ts';

/** A resource class of a request that hosts must have room for. */
interface Wanted {
  readonly column: ResourceColumn | undefined;
  readonly amount: number;
}

const NONE: readonly Keeps[] = [];
const NOTHING: readonly Wanted[] = [];

/** The filters of one request, compiled: which hosts pass. The room for vCPUs, memory and disk is asked by itself. */
export class Sieve {
  readonly #table: HostTable;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
  /** The only rows that can pass, when a filter knows them. */
  readonly rows: readonly number[] | undefined;
  readonly #further: readonly Wanted[];
  readonly #byFacts: readonly Keeps[];
  readonly #byHost: readonly Keeps[];
  readonly #costly: readonly Keeps[];
  /** By profile: 0 not asked yet, 1 kept, 2 refused. */
  readonly #verdicts: Uint8Array;
  /** By row: what the costly filters said; undefined: nothing yet. */
  #costlyVerdicts: Map<number, boolean> | undefined;

  /** `verdicts`: room for one a profile, which nobody else uses as long as this is used; all 0. */
  constructor(request: ClaimRequest, filters: readonly Filter[], table: HostTable, verdicts: Uint8Array) {
    const { vcpus, memoryMib, diskGib } = request.demand;
    this.#table = table;
    // Of what nobody asks for, a host may have less than nothing (its inventory has shrunk). What is rebuilt has its room.
    const asks = !request.isRebuild;
    const query = table.trees.queryOf(request);
    this.vcpus = asks && vcpus > 0 && !query?.spread.has('VCPU') ? vcpus : Number.NEGATIVE_INFINITY;
    this.memoryMib = asks && memoryMib > 0 && !query?.spread.has('MEMORY_MB') ? memoryMib : Number.NEGATIVE_INFINITY;
    this.diskGib = asks && diskGib > 0 && !query?.spread.has('DISK_GB') ? diskGib : Number.NEGATIVE_INFINITY;
    // What trees are asked for, a filter asks of them.
    this.#further = query === undefined ? furtherOf(request, table) : NOTHING;
    let byFacts = NONE;
    let byHost = NONE;
    let costly = NONE;
    let rows: readonly number[] | undefined;
    for (const filter of filters) {
      const keeps = filter.compile(request, table);
      if (keeps === undefined) continue;
      if (filter.asks === 'facts') byFacts = [...byFacts, keeps];
      else if (filter.asks === 'costly') costly = [...costly, keeps];
      else byHost = [...byHost, keeps];
      const own = filter.rows?.(request, table);
      if (own !== undefined && (rows === undefined || own.length < rows.length)) rows = own;
    }
    this.rows = rows;
    this.#byFacts = byFacts;
    this.#byHost = byHost;
    this.#costly = costly;
    this.#verdicts = verdicts;
  }

  /** Whether the filters that ask for facts keep the hosts of a profile, of which `row` is one. */
  keepsProfile(profile: number, row: number): boolean {
    const verdict = this.#verdicts[profile];
    if (verdict === 1) return true;
    if (verdict === 2) return false;
    for (const keeps of this.#byFacts) {
      if (keeps(row)) continue;
      this.#verdicts[profile] = 2;
      return false;
    }
    this.#verdicts[profile] = 1;
    return true;
  }

  /** Whether all filters but the costly ones keep a host that has room for vCPUs, memory and disk. */
  keeps(row: number): boolean {
    if (!this.keepsProfile(this.#table.profile(row), row)) return false;
    for (const { column, amount } of this.#further) if (column === undefined || column.room(row) < amount) return false;
    for (const keeps of this.#byHost) if (!keeps(row)) return false;
    return true;
  }

  /** Whether the costly filters keep it, too. Each of them is asked once about a host. */
  keepsAtLast(row: number): boolean {
    if (this.#costly.length === 0) return true;
    this.#costlyVerdicts ??= new Map();
    const known = this.#costlyVerdicts.get(row);
    if (known !== undefined) return known;
    const verdict = this.#costly.every((keeps) => keeps(row));
    this.#costlyVerdicts.set(row, verdict);
    return verdict;
  }

  /** Whether a host has room for vCPUs, memory and disk, as the table has it. */
  fits(row: number): boolean {
    const { vcpu, memoryMb, diskGb } = this.#table;
    return vcpu.room(row) >= this.vcpus && memoryMb.room(row) >= this.memoryMib && diskGb.room(row) >= this.diskGib;
  }

  /** Whether a host may be chosen. */
  passes(row: number): boolean {
    return this.#table.profile(row) >= 0 && this.fits(row) && this.keeps(row) && this.keepsAtLast(row);
  }
}

function furtherOf({ resources, isRebuild }: ClaimRequest, table: HostTable): readonly Wanted[] {
  if (resources === undefined || isRebuild) return NOTHING;
  return Object.entries(resources)
    .filter(([, amount]) => amount > 0)
    .map(([name, amount]) => ({ amount, column: table.resource(name) }));
}
