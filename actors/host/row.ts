import type { HostInventory, HostUptime } from '../../drivers/hypervisor.ts';
import { table } from '../../runtime/table.ts';
import { limits } from '../limits.ts';

/** A compute host: the service, and the hypervisor under it. */
export interface Host {
  readonly name: string;
  readonly cell: string;
  /** The zone it is in: that of an aggregate, else the one it was registered with. */
  readonly zone: string;
  /** The zone it was registered with; absent: `zone` is it. */
  readonly registeredZone?: string;
  /** The zone that aggregates put it in; absent or null: none does. */
  readonly aggregateZone?: string | null;
  readonly serviceId: string;
  readonly hypervisorId: string;
  readonly createdAtMs: number;
  /** When it was last seen to be well. */
  readonly seenAtMs: number;
  /** When somebody, or a host whose builds fail, last changed what the service may do. Absent: never. */
  readonly changedAtMs?: number;
  readonly state: 'connecting' | 'up' | 'down';
  readonly problem: string | null;
  readonly disabled: boolean;
  readonly disabledReason: string | null;
  /** Builds that have failed there in a row. Absent: none. */
  readonly buildFailures?: number;
  /** Whether somebody has said that it is down: it is not looked at until that is taken back. Absent: no. */
  readonly forcedDown?: boolean;
  /** The machine's boot that the host was last seen well in: another one means that all guests were ended by an outage. */
  readonly bootId: string | null;
  readonly inventory: HostInventory | null;
  readonly runningGuests: number;
  /** As it was at `seenAtMs`. Absent, null: not known. */
  readonly uptime?: HostUptime | null;
  /** How often the host is looked at, in milliseconds. */
  readonly lookEveryMs: number;
}

/** By the host's name. */
export const hosts = table<Host, 'byServiceId' | 'byHypervisorId'>({
  name: 'host',
  indexes: {
    byServiceId: (host) => [host.serviceId],
    byHypervisorId: (host) => [host.hypervisorId],
  },
});

/**
 * When the service of a host last said that it is well. Nova's does every `report_interval`, also while nothing happens; here
 * the controller is the service, so a host that is up has done so since it was seen, without a write for each. One whose next
 * look is overdue says no more.
 */
export function heartbeatMs({ state, seenAtMs, lookEveryMs }: Host, nowMs: number): number {
  if (state !== 'up') return seenAtMs;
  const untilMs = Math.min(nowMs, seenAtMs + lookEveryMs + limits.connectMs);
  const beats = Math.floor((untilMs - seenAtMs) / limits.reportIntervalMs);
  return seenAtMs + Math.max(0, beats) * limits.reportIntervalMs;
}

/** When a service was last written in Nova's books: its heartbeat, or a change of what it may do. */
export const serviceUpdatedAtMs = (host: Host, nowMs: number): number =>
  Math.max(heartbeatMs(host, nowMs), host.changedAtMs ?? 0);
