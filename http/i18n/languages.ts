/** The languages that messages are translated into, by their tags. English is what the program itself says. */
export const LANGUAGES = ['de', 'ja', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Longest header that is looked at, and most ranges of it: browsers send some ten. */
const HEADER_LENGTH_MAX = 1024;
const RANGES_MAX = 32;

const RANGE = /^([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,7}|\*)(?:[ \t]*;[ \t]*[qQ]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/;

/** Regions and scripts in which Chinese is written with simplified characters; `zh` alone counts as well. */
const SIMPLIFIED: ReadonlySet<string> = new Set(['', 'cn', 'sg', 'my', 'hans']);

/** The language that a range asks for; null: one that we do not speak. A region that we do not have falls back. */
const spoken = (range: string): Language | 'en' | null => {
  const [language = '', second = ''] = range.toLowerCase().split('-');
  switch (language) {
    case 'de':
    case 'ja':
      return language;
    case 'zh':
      return SIMPLIFIED.has(second) ? 'zh-CN' : null;
    case 'en':
    case '*':
      return 'en';
    default:
      return null;
  }
};

/**
 * The language to answer in, by `Accept-Language`; null: English. The range with the highest quality that we speak wins,
 * of equal ones the first. Malformed ranges are passed over, and so is what lies beyond the bounds. See RFC 9110, 12.5.4.
 */
export const languageOf = (header: string | undefined): Language | null => {
  if (header === undefined || header.length > HEADER_LENGTH_MAX) return null;
  let best: Language | 'en' = 'en';
  let bestQuality = 0;
  for (const entry of header.split(',', RANGES_MAX)) {
    const match = RANGE.exec(entry.trim());
    if (match === null) continue;
    const [, range = '', given] = match;
    const quality = given === undefined ? 1 : Number(given);
    const language = spoken(range);
    if (language === null || quality <= bestQuality) continue;
    best = language;
    bestQuality = quality;
  }
  return best === 'en' ? null : best;
};
