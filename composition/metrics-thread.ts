import type { Sample } from '../http/metrics/exposition.ts';
import { type Metric, type Seen, summaryOf } from './metrics-seen.ts';
import type { ThreadFigures } from './thread-figures.ts';

/** Reads a figure of each thread that has answered: `main`, and the others by the shards that they host. */
const eachThread =
  (read: (figures: ThreadFigures, labels: { readonly thread: string }) => readonly Sample[]) =>
  ({ main, shards }: Seen): readonly Sample[] => {
    const threads = new Map<number, { readonly names: string[]; readonly figures: ThreadFigures }>();
    for (const { name, figures } of shards) {
      if (!figures.ok) continue;
      const { thread } = figures.value;
      const known = threads.get(thread.threadId);
      if (known) known.names.push(name);
      else threads.set(thread.threadId, { names: [name], figures: thread });
    }
    const workers = [...threads.values()].map(({ names, figures }) => read(figures, { thread: names.join('+') }));
    return [...read(main, { thread: 'main' }), ...workers.flat()];
  };

/** One number of each thread. */
const eachNumber = (read: (figures: ThreadFigures) => number) =>
  eachThread((figures, labels) => [{ labels, value: read(figures) }]);

/** The threads: the front end's, and those of the shards. */
export const THREAD_METRICS: readonly Metric[] = [
  {
    name: 'novella_event_loop_delay_seconds',
    type: 'summary',
    help: 'How late the event loop of a thread ran. Quantiles are of the last one to two minutes.',
    labels: ['thread'],
    read: eachThread(({ loopDelayMs }, labels) => summaryOf(labels, loopDelayMs)),
  },
  {
    name: 'novella_heap_used_bytes',
    type: 'gauge',
    help: 'Used heap of a thread.',
    labels: ['thread'],
    read: eachNumber(({ heapUsedBytes }) => heapUsedBytes),
  },
  {
    name: 'novella_heap_size_bytes',
    type: 'gauge',
    help: 'Size of the heap of a thread.',
    labels: ['thread'],
    read: eachNumber(({ heapTotalBytes }) => heapTotalBytes),
  },
  {
    name: 'novella_heap_limit_bytes',
    type: 'gauge',
    help: 'What the heap of a thread may grow to; then the thread ends.',
    labels: ['thread'],
    read: eachNumber(({ heapLimitBytes }) => heapLimitBytes),
  },
  {
    name: 'novella_external_memory_bytes',
    type: 'gauge',
    help: 'Memory outside the heap that objects of a thread hold, such as buffers.',
    labels: ['thread'],
    read: eachNumber(({ externalBytes }) => externalBytes),
  },
  {
    name: 'novella_gc_seconds_total',
    type: 'counter',
    help: 'Time spent collecting garbage in a thread.',
    labels: ['thread'],
    read: eachNumber(({ gcMs }) => gcMs / 1000),
  },
  {
    name: 'novella_gc_runs_total',
    type: 'counter',
    help: 'Collections of garbage in a thread.',
    labels: ['thread'],
    read: eachNumber(({ gcs }) => gcs),
  },
];
