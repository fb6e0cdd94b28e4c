import type { Filter } from '../filter.ts';

/** Keeps hosts with less servers of the group than its rule allows: one. Nova: `scheduler/filters/affinity_filter.py`. */
export const serverGroupAntiAffinityFilter = (): Filter => ({
  name: 'ServerGroupAntiAffinityFilter',
  compile({ group }, hosts) {
    if (group?.policy !== 'anti-affinity') return undefined;
    const members = hosts.groups.hostsOf(group.id);
    const most = group.maxServersPerHost ?? 1;
    return members.size === 0 ? undefined : (row) => (members.get(hosts.name(row)) ?? 0) < most;
  },
  reason({ group }, hosts, row) {
    const members = hosts.groups.hostsOf(group?.id).get(hosts.name(row)) ?? 0;
    return `has ${members} servers of the group, which allows ${group?.maxServersPerHost ?? 1} (anti-affinity)`;
  },
  summary: () => 'against the anti-affinity policy of the server group',
});
