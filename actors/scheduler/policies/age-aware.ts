import { bestFit } from './best-fit.ts';
import type { Policy } from './policy.ts';

/** How much the age of instances counts beside what is left: at most as much as 0.6 of the squares of best fit. */
const AGE_FACTOR = 0.6;
/** The age at which it counts half. */
const HALF_MS = 60 * 60_000;

/**
 * Best fit that prefers hosts whose instances are old. What has run for long will mostly run for longer still, so these hosts
 * are needed anyway; those with young instances become empty when nothing is added. Nothing is known of the future.
 */
export const ageAware: Policy = {
  name: 'age-aware',
  compile(request, hosts, nowMs) {
    const fit = bestFit.compile(request, hosts, nowMs);
    /** From 0 for new instances, or none, to 1. Each operation is monotone, so that a bound holds with rounding. */
    const settled = (claimedAtMs: number): number => 1 - HALF_MS / (Math.max(0, nowMs - claimedAtMs) + HALF_MS);
    return {
      of: (vcpus, memoryMib, diskGib, claimedAtMs) =>
        fit.of(vcpus, memoryMib, diskGib, claimedAtMs) - AGE_FACTOR * settled(claimedAtMs),
      bound: (vcpusMin, vcpusMax, memoryMibMin, memoryMibMax, diskGibMin, diskGibMax, claimedAtMsMin) =>
        fit.bound(vcpusMin, vcpusMax, memoryMibMin, memoryMibMax, diskGibMin, diskGibMax, claimedAtMsMin) -
        AGE_FACTOR * settled(claimedAtMsMin),
    };
  },
};
