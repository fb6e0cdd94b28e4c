import type { Policy } from './policy.ts';

/** How much what is left counts beside what is stranded: it decides where nothing more is stranded. */
const LEFT_FACTOR = 0.01;

/**
 * The host on which the least more would be stranded: be left over once one of vCPUs, memory and disk is used up by instances
 * of the average shape in this cell. Where several strand nothing more, the one of which less is left.
 */
export const strandingAware: Policy = {
  name: 'stranding-aware',
  compile({ demand }, hosts) {
    const largest = hosts.largest();
    const average = hosts.averageUse() ?? demand;
    const parts = [largest.vcpus, largest.memoryMib, largest.diskGib].map((most) => (most > 0 ? 1 / most : 0));
    const [perVcpu = 0, perMib = 0, perGib = 0] = parts;
    /** Size of an average instance, as a part of the largest host. */
    const averageSize = average.vcpus * perVcpu + average.memoryMib * perMib + average.diskGib * perGib;
    const demandSize = demand.vcpus * perVcpu + demand.memoryMib * perMib + demand.diskGib * perGib;
    const timesIn = (left: number, one: number): number =>
      one > 0 ? Math.max(0, left) / one : Number.POSITIVE_INFINITY;
    /** How many average instances fit into what is left. */
    const fitting = (vcpus: number, memoryMib: number, diskGib: number): number => {
      const times = Math.min(
        timesIn(vcpus, average.vcpus),
        timesIn(memoryMib, average.memoryMib),
        timesIn(diskGib, average.diskGib),
      );
      return Number.isFinite(times) ? times : 0;
    };
    const after = (vcpus: number, memoryMib: number, diskGib: number): number =>
      fitting(vcpus - demand.vcpus, memoryMib - demand.memoryMib, diskGib - demand.diskGib);
    const leftSize = (vcpus: number, memoryMib: number, diskGib: number): number =>
      vcpus * perVcpu + memoryMib * perMib + diskGib * perGib - demandSize;
    return {
      // What the instance takes of the average ones' places, less its own size, is what becomes stranded.
      of: (vcpus, memoryMib, diskGib) =>
        (fitting(vcpus, memoryMib, diskGib) - after(vcpus, memoryMib, diskGib)) * averageSize -
        demandSize +
        LEFT_FACTOR * leftSize(vcpus, memoryMib, diskGib),
      bound: (vcpusMin, vcpusMax, memoryMibMin, memoryMibMax, diskGibMin, diskGibMax) =>
        (fitting(vcpusMin, memoryMibMin, diskGibMin) - after(vcpusMax, memoryMibMax, diskGibMax)) * averageSize -
        demandSize +
        LEFT_FACTOR * leftSize(vcpusMin, memoryMibMin, diskGibMin),
    };
  },
};
