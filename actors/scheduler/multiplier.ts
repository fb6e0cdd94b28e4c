import type { HostTable } from './host-table.ts';
import type { SchedulerOptions, WeightMultipliers } from './options.ts';

/**
 * The multiplier of a weigher for a host: the smallest number that an aggregate of the host has under the option's name,
 * else the option. Nova: `scheduler/utils.py`, `get_weight_multiplier`; values that are no numbers do not count.
 */
export function multiplierOf(
  option: keyof WeightMultipliers,
  options: SchedulerOptions,
): (hosts: HostTable, row: number) => number {
  const configured = options.multipliers[option];
  return (hosts, row) => {
    let smallest = Number.POSITIVE_INFINITY;
    for (const { metadata } of hosts.facts(row).aggregates) {
      const value = metadata[option];
      const number = value === undefined || value.trim() === '' ? Number.NaN : Number(value);
      if (number < smallest) smallest = number;
    }
    return Number.isFinite(smallest) ? smallest : configured;
  };
}
