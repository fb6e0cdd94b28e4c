/** What a shard tells of itself, for logs and metrics. Plain data. */
export type ShardNotice =
  | { readonly type: 'handlerFailed'; readonly address: string; readonly messageType: string; readonly error: Error }
  | {
      readonly type: 'deadLetter';
      readonly address: string;
      readonly messageType: string;
      readonly reason: string;
      /** Dead letters that had to be dropped since the shard's start, since there were more than `limits.deadLettersMax`. */
      readonly dropped: number;
    }
  /** The handlers of a kind fail so often that somebody should look. Told at most once a minute and kind. */
  | {
      readonly type: 'kindFailing';
      readonly kind: string;
      /** Failures within the last minute, when it was told. */
      readonly failures: number;
      readonly lastReason: string;
    }
  /**
   * A handler held up all actors of the shard for longer than `limits.slowHandlerMs`. Told at most every ten seconds of one
   * kind and type of message; `others` counts those since the last time.
   */
  | {
      readonly type: 'slowHandler';
      readonly address: string;
      readonly messageType: string;
      readonly tookMs: number;
      readonly others: number;
    }
  /** `isProcessUnsafe`: what failed may have damaged the process, which must be replaced before it stores anything else. */
  | { readonly type: 'storeFailed'; readonly error: Error; readonly isProcessUnsafe: boolean }
  /** The numbers of messages between two shards do not fit: one of their stores is older than it was, or is another one. */
  | PeerNotice
  /** A line for the log from what the program put into the shard's thread, such as a driver. */
  | {
      readonly type: 'log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'resumed'; readonly effects: number; readonly timers: number; readonly messages: number };

/** What a shard finds out about its store or that of a peer from the numbers of their messages. */
export type PeerNotice =
  /** The peer sends from another outbox than before: its store is a new one, or was restored. */
  | { readonly type: 'peerRestarted'; readonly peer: string; readonly lastTaken: number }
  /** The peer has taken more than this shard knows to have sent: this shard's store has gone back. It sends from a new outbox. */
  | { readonly type: 'outboxRestarted'; readonly peer: string; readonly lastSent: number }
  /** Messages that this shard acknowledged, and that its store no longer has: it has gone back. They are lost. */
  | { readonly type: 'messagesLost'; readonly peer: string; readonly count: number };
