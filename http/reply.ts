import type { ComputeError } from '../actors/errors.ts';
import { defaultMessage } from './fault-body.ts';
import { type Fault, faultOf } from './faults.ts';

/** Headers of an answer; a list sends the header several times. */
export type ReplyHeaders = Readonly<Record<string, string | readonly string[]>>;

/** A good answer. Its status is the route's, unless it says otherwise. */
export interface Reply {
  readonly kind: 'reply';
  /** The body as JSON text; null for none. */
  readonly json: string | null;
  readonly headers: ReplyHeaders | null;
  readonly status: number | null;
}

/** A refusal: an error of the cloud (its fault is in the table), or a fault that only HTTP knows. */
export type Refusal =
  | { readonly kind: 'refusal'; readonly error: ComputeError }
  | { readonly kind: 'refusal'; readonly fault: Fault };

/** What a handler answers. */
export type Answer = Reply | Refusal;

/** What a reply may say beside its body. */
export interface ReplyOptions {
  readonly headers?: ReplyHeaders;
  readonly status?: number;
}

/** Answers with a body. */
export const reply = (body: unknown, options: ReplyOptions = {}): Reply => encodedReply(JSON.stringify(body), options);

/** Answers with a body that is JSON text already: for bodies that are cached encoded. */
export const encodedReply = (json: string, options: ReplyOptions = {}): Reply => ({
  kind: 'reply',
  json,
  headers: options.headers ?? null,
  status: options.status ?? null,
});

/** Answers without a body. */
export const emptyReply = (options: ReplyOptions = {}): Reply => ({
  kind: 'reply',
  json: null,
  headers: options.headers ?? null,
  status: options.status ?? null,
});

/** What an answer repeats of a text from outside, such as an id that is unknown: not more than a name can have. */
export const echoed = (text: string): string => text.slice(0, 255);

/** Refuses for a reason of the cloud. */
export const refuse = (error: ComputeError): Refusal => ({ kind: 'refusal', error });

/** Refuses for a reason that only HTTP knows, such as an unknown filter value. */
export const refuseWith = (status: number, message = defaultMessage(status)): Refusal => ({
  kind: 'refusal',
  fault: { status, message },
});

/** The fault of a refusal; a route may tell a reason with another status than the table. */
export const faultOfRefusal = (refusal: Refusal, statuses: Readonly<Record<string, number | undefined>>): Fault => {
  if ('fault' in refusal) return refusal.fault;
  const fault = faultOf(refusal.error);
  const status = statuses[refusal.error.code];
  return status === undefined ? fault : { ...fault, status };
};

/** Content type of a good answer with a body. */
export const REPLY_TYPE = 'application/json';
