import type { HandlingParts } from './handling.ts';
import type { KindStats, ShardStats } from './stats.ts';

/** The figures of a shard that come from its parts. */
export function statsOf(parts: HandlingParts): Omit<ShardStats, 'name' | 'state' | 'batches' | 'commits' | 'outbox'> {
  const { meter, runQueue, effects, timers, supervisor, deadLetters } = parts;
  return {
    messages: meter.messages,
    failures: supervisor.failures,
    queued: runQueue.letters,
    timers: timers.count,
    effectsInFlight: effects.count,
    deadLetters: deadLetters.count,
    kinds: kindStats(parts),
    effects: effects.stats(),
    batchSize: meter.batchSize.distribution(),
    batchMs: meter.batchMs.distribution(),
    commitMs: meter.commitMs.distribution(),
  };
}

function kindStats({ meter, runQueue, activations }: HandlingParts): Readonly<Record<string, KindStats>> {
  const queues = new Map<string, { queued: number; longest: number }>();
  for (const { kind, mailbox } of runQueue.actors()) {
    const queue = queues.get(kind.kind) ?? { queued: 0, longest: 0 };
    queue.queued += mailbox.length;
    queue.longest = Math.max(queue.longest, mailbox.length);
    queues.set(kind.kind, queue);
  }
  const stats: Record<string, KindStats> = {};
  for (const [kind, { messages, failures, deadLetters, refused, waitMs, handlingMs }] of meter.kinds) {
    const { queued = 0, longest = 0 } = queues.get(kind) ?? {};
    stats[kind] = {
      active: activations.countOf(kind),
      queued,
      queuedLongest: longest,
      messages,
      failures,
      deadLetters,
      refused,
      waitMs: waitMs.distribution(),
      handlingMs: handlingMs.distribution(),
    };
  }
  return stats;
}
