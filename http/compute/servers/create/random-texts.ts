import type { Random } from '../../../../runtime/random.ts';

/** Symbols of passwords: letters and digits that nobody confuses. Nova: DEFAULT_PASSWORD_SYMBOLS. */
const GROUPS = ['23456789', 'ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz'] as const;
const GROUP_PATTERNS = GROUPS.map((group) => new RegExp(`[${group}]`));
const PASSWORD_LENGTH = 12;
const RESERVATION_SYMBOLS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const RESERVATION_LENGTH = 8;

/** Bytes asked for beyond the symbols wanted: few draws throw away more. */
const SPARE_BYTES = 6;

/** Evenly drawn symbols: bytes beyond the last full round of the alphabet are thrown away. */
const draw = (random: Random, symbols: string, length: number): string => {
  const end = 256 - (256 % symbols.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length + SPARE_BYTES)) {
      if (byte < end && text.length < length) text += symbols.charAt(byte % symbols.length);
    }
  }
  return text;
};

const ALL_SYMBOLS = GROUPS.join('');

/** A password of 12 symbols, with at least one digit, one capital and one small letter. */
export const newPassword = (random: Random): string => {
  for (;;) {
    const password = draw(random, ALL_SYMBOLS, PASSWORD_LENGTH);
    if (GROUP_PATTERNS.every((pattern) => pattern.test(password))) return password;
  }
};

/** The id that servers made by one request share. */
export const newReservationId = (random: Random): string =>
  `r-${draw(random, RESERVATION_SYMBOLS, RESERVATION_LENGTH)}`;
