import type { Clock } from '../clock.ts';
import { messageTypeOf } from '../message.ts';
import type { ShardStats } from '../shard.ts';
import type { Delivery } from '../transport.ts';

/** What is known of a thread that has stopped responding. */
export interface ThreadHang {
  readonly thread: number;
  /** For how long its event loop has not turned, in milliseconds. */
  readonly silentMs: number;
  readonly shards: readonly HungShard[];
}

/** A shard of a thread that has stopped responding. */
export interface HungShard {
  readonly name: string;
  /** As last asked for; null when nobody asked. */
  readonly stats: ShardStats | null;
  /** The messages that clients sent last, newest batch: among them may be the one that is being handled. */
  readonly lastSent: readonly Delivery[];
}

/** Messages named in a report. */
const SENT_MAX = 20;

type Facts = readonly (readonly [name: string, value: string])[];

/** A report for people: a sentence, what is known of the process, and the facts. */
export function reportText(sentence: string, facts: Facts, clock: Clock): string {
  const all: Facts = [
    ['when', new Date(clock.now()).toISOString()],
    ['process', `${process.pid}, up ${Math.round(process.uptime())} s, Node ${process.version}`],
    ['memory', `${Math.round(process.memoryUsage.rss() / 1_048_576)} MiB resident`],
    ...facts,
  ];
  const width = Math.max(...all.map(([name]) => name.length));
  return `${sentence}\n\n${all.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('')}`;
}

/** The report on a thread that has stopped responding. Messages are named by address and type: contents may be secret. */
export function hangText({ thread, silentMs, shards }: ThreadHang, clock: Clock): string {
  const facts = shards.flatMap(({ name, stats, lastSent }): Facts => {
    const sent = lastSent.slice(-SENT_MAX).map(({ kind, id, message }) => `${kind}/${id} ${messageTypeOf(message)}`);
    return [
      ['shard', name],
      ['its figures', stats === null ? 'never asked for' : JSON.stringify(stats)],
      ['sent to it last', sent.length === 0 ? 'nothing' : sent.join(', ')],
    ];
  });
  const silent = ['silent for', `${Math.round(silentMs)} ms`] as const;
  return reportText(
    `Thread ${thread} has stopped responding: a handler, or other code in it, does not return.`,
    [silent, ...facts],
    clock,
  );
}
