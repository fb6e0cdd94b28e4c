import type { NewFlavor } from '../actors/registry/protocol.ts';

const flavor = (flavorId: string, name: string, vcpus: number, memoryMib: number, rootGib: number): NewFlavor => ({
  flavorId,
  name,
  vcpus,
  memoryMib,
  rootGib,
  ephemeralGib: 0,
  swapMib: 0,
  rxtxFactor: 1,
  description: null,
  isPublic: true,
});

/** The flavors of a first start: DevStack's `m1.nano` and `m1.micro`, and the five that Nova once came with. */
export const DEFAULT_FLAVORS: readonly NewFlavor[] = [
  flavor('42', 'm1.nano', 1, 128, 1),
  flavor('84', 'm1.micro', 1, 192, 1),
  flavor('1', 'm1.tiny', 1, 512, 1),
  flavor('2', 'm1.small', 1, 2048, 20),
  flavor('3', 'm1.medium', 2, 4096, 40),
  flavor('4', 'm1.large', 4, 8192, 80),
  flavor('5', 'm1.xlarge', 8, 16_384, 160),
];
