import * as v from 'valibot';

/** Code points that cannot be stored or shown: NUL, and halves of surrogate pairs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not come in.
const UNSTORABLE = /[\u0000\ud800-\udfff]/u;

/** Refuses a text that cannot be stored. Of the services beside compute, whose texts follow Nova's own patterns. */
export const storable = v.check<string, string>(
  (text) => !UNSTORABLE.test(text),
  'it has characters that cannot be stored',
);
