import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { IdempotencyMessage, IdempotencyReply } from '../../actors/idempotency/protocol.ts';
import { type Answer, refuse, refuseWith, reply } from '../reply.ts';

/** Asks the memory of a project's requests. */
export type AskIdempotency = (projectId: string, message: IdempotencyMessage) => Promise<IdempotencyReply>;

/** A request that came with a key. */
export interface KeyedRequest {
  readonly key: string;
  readonly projectId: string;
  /** Everything that makes it this request: caller, method, path, version, body. */
  readonly parts: readonly string[];
}

const KEY = /^[\x21-\x7e]{1,255}$/;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Largest answer that is remembered, in characters of JSON; answers of creations are far smaller. */
const ANSWER_LENGTH_MAX = 65_536;

const hash = (parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

// An answer may hold a password or a private key. It is sealed with the client's key, of which only a hash is stored.
const sealingKey = (key: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, 'novella', 'idempotent answer', 32));

const seal = (key: string, text: string): string => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(key), nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
};

const unseal = (key: string, sealed: string): string => {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(key), bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
};

const isAnswer = (value: unknown): value is Extract<Answer, { kind: 'reply' }> =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'reply';

/**
 * Runs a creation once for its key. The same request with the same key within 24 hours is told the same answer and does
 * nothing; another one with that key is 422; one that comes while the first runs is 409. A request that is refused, or an
 * answer that is too large to be kept, leaves the key free.
 */
export const once = async (
  { key, projectId, parts }: KeyedRequest,
  ask: AskIdempotency,
  run: () => Answer | Promise<Answer>,
): Promise<Answer> => {
  if (!KEY.test(key)) return refuseWith(400, 'Idempotency-Key must be 1 to 255 printable ASCII characters.');
  const request = { key: hash([key]), digest: hash(parts) };
  const begun = await ask(projectId, { type: 'begin', ...request });
  if (!begun.ok) return refuse(begun.error);
  switch (begun.value.kind) {
    case 'different':
      return refuseWith(422, 'Idempotency-Key was used for another request.');
    case 'under way':
      return refuseWith(409, 'A request with this Idempotency-Key is under way.');
    case 'answered': {
      const answer: unknown = JSON.parse(unseal(key, begun.value.answer));
      return isAnswer(answer) ? answer : reply({}, { status: 500 });
    }
    case 'new':
      return runNew(key, request, projectId, ask, run);
  }
};

const runNew = async (
  key: string,
  request: { readonly key: string; readonly digest: string },
  projectId: string,
  ask: AskIdempotency,
  run: () => Answer | Promise<Answer>,
): Promise<Answer> => {
  let answer: Answer | null = null;
  try {
    answer = await run();
  } finally {
    const json = answer?.kind === 'reply' ? JSON.stringify(answer) : null;
    const isKept = json !== null && json.length <= ANSWER_LENGTH_MAX;
    await ask(
      projectId,
      isKept ? { type: 'finish', ...request, answer: seal(key, json) } : { type: 'forget', ...request },
    );
  }
  return answer;
};
