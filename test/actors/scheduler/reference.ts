import type { ClaimRequest, GroupPlacement } from '../../../actors/cell/protocol.ts';
import type { WeightMultipliers } from '../../../actors/scheduler/options.ts';
import { canServe, type PlainProvider } from './reference-trees.ts';

/** A host, said plainly. */
export interface PlainHost extends PlainProvider {
  readonly name: string;
  /** Providers below it, and those that share with it. */
  below: PlainProvider[];
  sharing: readonly PlainProvider[];
  available: boolean;
  zone: string;
  hypervisorVersion: number;
  aggregates: readonly Readonly<Record<string, string>>[];
  instances: number;
  ioOps: number;
  failedBuilds: number;
  /** Servers here, by server group. */
  members: Record<string, number>;
}

type Judge = (host: PlainHost, request: ClaimRequest, hosts: readonly PlainHost[]) => boolean;

const isMemberOf = (host: PlainHost, group: GroupPlacement): number => host.members[group.id] ?? 0;

/** The filters that are always in force or enabled by default, as far as the random requests ask for something. */
const FILTERS: readonly Judge[] = [
  (host) => host.available,
  (host, request) => request.zone === null || request.zone === host.zone,
  (host, request) => request.host === null || request.host === host.name,
  (host, request) => !request.excludedHosts.includes(host.name),
  canServe,
  (host, { group }) => group?.policy !== 'anti-affinity' || isMemberOf(host, group) < (group.maxServersPerHost ?? 1),
  (host, { group }, hosts) =>
    group?.policy !== 'affinity' ||
    isMemberOf(host, group) > 0 ||
    hosts.every((other) => isMemberOf(other, group) === 0),
];

interface Weigher {
  readonly option: keyof WeightMultipliers;
  readonly sign: 1 | -1;
  readonly raw: (host: PlainHost, request: ClaimRequest) => number;
}

function freeWithoutRatio(host: PlainHost, name: string): number {
  const inventory = host.inventories[name];
  if (inventory === undefined) return 0 - (host.used[name] ?? 0);
  return inventory.total - inventory.reserved - (host.used[name] ?? 0);
}

/** The weighers that say something, in the order in which their weights are added. */
const WEIGHERS: readonly Weigher[] = [
  { option: 'ram_weight_multiplier', sign: 1, raw: (host) => freeWithoutRatio(host, 'MEMORY_MB') },
  {
    option: 'cpu_weight_multiplier',
    sign: 1,
    raw(host) {
      const { total, allocationRatio } = host.inventories['VCPU'] ?? { total: 0, allocationRatio: 1 };
      return total * allocationRatio - (host.used['VCPU'] ?? 0);
    },
  },
  { option: 'disk_weight_multiplier', sign: 1, raw: (host) => freeWithoutRatio(host, 'DISK_GB') },
  { option: 'io_ops_weight_multiplier', sign: 1, raw: (host) => host.ioOps },
  { option: 'num_instances_weight_multiplier', sign: 1, raw: (host) => host.instances },
  { option: 'build_failure_weight_multiplier', sign: -1, raw: (host) => host.failedBuilds },
  { option: 'hypervisor_version_weight_multiplier', sign: 1, raw: (host) => host.hypervisorVersion },
  {
    option: 'soft_affinity_weight_multiplier',
    sign: 1,
    raw: (host, { group }) => (group?.policy === 'soft-affinity' ? isMemberOf(host, group) : 0),
  },
  {
    option: 'soft_anti_affinity_weight_multiplier',
    sign: 1,
    raw: (host, { group }) => (group?.policy === 'soft-anti-affinity' ? -isMemberOf(host, group) : 0),
  },
];

/** The smallest value that an aggregate of the host has for the option, else the option. */
function multiplierFor(host: PlainHost, option: keyof WeightMultipliers, multipliers: WeightMultipliers): number {
  const own = host.aggregates.flatMap((metadata) => (metadata[option] === undefined ? [] : [Number(metadata[option])]));
  return own.length > 0 ? Math.min(...own) : multipliers[option];
}

/** A host that passes, and what it weighs. */
export interface PlainRanked {
  readonly host: string;
  readonly weight: number;
}

/**
 * All hosts that a request can get, the best first: every filter is asked about every host, every weigher weighs every
 * host that is left, everything is sorted. `hosts` are in the order in which they were registered.
 */
export function rankPlainly(
  hosts: readonly PlainHost[],
  request: ClaimRequest,
  multipliers: WeightMultipliers,
): readonly PlainRanked[] {
  const left = hosts.filter((host) => FILTERS.every((keeps) => keeps(host, request, hosts)));
  const weights = left.map(() => 0);
  for (const { option, sign, raw } of WEIGHERS) {
    const raws = left.map((host) => raw(host, request));
    const min = Math.min(...raws);
    const max = Math.max(...raws);
    for (const [index, host] of left.entries()) {
      const normalised = max === min ? 0 : ((raws[index] ?? 0) - min) / (max - min);
      weights[index] = (weights[index] ?? 0) + sign * multiplierFor(host, option, multipliers) * normalised;
    }
  }
  return left
    .map(({ name }, index) => ({ host: name, weight: weights[index] ?? 0, index }))
    .sort((a, b) => b.weight - a.weight || a.index - b.index)
    .map(({ host, weight }) => ({ host, weight }));
}
