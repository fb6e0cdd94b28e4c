import type { ClaimRequest } from '../cell/protocol.ts';
import type { Filter, Keeps } from './filter.ts';
import type { HostTable } from './host-table.ts';
import { roomInTree } from './provider-room.ts';
import type { Rules } from './rules.ts';

/** One thing that a host must pass for a request. */
export interface Check {
  /** Name of the filter, or of the resource class that there must be room for. */
  readonly name: string;
  /** What is said of all hosts that it refuses, after their number. */
  readonly summary: string;
  readonly keeps: Keeps;
  /** Why it refused the host of a row. */
  reason(row: number): string;
}

/** The filters that a request is put to besides those that are always in force. */
export function enabledFor({ isHostForced, isRebuild }: ClaimRequest, { filters, claims }: Rules): readonly Filter[] {
  if (isHostForced) return claims;
  return isRebuild ? filters.filter(({ runsOnRebuild }) => runsOnRebuild) : [...filters, ...claims];
}

/** All that hosts must pass for a request, in order: what it says about places, the room, then the enabled filters. */
export function checksFor(request: ClaimRequest, rules: Rules, hosts: HostTable): readonly Check[] {
  const ofFilters = (filters: readonly Filter[]): readonly Check[] =>
    filters.flatMap((filter) => {
      const keeps = filter.compile(request, hosts);
      const summary = filter.summary?.(request) ?? `refused by ${filter.name}`;
      if (keeps === undefined) return [];
      const asked = filter.asks === 'facts' ? oncePerProfile(keeps, hosts) : keeps;
      return [{ name: filter.name, summary, keeps: asked, reason: (row) => filter.reason(request, hosts, row) }];
    });
  return [...ofFilters(rules.always), ...roomChecks(request, hosts), ...ofFilters(enabledFor(request, rules))];
}

/** The same predicate, asked once for all hosts with the same facts. */
function oncePerProfile(keeps: Keeps, hosts: HostTable): Keeps {
  const verdicts = new Map<number, boolean>();
  return (row) => {
    const profile = hosts.profile(row);
    const known = verdicts.get(profile);
    if (known !== undefined) return known;
    const verdict = keeps(row);
    verdicts.set(profile, verdict);
    return verdict;
  };
}

/** What is asked of each resource class, with the words for it. */
function* roomsOf({ demand, resources = {}, isRebuild }: ClaimRequest): Iterable<readonly [string, number, string]> {
  // What is rebuilt has its room.
  if (isRebuild) return;
  yield ['MEMORY_MB', demand.memoryMib, `${demand.memoryMib} MiB of free memory`];
  yield ['VCPU', demand.vcpus, `${demand.vcpus} free vCPUs`];
  yield ['DISK_GB', demand.diskGib, `${demand.diskGib} GiB of free disk`];
  for (const [name, amount] of Object.entries(resources)) yield [name, amount, `${amount} ${name}`];
}

function roomChecks(request: ClaimRequest, hosts: HostTable): readonly Check[] {
  const checks: Check[] = [];
  const query = hosts.trees.queryOf(request);
  for (const [name, amount, words] of roomsOf(request)) {
    // Of what nobody asks for, a host may have less than nothing (its inventory has shrunk).
    if (amount <= 0) continue;
    const column = hosts.resource(name);
    if (query?.spread.has(name)) {
      checks.push({
        name,
        summary: `without ${words}`,
        keeps: (row) => hosts.trees.gives(hosts, row, name, amount),
        reason: (row) => roomInTree(hosts, row, name, amount),
      });
      continue;
    }
    checks.push({
      name,
      summary: `without ${words}`,
      keeps: (row) => column !== undefined && column.room(row) >= amount,
      reason(row) {
        const [capacity, used, maxUnit] = [
          column?.capacity[row] ?? 0,
          column?.used[row] ?? 0,
          column?.maxUnit[row] ?? 0,
        ];
        if (amount > maxUnit) return `gives one instance at most ${maxUnit} ${name}, and ${amount} are asked for`;
        return `has ${capacity - used} ${name} left (${used} of ${capacity} are used), and ${amount} are asked for`;
      },
    });
  }
  return checks;
}
