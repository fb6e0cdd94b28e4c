import type { ClaimRequest, NoHost } from '../cell/protocol.ts';
import { checksFor } from './checks.ts';
import { firstChoice } from './hardware-threads.ts';
import type { HostTable } from './host-table.ts';
import { type PackingPolicy, packingPolicyOf, policyNamed } from './policies/index.ts';
import { costOfRow } from './policies/policy.ts';
import type { Rules } from './rules.ts';
import { asOfHosts } from './tree-query.ts';

/** What one weigher says of a host. The host's weight is the sum of `weight` over the weighers. */
export interface WeightPart {
  readonly weigher: string;
  readonly raw: number;
  /** From 0 to 1: where `raw` is between the least and the greatest of all hosts that passed. */
  readonly normalised: number;
  readonly multiplier: number;
  readonly weight: number;
}

/** Why a host was not to be had, or how good it is. */
export type HostExplanation =
  | { readonly host: string; readonly passes: false; readonly filter: string; readonly reason: string }
  | {
      readonly host: string;
      readonly passes: true;
      readonly weight: number;
      readonly parts: readonly WeightPart[];
      /** What it costs by the packing policy that decides; null: the weights decide, or it is of another policy. */
      readonly cost: number | null;
    };

/** How a request is decided: every host; those that pass first, the greatest weight first, then the others as registered. */
export interface Explanation {
  readonly chosen: string | null;
  /** How the host was chosen among those that pass. */
  readonly policy: PackingPolicy;
  readonly hosts: readonly HostExplanation[];
}

/** Explains a request as the hosts are now; claims nothing. It looks at every host: some microseconds each. */
export function explain(request: ClaimRequest, rules: Rules, table: HostTable, nowMs: number): Explanation {
  const checks = checksFor(request, rules, table);
  const passing: number[] = [];
  const refused: { readonly order: number; readonly said: HostExplanation }[] = [];
  const refuse = (row: number, filter: string, reason: string): void => {
    refused.push({ order: table.order(row), said: { host: table.name(row), passes: false, filter, reason } });
  };
  for (let row = 0; row < table.end; row++) {
    if (table.profile(row) < 0) continue;
    const check = checks.find(({ keeps }) => !keeps(row));
    if (check === undefined) passing.push(row);
    else refuse(row, check.name, check.reason(row));
  }
  const preferring = firstChoice(request, rules.options);
  const keeps = preferring?.compile(request, table) ?? (() => true);
  const preferred = passing.filter(keeps);
  const passed = preferred.length > 0 ? preferred : passing;
  if (preferring && passed === preferred)
    for (const row of passing) if (!keeps(row)) refuse(row, preferring.name, preferring.reason(request, table, row));
  const parts = passed.map((): WeightPart[] => []);
  for (const weigher of rules.weighers) {
    const weighs = weigher.compile(request, table);
    if (weighs === undefined) continue;
    const raws = passed.map(weighs);
    const min = raws.reduce((least, raw) => Math.min(least, raw), Number.POSITIVE_INFINITY);
    const max = raws.reduce((greatest, raw) => Math.max(greatest, raw), Number.NEGATIVE_INFINITY);
    for (const [index, row] of passed.entries()) {
      const raw = raws[index] ?? 0;
      const normalised = max > min ? (raw - min) / (max - min) : 0;
      const multiplier = weigher.multiplier(table, row);
      parts[index]?.push({ weigher: weigher.name, raw, normalised, multiplier, weight: multiplier * normalised });
    }
  }
  const weighed = passed.map((row, index) => {
    const own = parts[index] ?? [];
    return { row, order: table.order(row), weight: own.reduce((sum, part) => sum + part.weight, 0), parts: own };
  });
  weighed.sort((a, b) => b.weight - a.weight || a.order - b.order);
  refused.sort((a, b) => a.order - b.order);
  const configured = rules.options.packingPolicy ?? 'weights';
  const policyOf = (row: number): PackingPolicy => packingPolicyOf(table.facts(row), configured);
  const [first] = weighed;
  const policy = first ? policyOf(first.row) : configured;
  const costs = policyNamed(policy)?.compile(asOfHosts(request, table), table, nowMs);
  const hosts = weighed.map(({ row, weight, parts: own, order }) => {
    const cost = costs && policyOf(row) === policy ? costOfRow(costs, table, row) : null;
    return { order, said: { host: table.name(row), passes: true, weight, parts: own, cost } as const };
  });
  const cheapest = hosts
    .filter(({ said }) => said.cost !== null)
    .sort((a, b) => (a.said.cost ?? 0) - (b.said.cost ?? 0) || a.order - b.order);
  return {
    chosen: (cheapest[0] ?? hosts[0])?.said.host ?? null,
    policy,
    hosts: [...hosts.map(({ said }) => said), ...refused.map(({ said }) => said)],
  };
}

/** Rules that are named in the details of a refusal, and characters of each: a fault stays short whatever is asked. */
const CAUSES_MAX = 12;
const CAUSE_LENGTH_MAX = 120;

/**
 * That there is no host: Nova's sentence for everybody, and for administrators how many hosts each check refused. A host
 * counts for the first one that refused it.
 */
export function noHost(request: ClaimRequest, rules: Rules, hosts: HostTable): NoHost {
  const checks = checksFor(request, rules, hosts);
  const refused = checks.map(() => 0);
  for (let row = 0; row < hosts.end; row++) {
    if (hosts.profile(row) < 0) continue;
    const first = checks.findIndex(({ keeps }) => !keeps(row));
    if (first >= 0) refused[first] = (refused[first] ?? 0) + 1;
  }
  const causes = checks.flatMap(({ summary }, index) => {
    const count = refused[index] ?? 0;
    return count === 0 ? [] : [`${count} ${summary.slice(0, CAUSE_LENGTH_MAX)}`];
  });
  const told = causes.slice(0, CAUSES_MAX).join(', ');
  return {
    code: 'NoValidHost',
    // Nova's words: conductor and clients look for them.
    reason: 'No valid host was found. There are not enough hosts available.',
    details: `Of ${hosts.count} hosts: ${told === '' ? 'none is known yet' : told}.`,
  };
}
