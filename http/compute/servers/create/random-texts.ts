import type { Random } from '../../../../runtime/random.ts';

/** Symbols of passwords: letters and digits that nobody confuses. Nova: DEFAULT_PASSWORD_SYMBOLS. */
const GROUPS = ['23456789', 'ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz'] as const;
const PASSWORD_LENGTH = 12;
const RESERVATION_SYMBOLS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const RESERVATION_LENGTH = 8;

/** Evenly drawn symbols: bytes beyond the last full round of the alphabet are thrown away. */
const draw = (random: Random, symbols: string, length: number): string => {
  const end = 256 - (256 % symbols.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length)) {
      if (byte < end && text.length < length) text += symbols.charAt(byte % symbols.length);
    }
  }
  return text;
};

/** A password of 12 symbols, with at least one digit, one capital and one small letter. */
export const newPassword = (random: Random): string => {
  const all = GROUPS.join('');
  for (;;) {
    const password = draw(random, all, PASSWORD_LENGTH);
    if (GROUPS.every((group) => [...password].some((symbol) => group.includes(symbol)))) return password;
  }
};

/** The id that servers made by one request share. */
export const newReservationId = (random: Random): string =>
  `r-${draw(random, RESERVATION_SYMBOLS, RESERVATION_LENGTH)}`;
