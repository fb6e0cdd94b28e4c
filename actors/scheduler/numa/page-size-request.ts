import type { PageSize } from './guest-topology.ts';
import { type Asked, refused } from './refused.ts';

/** KiB in each unit. */
const UNITS = { '': 1 / 1_024, K: 1, M: 1_024, G: 1_024 ** 2, T: 1_024 ** 3 } as const;
const isUnit = (text: string): text is keyof typeof UNITS => Object.hasOwn(UNITS, text);

/** A plain number is KiB; one with a unit is of bytes, or of bits, in powers of 1,024. */
function sizeIn(text: string): PageSize {
  if (text === 'small' || text === 'large' || text === 'any') return text;
  const invalid = (): never => refused(`Invalid memory page size '${text}'`);
  const [, digits, prefix = '', unit = ''] = /^(\d{1,9})(?:([kKMGT])i?)?(b|bit|B)?$/.exec(text) ?? [];
  const letter = prefix.toUpperCase();
  if (digits === undefined || !isUnit(letter)) return invalid();
  const sizeKib =
    prefix === '' && unit === ''
      ? Number(digits)
      : (Number(digits) * UNITS[letter]) / (unit === 'B' || unit === '' ? 1 : 8);
  return Number.isInteger(sizeKib) && sizeKib > 0 ? sizeKib : invalid();
}

/**
 * The pages that memory is asked for in; null: nobody says. Only a flavor can ask for them, and the image choose where the
 * flavor says `any` or `large`.
 */
export function pageSizeOf({ extraSpecs, properties }: Asked): PageSize | null {
  const [flavor, image] = [extraSpecs['hw:mem_page_size'], properties['hw_mem_page_size']];
  if (!flavor) return image ? refused(`Page size ${image} forbidden against '<empty>'`) : null;
  const size = sizeIn(flavor);
  if (!image) return size;
  return size === 'any' || size === 'large'
    ? sizeIn(image)
    : refused(`Page size ${image} forbidden against '${flavor}'`);
}
