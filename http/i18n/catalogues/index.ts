import type { Language } from '../languages.ts';
import type { Message } from '../messages/index.ts';
import { catalogue as de } from './de/index.ts';
import { catalogue as ja } from './ja/index.ts';
import { catalogue as chinese } from './zh-cn/index.ts';

/** The catalogues by language: translations by the English messages. One that lacks a message does not compile. */
export const catalogues: Readonly<Record<Language, Readonly<Record<Message, string>>>> = { de, ja, 'zh-CN': chinese };
