import type { ClaimRequest } from '../cell/protocol.ts';
import { enabledFor } from './checks.ts';
import type { Filter } from './filter.ts';
import { firstChoice } from './hardware-threads.ts';
import type { HostTable } from './host-table.ts';
import { type Asked, rankRows } from './linear.ts';
import { type PackingPolicy, packingPolicyOf, policyNamed } from './policies/index.ts';
import { type Costs, costOfRow } from './policies/policy.ts';
import type { Rules } from './rules.ts';
import { BestHosts } from './search/best.ts';
import { MIXED } from './search/boxes.ts';
import { Extremes } from './search/extremes.ts';
import { HostIndex } from './search/host-index.ts';
import { PolicyScoring } from './search/policy-scoring.ts';
import { EqualHosts, FirstHosts, type Ranked, type Ranking } from './search/ranking.ts';
import { type Scored, Scoring } from './search/scoring.ts';
import { Sieve } from './sieve.ts';
import { asOfHosts } from './tree-query.ts';

/** What it costs to make a reference, by leaf, in leaves that are looked into. */
const REFERENCE_COST = 2;

const NO_ROWS: ReadonlySet<number> = new Set();
const NO_FILTERS: readonly Filter[] = [];

/** When a decision is made, and what is drawn from when the options want one of several best hosts. */
interface Moment {
  readonly nowMs: number;
  /** A number in [0, 1). */
  random(): number;
}

const oneOf = (hosts: readonly Ranked[], random: () => number): number | undefined =>
  (hosts.length < 2 ? hosts[0] : hosts[Math.floor(random() * hosts.length)])?.row;

/** Keeps the hosts that are chosen among by one policy. */
const inPool = (pool: PackingPolicy, configured: PackingPolicy): Filter => ({
  name: 'PackingPolicy',
  asks: 'facts',
  compile: (_request, hosts) => (row) => packingPolicyOf(hosts.facts(row), configured) === pool,
  reason: () => `is not chosen among by ${pool}`,
});

/**
 * Decides as Nova does: of the hosts that pass all filters those of the greatest weight, where the raw weights of each
 * weigher are normalised over these hosts; among equals the one registered first. It looks at few of them. Where another
 * packing policy is configured, or set by an aggregate of the hosts, that one takes the place of the weights.
 */
export class Scheduler {
  readonly table: HostTable;
  readonly rules: Rules;
  readonly index: HostIndex;
  readonly #extremes: Extremes;
  readonly #best: BestHosts;
  /** Leaves looked into in vain since a reference was made: when that has cost as much as making one, it is time. */
  #debt = 0;
  #decisions = 0;
  #poolsVersion = -1;
  /** The policy by which all hosts are chosen among; undefined: there are several. */
  #onlyPool: PackingPolicy | undefined;
  readonly #configured: PackingPolicy;
  /** What requests that say nothing special are put to. */
  readonly #ordinary: readonly Filter[];
  // What follows is of one decision, and is kept so that a decision makes little garbage.
  #verdicts = new Uint8Array(0);
  readonly #mayHave: number[] = [];

  constructor(table: HostTable, rules: Rules) {
    this.table = table;
    this.rules = rules;
    this.#configured = rules.options.packingPolicy ?? 'weights';
    this.#ordinary = [...rules.always, ...rules.filters, ...rules.claims];
    this.index = new HostIndex(table, rules.weighers);
    this.#extremes = new Extremes(this.index);
    this.#best = new BestHosts(this.index);
  }

  /**
   * The row of the host for a request; undefined: none passes.
   */
  choose(request: ClaimRequest, { nowMs, random }: Moment): number | undefined {
    const { hostSubsetSize, shuffleBestSameWeighedHosts } = this.rules.options;
    if (shuffleBestSameWeighedHosts) {
      const equals = this.#rank(request, nowMs, () => new EqualHosts());
      const inOrder = [...equals].sort((a, b) => a.order - b.order);
      if (equals.length >= hostSubsetSize) return oneOf(inOrder, random);
    }
    return oneOf(this.rank(request, hostSubsetSize, nowMs), random);
  }

  /** The best hosts for a request, `most` of them at most, the best first; none: no host passes. `nowMs`: see policies. */
  rank(request: ClaimRequest, most = 1, nowMs = 0): readonly Ranked[] {
    return this.#rank(request, nowMs, () => new FirstHosts(most));
  }

