/** A message with named placeholders, taken apart: `Flavor {flavorId} could not be found.` */
export interface Template {
  /** The fixed texts around the placeholders; one more than there are names. */
  readonly texts: readonly string[];
  readonly names: readonly string[];
}

/** Takes a message apart. A placeholder is a name in braces. */
export const templateOf = (message: string): Template => {
  const pieces = message.split(/\{([a-zA-Z]+)\}/);
  return {
    texts: pieces.filter((_, index) => index % 2 === 0),
    names: pieces.filter((_, index) => index % 2 === 1),
  };
};

/** The values of the placeholders when a text was made of the template; null when it was not. Linear in the text. */
export const valuesIn = ({ texts, names }: Template, text: string): ReadonlyMap<string, string> | null => {
  const last = texts.at(-1) ?? '';
  const end = text.length - last.length;
  let at = texts[0]?.length ?? 0;
  if (at > end || !text.startsWith(texts[0] ?? '') || !text.endsWith(last)) return null;
  const values = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1;
    const next = isLast ? end : text.indexOf(texts[index + 1] ?? '', at);
    if (next < at || next > end) return null;
    values.set(name, text.slice(at, next));
    at = next + (isLast ? 0 : (texts[index + 1]?.length ?? 0));
  }
  return values;
};

/** The message with values in the place of the names. */
export const filled = ({ texts, names }: Template, valueNamed: (name: string) => string): string => {
  let whole = texts[0] ?? '';
  for (const [index, name] of names.entries()) whole += valueNamed(name) + (texts[index + 1] ?? '');
  return whole;
};
