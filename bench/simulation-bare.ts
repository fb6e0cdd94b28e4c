import type { HostShape } from '../simulation/capacity-run.ts';
import { flavorOf, type Workload } from '../simulation/workload.ts';

/** What a host would have left, as parts of what it has: the smaller the score, the better the host. */
export type BareScore = (freeVcpus: number, freeMemory: number) => number;

export interface BareResult {
  readonly events: number;
  readonly refused: number;
  /** Over the lower bound. */
  readonly hostHoursRatio: number;
  readonly hostsPeak: number;
}

/**
 * The reference: a workload in a bare loop over typed arrays, with a linear scan for each machine. No actors, no messages, no
 * rows, no quota. Hosts without machines are opened last, the first of them first.
 */
export function bareLoop(workload: Workload, hosts: number, shape: HostShape, score: BareScore): BareResult {
  const usedVcpus = new Float64Array(hosts);
  const usedMemory = new Float64Array(hosts);
  const machines = new Int32Array(hosts);
  const hostOf = new Int32Array(workload.count).fill(-1);
  const endingAt = Array.from({ length: workload.steps }, (): number[] => []);
  for (let machine = 0; machine < workload.count; machine++) endingAt[workload.ends[machine] ?? -1]?.push(machine);
  let [inUse, vcpus, memory, next, events, refused, hostSteps, boundSteps, hostsPeak] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  const count = (host: number, machine: number, sign: 1 | -1): void => {
    const flavor = flavorOf(workload, machine);
    usedVcpus[host] = (usedVcpus[host] ?? 0) + sign * flavor.vcpus;
    usedMemory[host] = (usedMemory[host] ?? 0) + sign * flavor.memoryMib;
    vcpus += sign * flavor.vcpus;
    memory += sign * flavor.memoryMib;
    const before = machines[host] ?? 0;
    machines[host] = before + sign;
    if (before + sign === 0) inUse--;
    else if (before === 0) inUse++;
    events++;
  };
  const best = (machine: number): number => {
    const flavor = flavorOf(workload, machine);
    let [found, least] = [-1, Number.POSITIVE_INFINITY];
    for (let host = 0; host < hosts; host++) {
      const freeVcpus = shape.vcpus - (usedVcpus[host] ?? 0) - flavor.vcpus;
      const freeMemory = shape.memoryMib - (usedMemory[host] ?? 0) - flavor.memoryMib;
      if (freeVcpus < 0 || freeMemory < 0) continue;
      const scored = score(freeVcpus / shape.vcpus, freeMemory / shape.memoryMib);
      if (scored < least) [found, least] = [host, scored];
    }
    return found;
  };
  for (let step = 0; step < workload.steps; step++) {
    for (const machine of endingAt[step] ?? []) {
      const host = hostOf[machine] ?? -1;
      if (host >= 0) count(host, machine, -1);
    }
    for (; next < workload.count && workload.starts[next] === step; next++) {
      const host = best(next);
      hostOf[next] = host;
      if (host < 0) refused++;
      else count(host, next, 1);
    }
    hostSteps += inUse;
    boundSteps += Math.max(Math.ceil(vcpus / shape.vcpus), Math.ceil(memory / shape.memoryMib));
    hostsPeak = Math.max(hostsPeak, inUse);
  }
  return { events, refused, hostHoursRatio: hostSteps / boundSteps, hostsPeak };
}
