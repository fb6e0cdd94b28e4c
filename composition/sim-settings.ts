import * as v from 'valibot';
import { parseCpuSet } from '../actors/scheduler/numa/cpu-set.ts';

const count = (max: number, min = 1) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const hexId = v.pipe(v.string(), v.regex(/^[0-9a-f]{4}$/, 'expected four hex digits in lower case, such as 10de'));

/** Linux: shorter than `IFNAMSIZ`, without slashes, colons and spaces. */
const interfaceName = v.pipe(
  v.string(),
  v.regex(/^[^/:\s]{1,15}$/, 'expected a network interface: 1 to 15 characters without slashes, colons and spaces'),
);

const pciCards = v.strictObject({
  vendorId: hexId,
  productId: hexId,
  /** How many each NUMA cell has. */
  perCell: v.optional(count(32), 1),
  virtualFunctions: v.optional(count(15, 0), 0),
  physicalNetwork: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(255))),
  /** Network interfaces of these cards, cell by cell. */
  interfaces: v.optional(v.pipe(v.array(interfaceName), v.maxLength(2_048))),
});

/** What every simulated host is like. */
export const simSettings = v.pipe(
  v.strictObject({
    vcpus: v.optional(count(100_000), 64),
    memoryMib: v.optional(count(1_000_000_000), 262_144),
    diskGib: v.optional(count(1_000_000_000), 4_096),
    /** How long it takes to make a guest run, in milliseconds. */
    spawnMs: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(3_600_000)), 0),
    /** How long it takes to move a guest that runs, in milliseconds for each GiB of its memory. */
    migrateMsPerGib: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(3_600_000)), 0),
    /** NUMA cells; 0: it tells of none. */
    numaCells: v.optional(count(64, 0), 0),
    threadsPerCore: v.optional(count(8), 2),
    /** Processors that guests get for themselves, such as `4-15,20-31`. */
    dedicatedCpus: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(4_096),
        v.rawTransform(({ dataset, addIssue, NEVER }): readonly number[] => {
          const cpus = parseCpuSet(dataset.value);
          if (cpus !== undefined) return cpus;
          addIssue({ message: 'expected processors, such as 4-15,20-31' });
          return NEVER;
        }),
      ),
    ),
    /** Huge pages of each cell, by their size in KiB. */
    hugePages: v.optional(
      v.pipe(
        v.record(
          v.pipe(v.string(), v.regex(/^[1-9]\d{1,8}$/, 'expected a size in KiB, such as 2048')),
          count(100_000_000, 0),
        ),
        v.maxEntries(8),
      ),
    ),
    pciCards: v.optional(v.pipe(v.array(pciCards), v.maxLength(32)), []),
  }),
  v.check(
    ({ numaCells, vcpus }) => numaCells <= vcpus && (numaCells === 0 || vcpus <= 8_192),
    'each NUMA cell needs a virtual CPU, and all together have at most 8,192',
  ),
  v.check(
    ({ numaCells, dedicatedCpus, hugePages }) =>
      numaCells > 0 || (dedicatedCpus === undefined && hugePages === undefined),
    'dedicated processors and huge pages need numaCells',
  ),
  v.check(
    ({ numaCells, memoryMib, hugePages = {} }) =>
      Object.entries(hugePages).reduce((sum, [size, pages]) => sum + Number(size) * pages, 0) <=
      Math.floor(memoryMib / Math.max(1, numaCells)) * 1_024,
    'the huge pages of a cell are more than its memory',
  ),
  v.check(
    ({ numaCells, pciCards: kinds }) =>
      kinds.every(({ perCell, interfaces = [] }) => interfaces.length <= perCell * Math.max(1, numaCells)),
    'there are more interfaces than cards of a kind',
  ),
  v.check(({ pciCards: kinds }) => {
    const names = kinds.flatMap(({ interfaces = [] }) => interfaces);
    return new Set(names).size === names.length;
  }, 'two cards have the same interface'),
);
