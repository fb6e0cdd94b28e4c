import type { ExportedGuest, GuestSpec } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { newSimGuest, type SimGuest, type SimSpec } from './guest.ts';
import { isHeld, keep, noOvercommit, notFound, notRunning, type Room, setPower } from './guests.ts';
import { diskProblem, placementProblem, type SimWorld } from './world.ts';

/** What another host makes the same guest of, with the disk it has: one that is off. */
export function exported(world: SimWorld, instanceId: string): DriverResult<ExportedGuest> {
  const guest = world.guests?.get(instanceId);
  if (guest === undefined) return notFound(instanceId);
  if (isHeld(guest)) {
    return driverFailed({ code: 'HypervisorFailed', reason: `the guest runs: it is ${guest.power}` });
  }
  return driverOk({ driver: 'sim', facts: { boots: guest.boots, diskGib: guest.diskGib } });
}

/** What a guest brings along; null: another driver has exported it. */
export function factsOf({ driver, facts }: ExportedGuest): { readonly boots: number; readonly diskGib: number } | null {
  const { boots, diskGib } = facts;
  return driver === 'sim' && typeof boots === 'number' && typeof diskGib === 'number' ? { boots, diskGib } : null;
}

/** Makes a guest, off, of what another host has exported. */
export function imported(
  world: SimWorld,
  { inventory, overcommit = noOvercommit }: Room,
  instanceId: string,
  spec: GuestSpec,
  { boots, diskGib }: { readonly boots: number; readonly diskGib: number },
): DriverResult {
  if (world.guests?.has(instanceId)) return driverOk(null);
  const guest: SimGuest = { ...newSimGuest(instanceId, spec), boots };
  guest.diskGib = Math.max(diskGib, guest.diskGib);
  const problem = diskProblem(world, inventory, overcommit, guest.diskGib);
  if (problem !== null) return driverFailed(problem);
  keep(world, guest);
  return driverOk(null);
}

/** Gives a guest that runs to another host, where it goes on; one that is there already only ends here. */
export function handOver(
  world: SimWorld,
  target: { readonly world: SimWorld; readonly room: Room },
  instanceId: string,
  spec: GuestSpec,
): DriverResult {
  const guest = world.guests?.get(instanceId);
  if (!isHeld(target.world.guests?.get(instanceId))) {
    if (guest === undefined) return notFound(instanceId);
    if (!isHeld(guest)) return notRunning(guest);
    const taken = takeOver(target.world, target.room, guest, spec);
    if (!taken.ok) return taken;
  }
  if (guest !== undefined) setPower(world, guest, 'stopped');
  return driverOk(null);
}

/** Takes over a guest that runs elsewhere. */
function takeOver(
  world: SimWorld,
  { inventory, overcommit = noOvercommit }: Room,
  { instanceId, power, boots }: SimGuest,
  spec: SimSpec,
): DriverResult {
  const left = world.guests?.get(instanceId);
  const problem = placementProblem(world, inventory, overcommit, spec, left);
  if (problem !== null) return driverFailed(problem);
  const guest = left ?? keep(world, newSimGuest(instanceId, spec));
  guest.boots = boots;
  setPower(world, guest, power);
  return driverOk(null);
}
