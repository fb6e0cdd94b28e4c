import type { GroupPolicy } from '../../registry/row.ts';
import { multiplierOf } from '../multiplier.ts';
import type { SchedulerOptions, WeightMultipliers } from '../options.ts';
import type { Weigher } from '../weigher.ts';

/** Weighs by how many servers of the request's group a host has. Nova: `scheduler/weights/affinity.py`. */
const byMembers =
  (name: string, policy: GroupPolicy, sign: 1 | -1, option: keyof WeightMultipliers) =>
  (options: SchedulerOptions): Weigher => ({
    name,
    compile({ group }, hosts) {
      if (group?.policy !== policy) return undefined;
      const members = hosts.groups.hostsOf(group.id);
      return members.size === 0 ? undefined : (row) => sign * (members.get(hosts.name(row)) ?? 0);
    },
    rows: ({ group }, hosts) => [...hosts.groups.hostsOf(group?.id).keys()].flatMap((host) => hosts.row(host) ?? []),
    multiplier: multiplierOf(option, options),
  });

/** Prefers the hosts of the group's servers. */
export const softAffinityWeigher = byMembers(
  'ServerGroupSoftAffinityWeigher',
  'soft-affinity',
  1,
  'soft_affinity_weight_multiplier',
);

/** Prefers hosts without servers of the group. */
export const softAntiAffinityWeigher = byMembers(
  'ServerGroupSoftAntiAffinityWeigher',
  'soft-anti-affinity',
  -1,
  'soft_anti_affinity_weight_multiplier',
);
