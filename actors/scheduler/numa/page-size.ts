import type { HostNumaCell } from '../../../drivers/host-topology.ts';
import type { PageSize } from './guest-topology.ts';
import { type CellUsage, pagesOf } from './usage.ts';

/**
 * The size in KiB of the pages that the memory gets: of those that are asked for the largest of which enough are free, and
 * of which it is a multiple; undefined: there are none. `small`: the smallest of the host; `large`: all others.
 */
export function choosePageSize(
  { pages }: HostNumaCell,
  usage: CellUsage,
  memoryMib: number,
  asked: PageSize,
): number | undefined {
  for (let place = pages.length - 1; place >= 0; place--) {
    const size = pages[place];
    if (size === undefined || !isAsked(asked, place, size.sizeKib)) continue;
    const free = size.total - size.reserved - (usage.pages[place] ?? 0);
    if ((memoryMib * 1_024) % size.sizeKib === 0 && pagesOf(memoryMib, size.sizeKib) <= free) return size.sizeKib;
  }
  return undefined;
}

function isAsked(asked: PageSize, place: number, sizeKib: number): boolean {
  if (asked === 'any') return true;
  if (asked === 'small') return place === 0;
  return asked === 'large' ? place > 0 : asked === sizeKib;
}
