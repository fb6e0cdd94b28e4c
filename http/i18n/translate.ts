import { catalogues } from './catalogues/index.ts';
import { type Language, languageOf } from './languages.ts';
import { filled, type Template, templateOf, valuesIn } from './template.ts';

/** A message in another language than English. */
export interface Translation {
  readonly message: string;
  /** For the header Content-Language. */
  readonly language: Language;
}

/** Longest message that is looked up, in UTF-16 units; longer ones repeat something hostile. */
const MESSAGE_LENGTH_MAX = 16_384;
/** How deep messages stand in messages. */
const DEPTH_MAX = 4;

interface Pair {
  readonly english: Template;
  readonly own: Template;
}

interface Index {
  /** Messages without placeholders. */
  readonly fixed: ReadonlyMap<string, string>;
  /** The others, those with the most fixed text first: the most particular one is tried first. */
  readonly pairs: readonly Pair[];
}

const fixedLength = ({ texts }: Template): number => texts.reduce((sum, text) => sum + text.length, 0);

const indexes = new Map<Language, Index>();

const indexOf = (language: Language): Index => {
  const known = indexes.get(language);
  if (known !== undefined) return known;
  const fixed = new Map<string, string>();
  const pairs: Pair[] = [];
  for (const [english, own] of Object.entries(catalogues[language])) {
    const template = templateOf(english);
    if (template.names.length === 0) fixed.set(english, own);
    else pairs.push({ english: template, own: templateOf(own) });
  }
  pairs.sort((a, b) => fixedLength(b.english) - fixedLength(a.english));
  const index = { fixed, pairs };
  indexes.set(language, index);
  return index;
};

const translatedText = (text: string, index: Index, depth: number): string | null => {
  const fixed = index.fixed.get(text);
  if (fixed !== undefined) return fixed;
  let second: string | null = null;
  for (const { english, own } of index.pairs) {
    const values = valuesIn(english, text);
    if (values === null) continue;
    const reason = values.get('reason');
    const known = reason === undefined || depth >= DEPTH_MAX ? undefined : translatedText(reason, index, depth + 1);
    const whole = filled(own, (name) => (name === 'reason' && known ? known : (values.get(name) ?? '')));
    // A frame whose inner message is known fits better than one that happens to end in the same way.
    if (known !== null) return whole;
    second ??= whole;
  }
  return second;
};

/**
 * A fault's message in the language that the client asks for; null: it stays as it is, because English is asked for or
 * because the message is in no catalogue. The value of a placeholder named `reason` is a message itself.
 */
export const translate = (message: string, acceptLanguage: string | undefined): Translation | null => {
  const language = languageOf(acceptLanguage);
  if (language === null || message.length > MESSAGE_LENGTH_MAX) return null;
  const text = translatedText(message, indexOf(language), 0);
  return text === null ? null : { message: text, language };
};
