import { multiplierOf } from '../multiplier.ts';
import type { SchedulerOptions } from '../options.ts';
import type { Weigher } from '../weigher.ts';

/**
 * Weighs by metrics of the hosts. Hosts tell none here, as with Nova's default of no monitors: all weigh the same. Nova:
 * `scheduler/weights/metrics.py`.
 */
export const metricsWeigher = (options: SchedulerOptions): Weigher => ({
  name: 'MetricsWeigher',
  compile: () => undefined,
  multiplier: multiplierOf('metrics_weight_multiplier', options),
});
