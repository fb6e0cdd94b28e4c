import type { Filter } from '../filter.ts';

/** Keeps the hosts that the group's servers are on, once there are any. Nova: `scheduler/filters/affinity_filter.py`. */
export const serverGroupAffinityFilter = (): Filter => ({
  name: 'ServerGroupAffinityFilter',
  compile({ group }, hosts) {
    if (group?.policy !== 'affinity') return undefined;
    const members = hosts.groups.hostsOf(group.id);
    return members.size === 0 ? undefined : (row) => members.has(hosts.name(row));
  },
  rows({ group }, hosts) {
    if (group?.policy !== 'affinity') return undefined;
    const members = hosts.groups.hostsOf(group.id);
    if (members.size === 0) return undefined;
    return [...members.keys()].flatMap((host) => hosts.row(host) ?? []);
  },
  reason: ({ group }, hosts) =>
    `the servers of the group are on ${hosts.groups.hostsOf(group?.id).size} other hosts (affinity)`,
  summary: () => 'against the affinity policy of the server group',
});
