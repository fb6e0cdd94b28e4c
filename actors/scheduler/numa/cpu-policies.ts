import { isTrue } from '../matching/image-properties.ts';
import { cpusUpTo, parseCpuSet } from './cpu-set.ts';
import type { CpuPolicy, GuestTopology, ThreadPolicy } from './guest-topology.ts';
import { type Asked, refused } from './refused.ts';

const CPU_POLICIES = ['shared', 'dedicated', 'mixed'] as const;
const THREAD_POLICIES = ['prefer', 'isolate', 'require'] as const;
const EMULATOR_POLICIES = ['isolate', 'share'] as const;

/** One of these words; null: none is given. */
function oneOf<Word extends string>(
  words: readonly Word[],
  given: string | undefined,
  said: (given: string) => string,
): Word | null {
  if (!given) return null;
  return words.find((word) => word === given) ?? refused(said(given));
}

const ofFlavorAndImage = <Word extends string>(
  { extraSpecs, properties }: Asked,
  name: string,
  words: readonly Word[],
  what: string,
): readonly [flavor: Word | null, image: Word | null] => {
  const said = (source: string) => (given: string) =>
    `${what} requested from ${source}, '${given}', is invalid, must be one of ${words.join(', ')}`;
  return [
    oneOf(words, extraSpecs[`hw:${name}`], said('flavor extra specs')),
    oneOf(words, properties[`hw_${name}`], said('image properties')),
  ];
};

/** The policy for vCPUs; null: nobody says. An image may pin what the flavor says nothing of. */
export function cpuPolicyOf(asked: Asked): CpuPolicy | null {
  const [flavor, image] = ofFlavorAndImage(asked, 'cpu_policy', CPU_POLICIES, 'CPU policy');
  const isForbidden =
    (flavor === 'mixed' && image === 'dedicated') || (flavor === 'shared' && image !== null && image !== 'shared');
  if (isForbidden)
    refused("Image property 'hw_cpu_policy' is not permitted to override CPU pinning policy set against the flavor");
  return flavor ?? image;
}

/** The policy for threads of a core; null: nobody says. An image may say more than `prefer`. */
export function threadPolicyOf(asked: Asked): ThreadPolicy | null {
  const [flavor, image] = ofFlavorAndImage(asked, 'cpu_thread_policy', THREAD_POLICIES, 'CPU thread policy');
  // As in Nova, `prefer` of the flavor is kept whatever the image says.
  if (flavor === null || flavor === 'prefer') return flavor ?? image;
  if (image !== null && image !== flavor)
    refused(
      "Image property 'hw_cpu_thread_policy' is not permitted to override CPU thread pinning policy set against the flavor",
    );
  return flavor;
}

/** Where the hypervisor's own threads run; null: nobody says. */
export const emulatorThreadsOf = ({ extraSpecs }: Asked): GuestTopology['emulatorThreads'] =>
  oneOf(
    EMULATOR_POLICIES,
    extraSpecs['hw:emulator_threads_policy'],
    (given) => `CPU emulator threads option requested is invalid, given: '${given}', available: 'isolate, share'.`,
  );

/** A mask of vCPUs: those it names, or all but those that it excludes. */
const maskOf = (mask: string, vcpus: number): readonly number[] =>
  parseCpuSet(mask.trim().startsWith('^') ? `0-${vcpus - 1},${mask}` : mask) ?? [];

/** vCPUs with processors of their own in a guest of both kinds; null: nobody says. */
export function dedicatedMask({ vcpus, extraSpecs }: Asked): readonly number[] | null {
  const mask = extraSpecs['hw:cpu_dedicated_mask'];
  if (!mask) return null;
  const cpus = maskOf(mask, vcpus);
  if (cpus.some((cpu) => cpu >= vcpus))
    refused(
      'Mixed instance dedicated vCPU(s) mask is not a subset of vCPUs in the flavor. See "hw:cpu_dedicated_mask"',
    );
  if (cpus.length === 0 || cpus.length === vcpus)
    refused("Mixed instance must have at least 1 pinned vCPU and 1 unpinned vCPU. See 'hw:cpu_dedicated_mask'.");
  return cpus;
}

/** vCPUs that run in real time; null: none is asked to. */
export function realtimeCpus({ vcpus, extraSpecs, properties }: Asked): readonly number[] | null {
  if (!isTrue(extraSpecs['hw:cpu_realtime'])) return null;
  const mask = properties['hw_cpu_realtime_mask'] || extraSpecs['hw:cpu_realtime_mask'];
  const cpus = mask ? maskOf(mask, vcpus) : cpusUpTo(vcpus);
  if (cpus.some((cpu) => cpu >= vcpus))
    refused(
      'Realtime policy vCPU(s) mask is configured with RT vCPUs that are not a subset of the vCPUs in the flavor. See hw:cpu_realtime_mask or hw_cpu_realtime_mask',
    );
  if (cpus.length === 0 || (cpus.length === vcpus && !extraSpecs['hw:emulator_threads_policy']))
    refused('Use of realtime CPUs requires either one or more non-realtime CPU(s) or offloaded emulator threads.');
  return cpus;
}
