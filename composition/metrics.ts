import type { Family } from '../http/metrics/exposition.ts';
import { PROCESS_METRICS } from './metrics-process.ts';
import type { Metric, Seen } from './metrics-seen.ts';
import { SHARD_METRICS } from './metrics-shard.ts';
import { THREAD_METRICS } from './metrics-thread.ts';
import { TOLD_METRICS } from './metrics-told.ts';

/** Every metric that `/metrics` serves, in the order in which it does. docs/observability.md explains them; a test compares. */
export const METRICS: readonly Metric[] = [...PROCESS_METRICS, ...THREAD_METRICS, ...SHARD_METRICS, ...TOLD_METRICS];

/** All metrics as of what was seen. */
export const familiesOf = (seen: Seen): readonly Family[] =>
  METRICS.map(({ name, type, help, read }) => ({ name, type, help, samples: read(seen) }));
