import { realClock } from '../runtime/clock.ts';
import { listDeadLetters } from '../runtime/dead-letters.ts';
import type { Shard } from '../runtime/shard.ts';
import type { Reader } from '../runtime/store.ts';
import { isStoredDeadLetter, summaryOfLetter, withoutSecrets } from './dead-letters.ts';
import type { OperatorRequest } from './operator-requests.ts';
import type { RetentionJob } from './retention-job.ts';
import { masked } from './secrets.ts';
import { ThreadWatch } from './thread-figures.ts';

/** One a thread, whatever the number of its shards; it begins to watch when the first shard is opened. */
let watch: ThreadWatch | null = null;

const TYPES: Readonly<Record<OperatorRequest['type'], true>> = {
  figures: true,
  report: true,
  inspect: true,
  deadLetters: true,
  newestDeadLetters: true,
  retryDeadLetter: true,
  dropDeadLetter: true,
  logDecisions: true,
  cellAdded: true,
  retain: true,
};

/** Whether a call to a shard's thread is the operator's. They come from this program's own main thread only. */
export const isOperatorRequest = (request: unknown): request is OperatorRequest =>
  typeof request === 'object' && request !== null && 'type' in request && String(request.type) in TYPES;

/** What it answers for besides the shard. */
interface AnsweringParts {
  readonly retention: Pick<RetentionJob, 'figures' | 'piece'>;
  readonly decisions: { isOn: boolean };
  /** Names of the cells; the shard finds actors by them. */
  readonly cells: string[];
}

/** What answers the operator inside a shard's thread. */
export function operatorAnswers(
  shard: Shard,
  reader: Reader,
  { retention, decisions, cells }: AnsweringParts,
): (request: OperatorRequest) => Promise<unknown> {
  watch ??= new ThreadWatch(realClock);
  const thread = watch;
  return async (request) => {
    switch (request.type) {
      case 'figures':
        return { shard: shard.stats(), thread: thread.figures(), retention: retention.figures };
      case 'report':
        return shard.report();
      case 'inspect':
        return inspected(shard, request.kind, request.id);
      case 'deadLetters':
        return listDeadLetters(reader, request).map(withoutSecrets);
      case 'newestDeadLetters':
        return newest(shard.name, reader, request.limit);
      case 'retryDeadLetter':
        return existed(await shard.retryDeadLetter(request.key));
      case 'dropDeadLetter':
        return existed(await shard.dropDeadLetter(request.key));
      case 'cellAdded':
        if (!cells.includes(request.cell)) cells.push(request.cell);
        return null;
      case 'logDecisions':
        decisions.isOn = request.isOn;
        return null;
      case 'retain':
        return retention.piece(request.order);
    }
  };
}

function inspected(shard: Shard, kind: string, id: string): unknown {
  const found = shard.inspect({ kind, id });
  if (found === undefined) throw new Error(`There is no kind of actor ${kind}.`);
  return masked(found);
}

function newest(shard: string, reader: Reader, limit: number): unknown {
  const found = [];
  for (const { key, value } of reader.range({ prefix: 'd/', reverse: true, limit })) {
    const letter = { key, ...Object(value) };
    if (isStoredDeadLetter(letter)) found.push(summaryOfLetter(shard, letter));
  }
  return found;
}

function existed(was: boolean): null {
  if (!was) throw new Error('There is no such dead letter.');
  return null;
}
