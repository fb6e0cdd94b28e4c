import type { ShardNotice } from '../runtime/notice.ts';
import type { ThreadNotice } from '../runtime/threads/notices.ts';

/** Something that went wrong in a shard or its thread, as a report tells it. Nothing of a message's content is in it. */
export interface Failure {
  readonly at: string;
  readonly shard: string;
  readonly what:
    | 'handler failed'
    | 'dead letter'
    | 'slow handler'
    | 'kind failing'
    | 'store failed'
    | 'messages lost'
    | 'shard closed'
    | 'thread died'
    | 'thread hangs';
  readonly actor: string;
  readonly message: string;
  readonly reason: string;
}

/** Failures that are kept for reports. */
export const FAILURES_MAX = 50;
const REASON_LENGTH_MAX = 500;

/** What a notice tells of a failure; null when it tells of none. */
export function failureOf(notice: ThreadNotice, nowMs: number): Failure | null {
  const at = new Date(nowMs).toISOString();
  const none = { actor: '', message: '' };
  switch (notice.type) {
    case 'shard':
      return failureOfShard(notice.shard, notice.notice, at);
    case 'threadDied': {
      const reason = `thread ${notice.thread}: ${notice.error.message}`.slice(0, REASON_LENGTH_MAX);
      return { at, shard: notice.shards.join('+'), what: 'thread died', ...none, reason };
    }
    case 'threadHung': {
      const reason = `thread ${notice.thread}, silent for ${Math.round(notice.silentMs)} ms`;
      return { at, shard: '', what: 'thread hangs', ...none, reason };
    }
    case 'shardAway': {
      const reason = notice.error.message.slice(0, REASON_LENGTH_MAX);
      return { at, shard: notice.shard, what: 'shard closed', ...none, reason };
    }
    default:
      return null;
  }
}

function failureOfShard(shard: string, notice: ShardNotice, at: string): Failure | null {
  switch (notice.type) {
    case 'handlerFailed': {
      const reason = (notice.error.stack ?? notice.error.message).split('\n').slice(0, 3).join(' ');
      const { address: actor, messageType: message } = notice;
      return { at, shard, what: 'handler failed', actor, message, reason: reason.slice(0, REASON_LENGTH_MAX) };
    }
    case 'deadLetter': {
      const { address: actor, messageType: message, reason } = notice;
      return { at, shard, what: 'dead letter', actor, message, reason: reason.slice(0, REASON_LENGTH_MAX) };
    }
    case 'storeFailed': {
      const reason = notice.error.message.slice(0, REASON_LENGTH_MAX);
      return { at, shard, what: 'store failed', actor: '', message: '', reason };
    }
    case 'slowHandler': {
      const { address: actor, messageType: message, tookMs, others } = notice;
      const more = others === 0 ? '' : `, and ${others} others like it before`;
      return { at, shard, what: 'slow handler', actor, message, reason: `took ${Math.round(tookMs)} ms${more}` };
    }
    case 'kindFailing': {
      const reason = `${notice.failures} failures within a minute; the last: ${notice.lastReason}`;
      const kind = { actor: notice.kind, message: '' };
      return { at, shard, what: 'kind failing', ...kind, reason: reason.slice(0, REASON_LENGTH_MAX) };
    }
    case 'messagesLost': {
      const reason = `${notice.count} messages for ${notice.peer}, which this shard's store no longer has`;
      return { at, shard, what: 'messages lost', actor: '', message: '', reason };
    }
    default:
      return null;
  }
}
