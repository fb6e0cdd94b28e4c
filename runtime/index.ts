/** The actor runtime's public face. See README.md in this folder. */
export { type ActorKind, type ActorKinds, type AnyActorKind, actorKinds } from './actor.ts';
export { type Address, addressText, type Protocol, protocol } from './address.ts';
export { type Cancel, type Clock, realClock } from './clock.ts';
export type { Context } from './context.ts';
export { type DeadLetter, type DeadLetterPage, listDeadLetters, type StoredDeadLetter } from './dead-letters.ts';
export type { EffectRecord, EffectRequest, EffectRunner } from './effect.ts';
export { keyOf, timeKeyPart } from './key.ts';
export { DEFAULT_SHARD_LIMITS, type ShardLimits } from './limits.ts';
export type { AskError, AskOutcome, EffectEnded, EffectFailure, EffectOutcome, ReplyTo } from './message.ts';
export type { PeerNotice, ShardNotice } from './notice.ts';
export { type Random, realRandom, seededRandom } from './random.ts';
export { failed, ok, type Result } from './result.ts';
export { Shard } from './shard.ts';
export type { ShardOptions } from './shard-options.ts';
export type { ActorReport, EffectLine, MailboxLine, ShardReport } from './shard-report.ts';
export type { Distribution, EffectStats, KindStats, ShardStats } from './stats.ts';
export {
  DamagedRow,
  type Entry,
  type KeyRange,
  type Reader,
  type Store,
  UnsafeStoreError,
  type Write,
} from './store.ts';
export type { FailureReport } from './supervisor.ts';
export { ActorSystem, type ActorSystemOptions, type AskOptions } from './system.ts';
export { type IndexParts, type Page, type RowTable, type Table, type TableDefinition, table } from './table.ts';
export type { Delivery, Link, Numbered, ReplyDelivery, ToClient, ToShard } from './transport.ts';
export { localLink } from './transports/local.ts';
export { type PortLink, portLink } from './transports/port.ts';
