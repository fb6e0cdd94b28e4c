import type { HostInventory, HostUptime } from '../../drivers/hypervisor.ts';
import { table } from '../../runtime/table.ts';

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
