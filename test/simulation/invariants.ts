import { allocations } from '../../actors/cell/row.ts';
import { otherHost } from '../../actors/instance/move.ts';
import { instances } from '../../actors/instance/row.ts';
import type { Known } from './clients.ts';
import { HOST_MEMORY_MIB } from './hosts.ts';
import { isAlive, rowViolationsAtRest } from './row-invariants.ts';
import type { World } from './world.ts';

/** What must hold at every moment. Returns what does not. */
export function violationsNow(world: World): string[] {
  const found: string[] = [...world.problems];
  const used = new Map<string, number>();
  for (const allocation of allocations.scan(world.rows)) {
    used.set(allocation.host, (used.get(allocation.host) ?? 0) + allocation.memoryMib);
  }
  for (const [host, memoryMib] of used) {
    if (memoryMib > HOST_MEMORY_MIB) found.push(`${host} has ${memoryMib} MiB claimed of ${HOST_MEMORY_MIB}`);
  }
  return found;
}

/** What must hold once everything has come to its end. Returns what does not. */
export function violationsAtRest(world: World, known: Known): string[] {
  const found = [...violationsNow(world), ...rowViolationsAtRest(world.rows, known)];
  const alive = [...instances.scan(world.rows)].filter(isAlive);
  const guests = new Set<string>();
  const running = new Set<string>();
  for (const { name, world: host } of world.hosts) {
    for (const [id, { power }] of host.guests ?? []) {
      if (power === 'running' && running.has(id)) found.push(`${id} runs twice`);
      if (power === 'running') running.add(id);
      guests.add(`${id} on ${name}`);
    }
  }
  for (const row of alive) {
    const { id, vmState, host } = row;
    if (host !== null && !guests.delete(`${id} on ${host}`)) found.push(`${id} (${vmState}) has no guest on ${host}`);
    // Where it comes from it is kept, in case it goes back.
    const other = otherHost(row);
    if (other !== null && !guests.delete(`${id} on ${other}`)) found.push(`${id} cannot go back to ${other}`);
  }
  for (const { id, vmState } of alive) {
    const expected = vmState === 'active' || (vmState === 'stopped' ? false : null);
    if (expected !== null && running.has(id) !== expected) {
      found.push(`${id} is ${vmState}, and its guest ${expected ? 'does not run' : 'runs'}`);
    }
    if (vmState === 'stopped' && !known.stopsAsked.has(id) && !world.endedByThemselves.has(id)) {
      found.push(`${id} is stopped, and nobody has stopped it`);
    }
  }
  for (const guest of guests) found.push(`there is a guest of ${guest}, and no need for it`);
  return found;
}
