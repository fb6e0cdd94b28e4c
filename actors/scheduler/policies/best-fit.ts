import type { Policy } from './policy.ts';

/**
 * The host of which the least would be left, by the shape of what is left: the sum of the squares of its vCPUs, memory and
 * disk, each as a part of what the largest host has. So hosts fill up one after the other, and evenly in all three. (Norm-based
 * greedy of Panigrahy et al., Heuristics for Vector Bin Packing, 2011.)
 */
export const bestFit: Policy = {
  name: 'best-fit',
  compile({ demand }, hosts) {
    const largest = hosts.largest();
    const [perVcpu, perMib, perGib] = [partOf(largest.vcpus), partOf(largest.memoryMib), partOf(largest.diskGib)];
    const of = (vcpus: number, memoryMib: number, diskGib: number): number =>
      square((vcpus - demand.vcpus) * perVcpu) +
      square((memoryMib - demand.memoryMib) * perMib) +
      square((diskGib - demand.diskGib) * perGib);
    return {
      of,
      bound: (vcpusMin, vcpusMax, memoryMibMin, memoryMibMax, diskGibMin, diskGibMax) =>
        of(
          nearest(demand.vcpus, vcpusMin, vcpusMax),
          nearest(demand.memoryMib, memoryMibMin, memoryMibMax),
          nearest(demand.diskGib, diskGibMin, diskGibMax),
        ),
    };
  },
};

const square = (value: number): number => value * value;
const partOf = (largest: number): number => (largest > 0 ? 1 / largest : 0);

/** The number between `min` and `max` that is nearest to another one. */
const nearest = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);
