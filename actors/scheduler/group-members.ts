/** How many servers of a group each host has; hosts without any are left out. */
export type HostCounts = ReadonlyMap<string, number>;

const NO_HOSTS: HostCounts = new Map();

/** Where the servers of groups are: what affinity is decided by. Kept by the cell beside its columns. */
export class GroupMembers {
  readonly #groups = new Map<string, Map<string, number>>();

  /** The hosts of a group's servers. */
  hostsOf(groupId: string | undefined): HostCounts {
    return groupId === undefined ? NO_HOSTS : (this.#groups.get(groupId) ?? NO_HOSTS);
  }

  /** Counts a server of a group in (sign 1) or out (sign -1); a server without a group counts nowhere. */
  count(groupId: string | undefined, host: string, sign: 1 | -1): void {
    if (groupId === undefined) return;
    const hosts = this.#groups.get(groupId) ?? new Map<string, number>();
    const count = (hosts.get(host) ?? 0) + sign;
    if (count > 0) hosts.set(host, count);
    else hosts.delete(host);
    if (hosts.size > 0) this.#groups.set(groupId, hosts);
    else this.#groups.delete(groupId);
  }
}
