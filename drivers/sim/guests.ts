import type { GuestPower, GuestReport, HostInventory } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { diskGibOf, newSimGuest, reportOf, type SimGuest, type SimSpec, volumeIdsOf } from './guest.ts';
import { placementProblem, type SimOvercommit, type SimWorld } from './world.ts';

/** What a host has, and how much more than that it gives. */
interface Room {
  readonly inventory: HostInventory;
  readonly overcommit?: SimOvercommit;
}

/** A host that gives what it has. */
export const noOvercommit: SimOvercommit = { memory: 1, disk: 1 };

const held = (guest: SimGuest, power: GuestPower): number =>
  power === 'running' || power === 'paused' ? guest.memoryMib : 0;

/** The one place where power changes, so that the memory in use stays right. Paused guests keep their memory. */
export function setPower(world: SimWorld, guest: SimGuest, power: GuestPower): void {
  world.memoryUsedMib += held(guest, power) - held(guest, guest.power);
  guest.power = power;
}

/** Makes the guest run, whatever it was. */
export function run(
  world: SimWorld,
  { inventory, overcommit = noOvercommit }: Room,
  instanceId: string,
  spec: SimSpec,
): DriverResult<GuestReport> {
  const existing = world.guests?.get(instanceId);
  if (existing?.power === 'paused') setPower(world, existing, 'running');
  if (existing?.power === 'running') return driverOk(reportOf(existing));
  const problem = placementProblem(world, inventory, overcommit, spec, existing);
  if (problem !== null) return driverFailed(problem);
  const guest = existing ?? add(world, instanceId, spec);
  if (existing !== undefined) fit(world, existing, spec);
  if (guest.power !== 'suspended') guest.boots += 1;
  setPower(world, guest, 'running');
  return driverOk(reportOf(guest));
}

/** Takes over a guest that runs elsewhere. */
export function takeOver(
  world: SimWorld,
  { inventory, overcommit = noOvercommit }: Room,
  { instanceId, power, boots }: SimGuest,
  spec: SimSpec,
): DriverResult {
  const left = world.guests?.get(instanceId);
  const problem = placementProblem(world, inventory, overcommit, spec, left);
  if (problem !== null) return driverFailed(problem);
  const guest = left ?? add(world, instanceId, spec);
  guest.boots = boots;
  setPower(world, guest, power);
  return driverOk(null);
}

/** Ends a guest and removes its disk. One that is not there is a success. */
export function remove(world: SimWorld, instanceId: string): DriverResult {
  const guest = world.guests?.get(instanceId);
  if (guest === undefined) return driverOk(null);
  setPower(world, guest, 'stopped');
  world.diskUsedGib -= guest.diskGib;
  world.guests?.delete(instanceId);
  return driverOk(null);
}

/** A new guest with its disk, off. */
function add(world: SimWorld, instanceId: string, spec: SimSpec): SimGuest {
  const guest = newSimGuest(instanceId, spec);
  world.guests ??= new Map();
  world.guests.set(instanceId, guest);
  world.diskUsedGib += guest.diskGib;
  return guest;
}

/** Gives a guest that does not run the size of the spec. Its disks never shrink. */
function fit(world: SimWorld, guest: SimGuest, spec: SimSpec): void {
  guest.memoryMib = spec.memoryMib;
  guest.volumes = volumeIdsOf(spec);
  const growth = Math.max(0, diskGibOf(spec) - guest.diskGib);
  guest.diskGib += growth;
  world.diskUsedGib += growth;
}
