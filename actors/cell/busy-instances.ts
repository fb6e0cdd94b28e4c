import type { Reader } from '../../runtime/store.ts';
import { busyHost } from '../instance/io-operations.ts';
import { instances } from '../instance/row.ts';
import type { HostTable } from '../scheduler/host-table.ts';
import { DEFAULT_SCHEDULER_OPTIONS, type SchedulerOptions } from '../scheduler/options.ts';

/** Filters that ask how many instances keep a host busy. */
const ASKING: ReadonlySet<string> = new Set(['IoOpsFilter', 'AggregateIoOpsFilter']);

const MULTIPLIER = DEFAULT_SCHEDULER_OPTIONS.multipliers.io_ops_weight_multiplier;

/**
 * Whether instances are to tell when they keep their host busy: where a filter asks, or somebody has said what the weigher is
 * to do. By default they are not, as it makes every build some messages dearer.
 */
export function countsBusyInstances({
  enabledFilters,
  weighers,
  multipliers,
}: Pick<SchedulerOptions, 'enabledFilters' | 'weighers' | 'multipliers'>): boolean {
  if (enabledFilters.some((name) => ASKING.has(name))) return true;
  const multiplier = multipliers.io_ops_weight_multiplier;
  return weighers === 'all' ? multiplier !== MULTIPLIER && multiplier !== 0 : weighers.includes('IoOpsWeigher');
}

/** Which instance keeps which host busy, counted in the table of hosts. Telling it again changes nothing. */
export class BusyInstances {
  readonly #hosts: HostTable;
  readonly #hostOf = new Map<string, string>();

  constructor(hosts: HostTable) {
    this.#hosts = hosts;
  }

  /** Counts the instances of the cell that are busy now. */
  read(cell: string, rows: Reader): void {
    for (const instance of instances.scan(rows)) if (instance.cell === cell) this.set(instance.id, busyHost(instance));
  }

  /** The instance keeps this host busy; null: none. */
  set(instanceId: string, host: string | null): void {
    const before = this.#hostOf.get(instanceId) ?? null;
    if (before === host) return;
    if (before !== null) this.#count(before, -1);
    if (host === null) this.#hostOf.delete(instanceId);
    else {
      this.#hostOf.set(instanceId, host);
      this.#count(host, 1);
    }
  }

  #count(host: string, change: 1 | -1): void {
    const row = this.#hosts.row(host);
    if (row !== undefined)
      this.#hosts.setCounter('ioOps', host, Math.max(0, this.#hosts.counter('ioOps', row) + change));
  }
}
