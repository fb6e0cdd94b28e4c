import type { CpuPolicy, GuestTopology } from '../../../../actors/scheduler/numa/guest-topology.ts';
import type { HostNumaCell } from '../../../../drivers/host-topology.ts';
import type { Random } from '../../../../runtime/random.ts';

/** Draws from a seed. */
export class Draw {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A whole number from 0 to below this. */
  upTo(end: number): number {
    return Math.floor(this.#random.fraction() * end);
  }

  oneOf<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[this.upTo(values.length)] ?? values[0];
  }
}

const SMALL_KIB = 4;
const LARGE_KIB = 2_048;
const HUGE_KIB = 1_048_576;

/** Small hosts of one to three cells with cores of one to three threads, of which some are for guests alone. */
export function randomHost(draw: Draw): readonly HostNumaCell[] {
  const threads = 1 + draw.upTo(3);
  let next = 0;
  return Array.from({ length: 1 + draw.upTo(3) }, (_, id) => {
    const siblings = Array.from({ length: 1 + draw.upTo(3) }, () => Array.from({ length: threads }, () => next++));
    const all = siblings.flat();
    const pcpus = all.filter(() => draw.upTo(3) > 0);
    const huge = draw.upTo(2);
    const large = draw.upTo(6) * 64;
    const small = (1 + draw.upTo(4)) * 262_144;
    const pages = [
      { sizeKib: SMALL_KIB, total: small, reserved: draw.upTo(2) * 25_600 },
      { sizeKib: LARGE_KIB, total: large, reserved: Math.min(large, draw.upTo(2) * 32) },
      { sizeKib: HUGE_KIB, total: huge, reserved: 0 },
    ];
    return {
      id,
      socket: Math.floor(id / 2),
      cpus: all.filter((cpu) => !pcpus.includes(cpu)),
      pcpus,
      siblings,
      memoryMib: pages.reduce((sum, { sizeKib, total }) => sum + (sizeKib * total) / 1_024, 0),
      pages,
    };
  });
}

/** What somebody asks of such a host. */
export function randomGuest(draw: Draw): GuestTopology {
  const cpuPolicy = draw.oneOf<CpuPolicy>(['shared', 'dedicated', 'dedicated', 'mixed']);
  let next = 0;
  const cells = Array.from({ length: 1 + draw.upTo(2) }, () => {
    const vcpus = Array.from({ length: 1 + draw.upTo(3) }, () => next++);
    const isOwn = (): boolean => cpuPolicy === 'dedicated' || (cpuPolicy === 'mixed' && draw.upTo(2) === 0);
    const pcpus = vcpus.filter(isOwn);
    return {
      cpus: vcpus.filter((cpu) => !pcpus.includes(cpu)),
      pcpus,
      memoryMib: draw.oneOf([64, 128, 513, 1_024]),
    };
  });
  return {
    cells,
    pageSize: draw.oneOf([null, null, 'small', 'large', 'any', LARGE_KIB, HUGE_KIB, 16]),
    cpuPolicy,
    threadPolicy: cpuPolicy === 'shared' ? null : draw.oneOf([null, 'prefer', 'isolate', 'require']),
    emulatorThreads: cpuPolicy === 'shared' ? null : draw.oneOf([null, 'share', 'isolate']),
  };
}
