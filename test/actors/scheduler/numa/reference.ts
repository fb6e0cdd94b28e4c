import type { SharedRatios } from '../../../../actors/scheduler/numa/fit-cell.ts';
import type { GuestCell, GuestTopology } from '../../../../actors/scheduler/numa/guest-topology.ts';
import type { CellUsage, HostUsage } from '../../../../actors/scheduler/numa/usage.ts';
import type { HostNumaCell } from '../../../../drivers/host-topology.ts';

/** All ways to take so many of these, in every order. */
function* arrangements<Value>(values: readonly Value[], count: number): Iterable<readonly Value[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (const [at, value] of values.entries())
    for (const rest of arrangements([...values.slice(0, at), ...values.slice(at + 1)], count - 1))
      yield [value, ...rest];
}

/** Whether processors can be had: every choice is looked at, whether it is one that the policy allows. */
function hasProcessors(
  cell: HostNumaCell,
  used: CellUsage,
  guest: GuestTopology,
  own: number,
  reserved: number,
): boolean {
  const free = cell.pcpus.filter((cpu) => !used.pinned.includes(cpu));
  const freeOfCore = (cpu: number): readonly number[] =>
    (cell.siblings.find((core) => core.includes(cpu)) ?? []).filter((one) => free.includes(one));
  const threads = Math.max(...cell.siblings.map((core) => core.length));
  if (guest.threadPolicy === 'isolate') {
    const whole = cell.siblings.filter((core) => core.length === threads && core.every((cpu) => free.includes(cpu)));
    return whole.length >= own + reserved;
  }
  if (free.length < own + reserved) return false;
  if (guest.threadPolicy !== 'require' || own === 0) return true;
  for (const chosen of arrangements(free, own))
    for (let each = 2; each <= threads; each++) {
      const isAllowed = chosen.every((cpu) => {
        const core = freeOfCore(cpu);
        return core.length >= each && chosen.filter((other) => core.includes(other)).length <= each;
      });
      if (isAllowed) return true;
    }
  return false;
}

/** Whether memory can be had. */
function hasMemory(
  { pages }: HostNumaCell,
  used: CellUsage,
  { pageSize, cpuPolicy }: GuestTopology,
  memoryMib: number,
  ratio: number,
): boolean {
  const kib = memoryMib * 1_024;
  return pages.some(({ sizeKib, total, reserved }, place) => {
    const free = (total - reserved - (used.pages[place] ?? 0)) * sizeKib;
    if (pageSize === null) {
      if (place !== 0) return false;
      const all = (total - reserved) * sizeKib;
      const given = cpuPolicy === 'shared' ? all * ratio : all;
      return kib <= all && (used.pages[0] ?? 0) * sizeKib + kib <= given;
    }
    const isSize =
      pageSize === 'any' ||
      (pageSize === 'small' && place === 0) ||
      (pageSize === 'large' && place > 0) ||
      pageSize === sizeKib;
    return isSize && kib % sizeKib === 0 && kib <= free;
  });
}

const hasShared = ({ cpus }: HostNumaCell, used: CellUsage, { cpus: asked }: GuestCell, ratio: number): boolean =>
  asked.length === 0 || (asked.length <= cpus.length && used.cpus + asked.length <= cpus.length * ratio);

/** Whether a guest fits on a host: every way to spread its cells is looked at. Slow, and plain. */
export function fitsByBruteForce(
  cells: readonly HostNumaCell[],
  usage: HostUsage,
  guest: GuestTopology,
  ratios: SharedRatios,
): boolean {
  for (const places of arrangements([...cells.keys()], guest.cells.length)) {
    const fits = guest.cells.every((own, number) => {
      const place = places[number] ?? -1;
      const [cell, used] = [cells[place], usage[place]];
      const reserved = number === 0 && guest.emulatorThreads === 'isolate' ? 1 : 0;
      return (
        cell !== undefined &&
        used !== undefined &&
        hasShared(cell, used, own, ratios.cpu) &&
        hasMemory(cell, used, guest, own.memoryMib, ratios.memory) &&
        (own.pcpus.length + reserved === 0 || hasProcessors(cell, used, guest, own.pcpus.length, reserved))
      );
    });
    if (fits) return true;
  }
  return false;
}
