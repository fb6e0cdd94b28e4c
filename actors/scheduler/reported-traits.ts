import type { HostInventory } from '../../drivers/hypervisor.ts';
import { cpuTraits } from './cpu-traits.ts';

/** What every host can do: all our drivers take images of these formats, and give guests these devices. */
const OF_ALL: readonly string[] = [
  'COMPUTE_IMAGE_TYPE_QCOW2',
  'COMPUTE_IMAGE_TYPE_RAW',
  'COMPUTE_NET_VIF_MODEL_VIRTIO',
  'COMPUTE_NODE',
  'COMPUTE_RESCUE_BFV',
  'COMPUTE_STORAGE_BUS_VIRTIO',
  'COMPUTE_VOLUME_ATTACH',
  'COMPUTE_VOLUME_ATTACH_WITH_TAG',
  'COMPUTE_VOLUME_EXTEND',
  'COMPUTE_VOLUME_MULTI_ATTACH',
  'OWNER_NOVA',
];

/** The traits that a host has by itself, sorted: what nova-compute would report of it (os-traits). */
const reportedTraits = ({ cpuArchitecture, cpuFeatures, numaCells }: HostInventory): readonly string[] => {
  const architecture = cpuArchitecture.toUpperCase().replace(/[^A-Z0-9]/g, '_');
  const hasThreads = numaCells?.some(({ siblings }) => siblings.some((core) => core.length > 1)) ?? false;
  return [
    ...OF_ALL,
    `COMPUTE_ARCH_${architecture}`,
    `HW_ARCH_${architecture}`,
    ...(numaCells === undefined ? [] : ['COMPUTE_SOCKET_PCI_NUMA_AFFINITY']),
    ...(hasThreads ? ['HW_CPU_HYPERTHREADING'] : []),
    ...(cpuFeatures ? cpuTraits(cpuArchitecture, cpuFeatures) : []),
  ].sort();
};

/** All traits of a host, sorted: those that it has by itself, and those that were given to it. */
export const traitsOf = (inventory: HostInventory, given: readonly string[] = []): readonly string[] =>
  given.length === 0 ? reportedTraits(inventory) : [...new Set([...reportedTraits(inventory), ...given])].sort();
