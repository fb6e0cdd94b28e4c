import type { Method } from '../middleware/flight.ts';
import { boundText, type Sample } from './exposition.ts';
import { DurationHistogram } from './histogram.ts';

type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx';

/** The hundred that a status belongs to. Whole statuses would multiply the series for little. */
const classOf = (status: number): StatusClass =>
  status < 200 ? '1xx' : status < 300 ? '2xx' : status < 400 ? '3xx' : status < 500 ? '4xx' : '5xx';

/** The route of a request that none was found for: whatever a client asks for, it makes one series. */
const NO_ROUTE = 'none';

interface Series {
  readonly route: string;
  readonly method: Method;
  readonly duration: DurationHistogram;
  readonly statuses: Map<StatusClass, number>;
}

/**
 * Answers counted by route, method and class of status. Routes are templates of the program, methods a fixed list: the
 * series are bounded whatever clients send.
 */
export class RequestMetrics {
  readonly #series = new Map<string, Map<Method, Series>>();

  /** Takes note of an answer. `route` is a template, or null when none was found. */
  answered(route: string | null, method: Method, status: number, durationMs: number): void {
    const { statuses, duration } = this.#at(route ?? NO_ROUTE, method);
    const statusClass = classOf(status);
    statuses.set(statusClass, (statuses.get(statusClass) ?? 0) + 1);
    duration.record(durationMs / 1000);
  }

  #at(route: string, method: Method): Series {
    let methods = this.#series.get(route);
    if (!methods) {
      methods = new Map();
      this.#series.set(route, methods);
    }
    let series = methods.get(method);
    if (!series) {
      series = { route, method, duration: new DurationHistogram(), statuses: new Map() };
      methods.set(method, series);
    }
    return series;
  }

  *#all(): Iterable<Series> {
    for (const methods of this.#series.values()) yield* methods.values();
  }

  /** Samples of the counter of answers. */
  counts(): Sample[] {
    const samples: Sample[] = [];
    for (const { route, method, statuses } of this.#all()) {
      for (const [status, value] of statuses) samples.push({ labels: { route, method, status }, value });
    }
    return samples;
  }

  /** Samples of the histogram of durations. */
  durations(): Sample[] {
    const samples: Sample[] = [];
    for (const { route, method, duration } of this.#all()) {
      const labels = { route, method };
      for (const { atMost, count } of duration.buckets()) {
        samples.push({ suffix: '_bucket', labels: { ...labels, le: boundText(atMost) }, value: count });
      }
      samples.push({ suffix: '_sum', labels, value: duration.sum });
      samples.push({ suffix: '_count', labels, value: duration.count });
    }
    return samples;
  }
}
