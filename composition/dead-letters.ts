import type { DeadLetter, StoredDeadLetter } from '../runtime/dead-letters.ts';
import { messageTypeOf } from '../runtime/message.ts';
import { masked } from './secrets.ts';

/** Dead letters in one list, of each shard. */
export const LETTERS_LISTED_MAX = 1_000;

/** Names a dead letter: its shard, and its key there. */
export interface DeadLetterName {
  readonly shard: string;
  readonly key: string;
}

/** As people type it: `cell1:1763783804123-7`. */
const NAME = /^([A-Za-z0-9_.-]{1,64}):(\d{13})-(\d{1,16})$/;
const KEY = /^d\/(\d{13})\/0*(\d{1,16})$/;

/** The name of a dead letter for people, or its key where that has another form. */
export function deadLetterName({ shard, key }: DeadLetterName): string {
  const [, atMs, number] = KEY.exec(key) ?? [];
  return atMs === undefined || number === undefined ? `${shard}:${key}` : `${shard}:${atMs}-${number}`;
}

/** What a name stands for; null when it is none. */
export function parseDeadLetterName(name: string): DeadLetterName | null {
  const [, shard, atMs, number] = NAME.exec(name) ?? [];
  if (shard === undefined || atMs === undefined || number === undefined) return null;
  return { shard, key: `d/${atMs}/${number.padStart(16, '0')}` };
}

/** A dead letter without its content, as lists and reports tell it. */
export interface DeadLetterSummary {
  readonly name: string;
  readonly at: string;
  readonly actor: string;
  readonly message: string;
  readonly attempts: number;
  readonly reason: string;
}

const REASON_LENGTH_MAX = 200;

/** Sums a dead letter up. */
export const summaryOfLetter = (shard: string, letter: StoredDeadLetter): DeadLetterSummary => ({
  name: deadLetterName({ shard, key: letter.key }),
  at: new Date(letter.atMs).toISOString(),
  actor: `${letter.kind}/${letter.id}`,
  message: messageTypeOf(letter.message),
  attempts: letter.attempts,
  reason: letter.reason.slice(0, REASON_LENGTH_MAX),
});

/** Whether plain data is a dead letter. Rows of older versions lack the later fields; those are shown as they are. */
export const isStoredDeadLetter = (value: unknown): value is StoredDeadLetter =>
  typeof value === 'object' &&
  value !== null &&
  'key' in value &&
  typeof value.key === 'string' &&
  'kind' in value &&
  'id' in value &&
  'message' in value &&
  'reason' in value &&
  typeof value.reason === 'string' &&
  'atMs' in value &&
  typeof value.atMs === 'number';

/** A dead letter whose message holds no secret under the name of one: people are shown it. */
export const withoutSecrets = <Letter extends DeadLetter>(letter: Letter): Letter => ({
  ...letter,
  message: masked(letter.message),
});
