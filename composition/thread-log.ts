import type { ShardNotice } from '../runtime/notice.ts';
import type { ThreadNotice } from '../runtime/threads/notices.ts';
import type { Logger } from './log.ts';

/** Writes what shards and their threads tell into the log. */
export function logThreadNotice(log: Logger, notice: ThreadNotice): void {
  switch (notice.type) {
    case 'shard':
      logShardNotice(log, notice.shard, notice.notice);
      break;
    case 'threadDied': {
      const { thread, shards, error: err, restartAfterMs } = notice;
      log.error({ thread, shards, err, restartAfterMs }, 'a thread has died');
      break;
    }
    case 'threadRestarted':
      log.warn({ thread: notice.thread, shards: notice.shards }, 'a thread has been started again');
      break;
    case 'shardAway': {
      const { shard, error: err, retryAfterMs } = notice;
      log.error({ shard, err, retryAfterMs }, 'a shard is closed, and will be opened again');
      break;
    }
    case 'shardBack':
      log.warn({ shard: notice.shard }, 'a shard is open again');
      break;
    case 'shardMoved': {
      const { shard, from, to } = notice;
      log.info({ shard, from, to }, 'a shard has moved to another thread');
      break;
    }
    case 'threadHung':
      log.fatal({ thread: notice.thread, silentMs: notice.silentMs }, 'a thread has stopped responding');
      break;
    case 'closeFailed':
      log.error({ thread: notice.thread, err: notice.error }, 'a thread could not be stopped cleanly');
      break;
  }
}

function logShardNotice(log: Logger, shard: string, notice: ShardNotice): void {
  switch (notice.type) {
    case 'log':
      log[notice.level](notice.fields, notice.message);
      break;
    case 'handlerFailed': {
      const { error: err, address, messageType } = notice;
      log.error({ shard, err, address, messageType }, 'handler failed');
      break;
    }
    case 'deadLetter':
      log.error({ shard, ...notice }, 'message became a dead letter');
      break;
    case 'kindFailing':
      log.error({ shard, ...notice }, 'handlers of a kind fail again and again');
      break;
    case 'slowHandler':
      log.warn({ shard, ...notice }, 'slow handler');
      break;
    case 'storeFailed':
      log.fatal({ shard, err: notice.error }, 'the store failed; the shard has stopped');
      break;
    case 'peerRestarted':
    case 'outboxRestarted':
    case 'messagesLost':
      log.error({ shard, ...notice }, 'the store of a shard, or of its peer, is not the one it was');
      break;
    case 'resumed':
      log.info({ shard, ...notice }, 'shard resumed');
      break;
  }
}
