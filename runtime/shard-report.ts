import type { Activation } from './activations.ts';
import { type Address, addressText } from './address.ts';
import type { EffectReport } from './effects.ts';
import type { HandlingParts } from './handling.ts';
import { messageTypeOf } from './message.ts';
import type { Reader } from './store.ts';
import type { FailureReport } from './supervisor.ts';

/** Mailboxes that a report names. */
const MAILBOXES_MAX = 20;
/** Effects that a report names: the oldest. */
const EFFECTS_MAX = 1_000;
/** Timers and effects that a report of one actor names. */
const OF_ACTOR_MAX = 1_000;

/** An effect that has not been handled yet. Its arguments stay out: they may hold secrets. */
export interface EffectLine {
  readonly address: string;
  readonly effectId: string;
  readonly name: string;
  readonly lane: string;
  /** Ended: its end waits in the mailbox, or in a batch that is not durable yet. */
  readonly state: EffectReport['state'];
  readonly ageMs: number;
}

/** A mailbox with letters in it. */
export interface MailboxLine {
  readonly address: string;
  readonly length: number;
  /** The type of the next message. */
  readonly next: string;
  /** Its next message has failed, and is tried again later. */
  readonly isResting: boolean;
}

/** What a shard has before it, for people. Plain data. */
export interface ShardReport {
  readonly name: string;
  readonly state: 'running' | 'stopping' | 'stopped';
  readonly atMs: number;
  /** The longest ones, the longest first. */
  readonly mailboxes: readonly MailboxLine[];
  readonly queued: number;
  /** The oldest ones, the oldest first. */
  readonly effects: readonly EffectLine[];
  readonly effectsPending: number;
  readonly timers: number;
  /** The last ones, oldest first. */
  readonly failures: readonly FailureReport[];
  readonly batchesInFlight: number;
  /** How long the oldest of these has been with the store. */
  readonly oldestCommitMs: number;
  readonly outbox: Readonly<Record<string, number>>;
}

/** What one actor has, for people. Plain data. */
export interface ActorReport {
  readonly address: string;
  readonly isInMemory: boolean;
  /** Its next message has failed, and is tried again later. */
  readonly isResting: boolean;
  /** The row as last committed; undefined when there is none, or its kind has no table. */
  readonly row: unknown;
  /** How many messages of each type wait. */
  readonly mailbox: Readonly<Record<string, number>>;
  readonly timers: readonly { readonly name: string; readonly dueMs: number; readonly messageType: string }[];
  readonly effects: readonly EffectLine[];
}

const effectLine = ({ record, state, ageMs }: EffectReport): EffectLine => {
  const { effectId, name, lane } = record;
  return { address: addressText(record), effectId, name, lane: lane ?? name, state, ageMs };
};

/** The part of a shard's report that comes from its mailboxes, effects, timers and failures. */
export function reportOf({
  runQueue,
  effects,
  timers,
  supervisor,
}: HandlingParts): Omit<ShardReport, 'name' | 'state' | 'atMs' | 'batchesInFlight' | 'oldestCommitMs' | 'outbox'> {
  const mailboxes = [...runQueue.actors()]
    .filter(({ mailbox }) => mailbox.length > 0)
    .sort((a, b) => b.mailbox.length - a.mailbox.length)
    .slice(0, MAILBOXES_MAX);
  const lines: EffectLine[] = [];
  for (const report of effects.reports()) if (lines.length < EFFECTS_MAX) lines.push(effectLine(report));
  return {
    mailboxes: mailboxes.map(mailboxLine),
    queued: runQueue.letters,
    effects: lines,
    effectsPending: effects.count,
    timers: timers.count,
    failures: supervisor.lastFailures,
  };
}

function mailboxLine({ kind, id, mailbox, isResting }: Activation): MailboxLine {
  const [next] = mailbox;
  const address = addressText({ kind: kind.kind, id });
  return { address, length: mailbox.length, next: messageTypeOf(next?.message), isResting };
}

/** What an actor has; undefined when there is no such kind. */
export function inspectActor(
  parts: HandlingParts,
  store: Reader,
  { kind, id }: Pick<Address, 'kind' | 'id'>,
): ActorReport | undefined {
  const known = parts.activations.kind(kind);
  if (!known) return undefined;
  const activation = parts.activations.inMemory({ kind, id });
  const mailbox: Record<string, number> = {};
  for (const { message } of activation?.mailbox ?? []) {
    const type = messageTypeOf(message);
    mailbox[type] = (mailbox[type] ?? 0) + 1;
  }
  const isOfActor = (record: Address): boolean => record.kind === kind && record.id === id;
  const timers: ActorReport['timers'][number][] = [];
  for (const { name, dueMs, message, ...owner } of parts.timers.records()) {
    if (!isOfActor(owner) || timers.length >= OF_ACTOR_MAX) continue;
    timers.push({ name, dueMs, messageType: messageTypeOf(message) });
  }
  const effects: EffectLine[] = [];
  for (const report of parts.effects.reports()) {
    if (isOfActor(report.record) && effects.length < OF_ACTOR_MAX) effects.push(effectLine(report));
  }
  return {
    address: addressText({ kind, id }),
    isInMemory: activation?.active === true,
    isResting: activation?.isResting === true,
    row: known.table?.read(store, id),
    mailbox,
    timers,
    effects,
  };
}
