import type { GuestPower, GuestReport, GuestSpec, HostInventory, Order } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { diskGibOf, newSimGuest, reportOf, type SimGuest, type SimSpec, volumeIdsOf } from './guest.ts';
import { imageProblem, placementProblem, type SimOvercommit, type SimWorld } from './world.ts';

/** What a host has, and how much more than that it gives. */
export interface Room {
  readonly inventory: HostInventory;
  readonly overcommit?: SimOvercommit;
}

/** A host that gives what it has. */
export const noOvercommit: SimOvercommit = { memory: 1, disk: 1 };

/** A guest that is paused keeps its memory. */
const takesMemory = (power: GuestPower | undefined): boolean => power === 'running' || power === 'paused';

/** Whether a guest is in memory. */
export const isHeld = (guest: SimGuest | undefined): boolean => takesMemory(guest?.power);

export const notFound = (instanceId: string) => driverFailed({ code: 'GuestNotFound', instanceId });
export const notRunning = ({ power }: SimGuest) =>
  driverFailed({ code: 'HypervisorFailed', reason: `the guest does not run: it is ${power}` });

/** The one place where power changes, so that the memory in use stays right. */
export function setPower(world: SimWorld, guest: SimGuest, power: GuestPower): void {
  world.memoryUsedMib += (takesMemory(power) ? guest.memoryMib : 0) - (isHeld(guest) ? guest.memoryMib : 0);
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
  const guest = existing ?? keep(world, newSimGuest(instanceId, spec));
  if (existing !== undefined) fit(world, existing, spec);
  if (guest.power !== 'suspended') guest.boots += 1;
  setPower(world, guest, 'running');
  return driverOk(reportOf(guest));
}

/** Stops a guest and runs it again, from its image when it is rebuilt, once for each order: found done, it only has to run. */
export function runAnew(
  world: SimWorld,
  room: Room,
  { instanceId, orderId }: Order,
  spec: GuestSpec,
  done: 'rebootOrderId' | 'rebuildOrderId',
): DriverResult<GuestReport> {
  const guest = world.guests?.get(instanceId);
  if (guest !== undefined && guest[done] !== orderId) {
    const problem = done === 'rebuildOrderId' ? imageProblem(spec) : null;
    if (problem !== null) return driverFailed(problem);
    setPower(world, guest, 'stopped');
    if (done === 'rebuildOrderId') guest.boots = 0;
  }
  const result = run(world, room, instanceId, spec);
  const now = world.guests?.get(instanceId);
  if (now !== undefined) now[done] = orderId;
  return result;
}

/** Stops a guest. */
export function stop(world: SimWorld, instanceId: string): DriverResult {
  const guest = world.guests?.get(instanceId);
  if (guest === undefined) return notFound(instanceId);
  setPower(world, guest, 'stopped');
  return driverOk(null);
}

/** Takes a guest that runs out of the processors, or out of memory. */
export function halt(world: SimWorld, instanceId: string, power: 'paused' | 'suspended'): DriverResult {
  const guest = world.guests?.get(instanceId);
  if (guest === undefined) return notFound(instanceId);
  if (guest.power === power) return driverOk(null);
  if (!isHeld(guest)) return notRunning(guest);
  setPower(world, guest, power);
  return driverOk(null);
}

/** What is told to the inside of a guest: one that runs takes it. */
export function tellInside(world: SimWorld, instanceId: string): DriverResult {
  const guest = world.guests?.get(instanceId);
  if (guest === undefined) return notFound(instanceId);
  return isHeld(guest) ? driverOk(null) : notRunning(guest);
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

/** Keeps a new guest with its disk, off. Returns it. */
export function keep(world: SimWorld, guest: SimGuest): SimGuest {
  world.guests ??= new Map();
  world.guests.set(guest.instanceId, guest);
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
