import type { Filter } from '../filter.ts';
import type { SchedulerOptions } from '../options.ts';

/**
 * Refuses hosts without one of the metrics that the weigher of metrics goes by. Hosts tell none here, as with Nova's
 * default of no monitors: so with any metric set, every host is refused. Nova: `scheduler/filters/metrics_filter.py`.
 */
export const metricsFilter = ({ metrics }: SchedulerOptions): Filter => {
  const names = Object.keys(metrics.weightSetting);
  return {
    name: 'MetricsFilter',
    compile: () => (names.length === 0 ? undefined : () => false),
    reason: () => `does not tell the metrics ${names.join(', ')}`,
  };
};
