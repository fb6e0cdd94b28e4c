import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { threadId } from 'node:worker_threads';
import type { Clock } from '../runtime/clock.ts';
import type { Distribution } from '../runtime/stats.ts';

/** Figures of a thread. Counters count from its start. */
export interface ThreadFigures {
  /** 0: the main thread. Another one after a restart. */
  readonly threadId: number;
  readonly heapUsedBytes: number;
  readonly heapTotalBytes: number;
  /** What the heap may grow to; then the thread ends. */
  readonly heapLimitBytes: number;
  /** Memory outside the heap that its objects hold: buffers. */
  readonly externalBytes: number;
  readonly gcs: number;
  readonly gcMs: number;
  /** How late the event loop ran: count and sum since the start, the rest of the last one to two minutes. */
  readonly loopDelayMs: Distribution;
}

/** How often the event loop's delay is sampled, in milliseconds. 20 wake-ups a second cost next to nothing. */
const RESOLUTION_MS = 50;
/** Percentiles are of a window of at most twice this, in milliseconds: those of a week hide the last minute. */
const WINDOW_MS = 60_000;

const NANOSECONDS_A_MS = 1e6;

/** Watches the thread that calls it. Nothing it does keeps the thread alive. */
export class ThreadWatch {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #observer: PerformanceObserver;
  #windowFromMs: number;
  #earlierCount = 0;
  #earlierSum = 0;
  #gcs = 0;
  #gcMs = 0;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#windowFromMs = clock.monotonic();
    this.#delays.enable();
    this.#observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        this.#gcs++;
        this.#gcMs += duration;
      }
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  figures(): ThreadFigures {
    const heap = getHeapStatistics();
    return {
      threadId,
      heapUsedBytes: heap.used_heap_size,
      heapTotalBytes: heap.total_heap_size,
      heapLimitBytes: heap.heap_size_limit,
      externalBytes: heap.external_memory,
      gcs: this.#gcs,
      gcMs: this.#gcMs,
      loopDelayMs: this.#loopDelay(),
    };
  }

  stop(): void {
    this.#delays.disable();
    this.#observer.disconnect();
  }

  /** The histogram holds times between two samples; what is beyond the resolution is delay. */
  #loopDelay(): Distribution {
    const { count, mean } = this.#delays;
    const beyond = (ns: number): number => (count === 0 ? 0 : Math.max(0, ns / NANOSECONDS_A_MS - RESOLUTION_MS));
    const sum = count * beyond(mean);
    const percentile = (share: number): number => (count === 0 ? 0 : beyond(this.#delays.percentile(share)));
    const found: Distribution = {
      count: this.#earlierCount + count,
      sum: this.#earlierSum + sum,
      max: beyond(this.#delays.max),
      p50: percentile(50),
      p90: percentile(90),
      p99: percentile(99),
    };
    if (this.#clock.monotonic() - this.#windowFromMs > WINDOW_MS) {
      this.#earlierCount += count;
      this.#earlierSum += sum;
      this.#windowFromMs = this.#clock.monotonic();
      this.#delays.reset();
    }
    return found;
  }
}
