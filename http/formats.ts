import { isIPv4, isIPv6 } from 'node:net';

// Printable characters of the Basic Multilingual Plane. Nova builds its classes from U+0000 to U+FFFE, so an emoji
// fails (nova/api/validation/parameter_types.py).
const PRINTABLE = '[^\\p{C}\\p{Zl}\\p{Zp}\\u{10000}-\\u{10FFFF}]';
const VISIBLE = '[^\\p{C}\\p{Z}\\u{10000}-\\u{10FFFF}]';
const NAME = new RegExp(`^$|^${VISIBLE}(${PRINTABLE}*${VISIBLE})?$`, 'u');

/** Pattern of a description: printable characters only, or none. */
export const PRINTABLE_TEXT = `^${PRINTABLE}*$`;

/** The usual spelling of a UUID. */
export const USUAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_DIGITS = /^[0-9a-f]{32}$/;
const ISO_TIME =
  /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[ T](\d{1,2})(?::?(\d{2}))?(?::?(\d{2})(?:[.,](\d+))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/**
 * Milliseconds since the epoch of an ISO 8601 time, or null when it is none. As loose as Nova (the iso8601 library): a
 * bare date passes; a time without a zone is UTC.
 */
export const parseIsoTime = (text: string): number | null => {
  const match = ISO_TIME.exec(text);
  if (match === null) return null;
  const [, year = '0', month = '1', day = '1', hour = '0', minute = '0', second = '0', fraction = '0', zone = 'Z'] =
    match;
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number);
  if (mo === undefined || d === undefined || y === undefined || h === undefined || mi === undefined || s === undefined)
    return null;
  if (mo < 1 || mo > 12 || h > 23 || mi > 59 || s > 59) return null;
  const day0 = new Date(0);
  day0.setUTCFullYear(y, mo - 1, d);
  if (day0.getUTCMonth() !== mo - 1 || day0.getUTCDate() !== d) return null;
  const local = day0.setUTCHours(h, mi, s, Math.trunc(Number(`0.${fraction}`) * 1000));
  if (zone === 'Z') return local;
  const digits = zone.slice(1).replace(':', '');
  const offsetMinutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || '0');
  return local - (zone.startsWith('-') ? -1 : 1) * offsetMinutes * 60_000;
};

/** Python's b64decode: characters outside the alphabet are dropped, then the padding must be right. */
const isBase64 = (text: string): boolean => {
  const kept = text.replace(/[^A-Za-z0-9+/=]/g, '');
  return kept.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(kept);
};

const isCidr = (text: string): boolean => {
  const [address = '', prefix = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(prefix)) return false;
  return isIPv4(address) ? Number(prefix) <= 32 : isPlainIPv6(address) && Number(prefix) <= 128;
};

const isPlainIPv6 = (text: string): boolean => isIPv6(text) && !text.includes('%');

const isRegex = (text: string): boolean => {
  if (text === '') return false;
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
};

/** A UUID as Nova takes it: hyphens, case, braces and `urn:uuid:` do not matter. */
export const isUuidLike = (text: string): boolean =>
  USUAL_UUID.test(text) ||
  UUID_DIGITS.test(
    text
      .replaceAll('urn:', '')
      .replaceAll('uuid:', '')
      .replace(/^[{}]+|[{}]+$/g, '')
      .replaceAll('-', '')
      .toLowerCase(),
  );

const isSpacedName = (text: string): boolean => {
  const trimmed = text.replace(/^\p{Zs}+/u, '').replace(/(?<!\p{Zs})\p{Zs}+$/u, '');
  return trimmed !== '' && NAME.test(trimmed);
};

/**
 * The formats of Nova's schemas that it really checks (`mac-address` and `url` are not among them). Source:
 * nova/api/validation/validators.py.
 */
export const FORMATS = {
  uuid: isUuidLike,
  'date-time': (text) => parseIsoTime(text) !== null,
  base64: isBase64,
  cidr: isCidr,
  ipv4: (text) => isIPv4(text),
  ipv6: isPlainIPv6,
  regex: isRegex,
  name: (text) => NAME.test(text),
  az_name: (text) => NAME.test(text) && !text.includes(':'),
  /** A name that may have spaces around it; they are cut off later. */
  name_with_leading_trailing_spaces: isSpacedName,
  az_name_with_leading_trailing_spaces: (text) => isSpacedName(text) && !text.includes(':'),
} as const satisfies Readonly<Record<string, (text: string) => boolean>>;

/** The name of a format. */
export type Format = keyof typeof FORMATS;
