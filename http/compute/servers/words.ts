const TRUES: ReadonlySet<string> = new Set(['1', 't', 'true', 'on', 'y', 'yes']);
const FALSES: ReadonlySet<string> = new Set(['0', 'f', 'false', 'off', 'n', 'no']);

/** A truth value as a query spells it, in the spellings of oslo.utils (strutils.bool_from_string); null for none. */
export const booleanWord = (text: string): boolean | null => {
  const word = text.trim().toLowerCase();
  if (TRUES.has(word)) return true;
  return FALSES.has(word) ? false : null;
};
