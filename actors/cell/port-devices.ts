import type { Context } from '../../runtime/context.ts';
import type { Fitted } from '../scheduler/host-fittings.ts';
import { type PciAffinity, portRequest } from '../scheduler/pci/request.ts';
import type { CellState } from './handle.ts';
import type { PortDeviceQuestion } from './protocol.ts';
import { type Allocation, allocations } from './row.ts';
import { replaceClaim } from './stored-claim.ts';

const AFFINITY: PciAffinity = 'legacy';

/**
 * Claims a device for a port that is to be attached to an instance where it is, near to its NUMA cells. False: its host has none
 * that is free, or it is on no host. Repeating it claims nothing more. Nova: `_claim_pci_device_for_interface_attach`.
 */
export function claimPortDevice(
  state: CellState,
  { instanceId, port, affinity }: PortDeviceQuestion,
  ctx: Context,
): boolean {
  const held = allocations.read(ctx.rows, instanceId);
  if (held === undefined) return false;
  if (held.portDevices?.[port.portId] !== undefined) return true;
  const more = state.hosts.fittings.fitMore(held.host, held, [portRequest(port, affinity ?? AFFINITY)]);
  if (more === undefined) return false;
  replaceClaim(state.hosts, held, withDevices(held, more), ctx);
  return true;
}

/** A claim with devices besides. */
export const withDevices = (held: Allocation, more: Fitted): Allocation => ({
  ...held,
  pciDevices: [...(held.pciDevices ?? []), ...(more.pciDevices ?? [])],
  portDevices: { ...held.portDevices, ...more.portDevices },
});

/** Gives back the device of a port that the instance does not have any more. Harmless when there is none. */
export function releasePortDevice(state: CellState, instanceId: string, portId: string, ctx: Context): void {
  const held = allocations.read(ctx.rows, instanceId);
  const gone = held?.portDevices?.[portId];
  if (held === undefined || gone === undefined) return;
  const { pciDevices = [], portDevices, ...others } = held;
  const left = pciDevices.filter((address) => !gone.includes(address));
  const ports = Object.entries(portDevices ?? {}).filter(([id]) => id !== portId);
  replaceClaim(
    state.hosts,
    held,
    {
      ...others,
      ...(left.length === 0 ? {} : { pciDevices: left }),
      ...(ports.length === 0 ? {} : { portDevices: Object.fromEntries(ports) }),
    },
    ctx,
  );
}