  /** The row that best fit chooses for a request among the hosts that pass one more filter; undefined: none passes. */
  fullest(request: ClaimRequest, only: Filter, nowMs: number): number | undefined {
    const first = firstChoice(request, this.rules.options);
    const fullest = (filters: readonly Filter[]): number | undefined =>
      this.#rankIn(request, nowMs, new FirstHosts(1), 'best-fit', filters)[0]?.row;
    return (first && fullest([only, first])) ?? fullest([only]);
  }

  #rank(request: ClaimRequest, nowMs: number, ranking: () => Ranking): readonly Ranked[] {
    const first = firstChoice(request, this.rules.options);
    if (first !== undefined) {
      const hosts = this.#rankAmong(request, nowMs, ranking, [first]);
      if (hosts.length > 0) return hosts;
    }
    return this.#rankAmong(request, nowMs, ranking, NO_FILTERS);
  }

  #rankAmong(
    request: ClaimRequest,
    nowMs: number,
    ranking: () => Ranking,
    filters: readonly Filter[],
  ): readonly Ranked[] {
    const only = this.#pool();
    if (only !== undefined) return this.#rankIn(request, nowMs, ranking(), only, filters);
    // Costs of different policies cannot be compared: Nova's weights say whose hosts it is, then their policy decides.
    const [best] = this.#rankIn(request, nowMs, new FirstHosts(1), 'weights', filters);
    if (best === undefined) return [];
    const pool = packingPolicyOf(this.table.facts(best.row), this.#configured);
    const own = pool === 'weights' ? filters : [...filters, inPool(pool, this.#configured)];
    return this.#rankIn(request, nowMs, ranking(), pool, own);
  }

  /** The policy by which all hosts are chosen among; undefined: there are several. */
  #pool(): PackingPolicy | undefined {
    const { profiles } = this.table;
    if (this.#poolsVersion !== profiles.version) {
      this.#poolsVersion = profiles.version;
      const pools = new Set<PackingPolicy>();
      for (let profile = 0; profile < profiles.end; profile++) {
        const facts = profiles.facts(profile);
        if (facts) pools.add(packingPolicyOf(facts, this.#configured));
      }
      const [first = 'weights'] = pools;
      this.#onlyPool = pools.size <= 1 ? first : undefined;
    }
    return this.#onlyPool;
  }

  /** The filters of a request, and `more`, compiled. Only one sieve is used at a time. */
  #sieve(request: ClaimRequest, more: readonly Filter[]): Sieve {
    const { table, rules } = this;
    const isOrdinary = more.length === 0 && !request.isHostForced && !request.isRebuild;
    const filters = isOrdinary ? this.#ordinary : [...rules.always, ...enabledFor(request, rules), ...more];
    if (this.#verdicts.length < table.profiles.end) this.#verdicts = new Uint8Array(table.profiles.end * 2);
    else this.#verdicts.fill(0);
    return new Sieve(request, filters, table, this.#verdicts);
  }

  /** Ranks by a policy the hosts that pass all filters, and `more`. */
  #rankIn(
    request: ClaimRequest,
    nowMs: number,
    ranking: Ranking,
    policy: PackingPolicy,
    more: readonly Filter[],
  ): readonly Ranked[] {
    const sieve = this.#sieve(request, more);
    const costs = policyNamed(policy)?.compile(asOfHosts(request, this.table), this.table, nowMs);
    if (costs) this.#rankByCosts(costs, sieve, ranking);
    else this.#rankByWeights(request, sieve, ranking);
    return ranking.hosts;
  }

  #rankByCosts(costs: Costs, sieve: Sieve, ranking: Ranking): void {
    const { table, index } = this;
    if (sieve.rows) {
      for (const row of new Set(sieve.rows)) {
        if (!sieve.passes(row)) continue;
        const [weight, order] = [-costOfRow(costs, table, row), table.order(row)];
        if (ranking.takes(weight, order)) ranking.add(row, weight, order);
      }
      return;
    }
    index.prepare();
    this.#best.find(ranking, new PolicyScoring(index, costs), sieve, this.#nodes(sieve), NO_ROWS);
  }

  #rankByWeights(request: ClaimRequest, sieve: Sieve, ranking: Ranking): void {
    const { table } = this;
    if (sieve.rows) {
      this.#among([...new Set(sieve.rows)], request, sieve, ranking);
      return;
    }
    this.index.prepare();
    const asked = this.#asked(request);
    if (asked.some(({ weigher }) => weigher.column === undefined && weigher.rows === undefined)) {
      this.#among([...Array(table.end).keys()], request, sieve, ranking);
      return;
    }
    const nodes = this.#nodes(sieve);
    const listed = new Set(asked.flatMap(({ weigher }) => weigher.rows?.(request, table) ?? []));
    const exceptions = [...listed].filter((row) => sieve.passes(row));
    const scored = this.#normalise(asked, sieve, nodes, listed, exceptions);
    for (const row of exceptions) {
      const [weight, order] = [this.#weigh(row, scored, asked), table.order(row)];
      if (ranking.takes(weight, order)) ranking.add(row, weight, order);
    }
    const scoring = new Scoring(this.index, scored);
    this.#best.find(ranking, scoring, sieve, nodes, listed);
    this.#learn(scoring);
  }

  /** The weighers that count for this request. */
  #asked(request: ClaimRequest, counts = (place: number): boolean => this.index.multipliers.counts(place)): Asked[] {
    const asked: Asked[] = [];
    for (const [place, weigher] of this.rules.weighers.entries()) {
      if (!counts(place)) continue;
      const weighs = weigher.compile(request, this.table);
      if (weighs) asked.push({ weigher, place, weighs });
    }
    return asked;
  }

  /** Asks hosts one by one: when they are few, or when a weigher has to be asked for each. */
  #among(rows: readonly number[], request: ClaimRequest, sieve: Sieve, ranking: Ranking): void {
    const passing = rows.filter((row) => sieve.passes(row));
    rankRows(
      passing,
      this.#asked(request, () => true),
      this.table,
      ranking,
    );
  }

  /** The nodes that can have a host that passes. */
  #nodes(sieve: Sieve): number[] {
    const { nodes } = this.index;
    const found = this.#mayHave;
    found.length = 0;
    for (let node = 0; node < nodes.count; node++) {
      if (!nodes.mayFit(node, sieve.vcpus, sieve.memoryMib, sieve.diskGib)) continue;
      const profile = nodes.profile[node] ?? MIXED;
      const row = profile === MIXED ? -1 : this.index.someRow(node);
      if (row < 0 ? profile === MIXED : sieve.keepsProfile(profile, row)) found.push(node);
    }
    return found;
  }

  /** The bounds of the raw weights over all hosts that pass. Weighers for which these are all equal are left out. */
  #normalise(
    asked: readonly Asked[],
    sieve: Sieve,
    nodes: readonly number[],
    listed: ReadonlySet<number>,
    exceptions: readonly number[],
  ): readonly Scored[] {
    const scored: Scored[] = [];
    let hasOthers: boolean | undefined;
    for (const { place, weighs } of asked) {
      const column = this.index.columnOf[place] ?? -1;
      let max: number;
      let min: number;
      if (column >= 0) {
        max = this.#extremes.find(column, 1, sieve, nodes);
        if (max === Number.NEGATIVE_INFINITY) return [];
        min = -this.#extremes.find(column, -1, sieve, nodes);
      } else {
        const raws = exceptions.map(weighs);
        hasOthers ??= this.#extremes.hasOther(listed, sieve, nodes);
        if (hasOthers) raws.push(0);
        max = Math.max(...raws);
        min = Math.min(...raws);
      }
      if (max > min) scored.push({ weigher: place, column, min, range: max - min });
    }
    return scored;
  }

  /** The weight of a host for which weighers without a column may say something else than for others. */
  #weigh(row: number, scored: readonly Scored[], asked: readonly Asked[]): number {
    let weight = 0;
    for (const { weigher, min, range } of scored) {
      const raw = asked.find(({ place }) => place === weigher)?.weighs(row) ?? 0;
      weight += this.index.multipliers.of(this.table.profile(row), weigher) * ((raw - min) / range);
    }
    return weight;
  }

  /** Makes a reference of this decision when what was looked into in vain has cost as much as that. */
  #learn({ reference, low, inverse }: Scoring): void {
    this.#decisions++;
    if (reference) reference.lastUse = this.#decisions;
    this.#debt += this.#best.visited;
    if (!this.index.multipliers.areUniform || this.#debt < this.index.leaves.count * REFERENCE_COST) return;
    this.#debt = 0;
    this.index.setReference(low, inverse, this.#decisions);
  }
}
