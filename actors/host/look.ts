import type { GuestReport, HostInventory, HostUptime } from '../../drivers/hypervisor.ts';

/** What the effect `driver.look` ends with: the host as it is. */
export interface Look {
  readonly inventory: HostInventory;
  /** Changes when an outage has ended all guests: the machine's boot, or the program's start for simulated hosts. */
  readonly bootId: string;
  readonly guests: readonly GuestReport[];
  /** Absent: the driver did not tell. */
  readonly uptime?: HostUptime;
  /** When the look was asked for: the host is as it was at this moment or later. */
  readonly askedAtMs: number;
}

/** The effect's runner makes this value; the guard is for the compiler and for values of older versions. */
export function isLook(value: unknown): value is Look {
  return (
    typeof value === 'object' && value !== null && 'inventory' in value && 'guests' in value && 'askedAtMs' in value
  );
}
