import type { ClaimRequest } from '../cell/protocol.ts';
import { type Budget, type Grove, type Match, matchesOf, type Supplier } from '../placement/candidates/match.ts';
import { fits } from '../placement/inventory.ts';
import type { HostTable } from './host-table.ts';
import { type TreeQuery, treeQueryOf } from './tree-query.ts';

/** A provider that is not a host's own, as the Placement API has made it. */
export interface OtherProvider extends Supplier {
  readonly name: string;
}

/** What stands with a host's own provider. */
export interface HostTree {
  /** UUID of the host's own provider. */
  readonly providerId: string;
  /** Its aggregates beside those of Nova. */
  readonly aggregates: readonly string[];
  /** All below it, but for other hosts and what is below these. */
  readonly below: readonly OtherProvider[];
}

/** A provider of a host's grove. */
export interface HostSupplier extends OtherProvider {
  /** It is the host's own. */
  readonly isOwn?: true;
}

type Named = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Steps that are made to match one host: enough for dozens of like devices and groups. */
const HOST_STEPS_MAX = 2_000;

/** The ways in which a host serves a query, as far as they are tried. */
export const waysOf = (grove: Grove<HostSupplier>, query: TreeQuery): Generator<Match<HostSupplier>, void> => {
  const budget: Budget = { steps: HOST_STEPS_MAX };
  return matchesOf(grove, query, budget);
};

const NOTHING: readonly OtherProvider[] = [];
const NO_AGGREGATES: readonly string[] = [];

/**
 * The providers of a cell beside the hosts' own: below hosts, or sharing with them, and what is taken of each. Most hosts have
 * none; these take no room here, and requests that ask for nothing that such providers have are not put to them.
 */
export class ProviderTrees {
  readonly #trees = new Map<string, HostTree>();
  readonly #sharing = new Map<string, OtherProvider>();
  readonly #used = new Map<string, Map<string, number>>();
  /** By resource class: how many providers below hosts, or sharing, have it. */
  readonly #classes = new Map<string, number>();
  /** By resource class: hosts with providers below them that have it. */
  readonly #hostsWith = new Map<string, Set<string>>();
  #version = 0;
  #asked: { readonly request: ClaimRequest; readonly version: number; readonly query: TreeQuery | undefined } | null =
    null;

  /** Whether no host has anything beside its own provider. */
  get areNone(): boolean {
    return this.#classes.size === 0;
  }

  /** What a request asks of trees; undefined: only hosts' own providers have what it asks for, and the columns tell all. */
  queryOf(request: ClaimRequest): TreeQuery | undefined {
    if (this.#classes.size === 0 && request.granular === undefined) return undefined;
    const known = this.#asked;
    if (known !== null && known.request === request && known.version === this.#version) return known.query;
    const query = treeQueryOf(request, this.#classes);
    this.#asked = { request, version: this.#version, query };
    return query;
  }

  /** Sets what stands with a host's own provider; undefined: nothing. */
  setTree(host: string, tree: HostTree | undefined): void {
    for (const provider of this.#trees.get(host)?.below ?? NOTHING) this.#count(provider, -1, host);
    if (tree === undefined || (tree.below.length === 0 && tree.aggregates.length === 0)) this.#trees.delete(host);
    else this.#trees.set(host, tree);
    for (const provider of this.#trees.get(host)?.below ?? NOTHING) this.#count(provider, 1, host);
    this.#version++;
  }

  /** Sets a provider that shares with the trees that it has an aggregate with; undefined: it does not, or no longer. */
  setSharing(id: string, provider: OtherProvider | undefined): void {
    const before = this.#sharing.get(id);
    if (before === undefined && provider === undefined) return;
    if (before !== undefined) this.#count(before, -1);
    if (provider === undefined) this.#sharing.delete(id);
    else {
      this.#sharing.set(id, provider);
      this.#count(provider, 1);
    }
    this.#version++;
  }

  /** Takes (sign 1) or gives back (-1) something of a provider, known or not. */
  use(providerId: string, amounts: Readonly<Record<string, number>>, sign: 1 | -1): void {
    const used = this.#used.get(providerId) ?? new Map<string, number>();
    for (const [name, amount] of Object.entries(amounts)) {
      const left = (used.get(name) ?? 0) + sign * amount;
      if (left === 0) used.delete(name);
      else used.set(name, left);
    }
    if (used.size === 0) this.#used.delete(providerId);
    else this.#used.set(providerId, used);
  }

  /** The same of several. */
  useAll(all: Named, sign: 1 | -1): void {
    for (const [providerId, amounts] of Object.entries(all)) this.use(providerId, amounts, sign);
  }

  /** What is taken of a provider that is not a host's own. */
  used(providerId: string, resourceClass: string): number {
    return this.#used.get(providerId)?.get(resourceClass) ?? 0;
  }

  /** All providers below hosts and all that share. */
  *providers(): Iterable<OtherProvider> {
    for (const { below } of this.#trees.values()) yield* below;
    const seen = new Set([...this.#trees.values()].flatMap(({ below }) => below.map(({ id }) => id)));
    for (const provider of this.#sharing.values()) if (!seen.has(provider.id)) yield provider;
  }

  /** Whether some provider of a row's host, or one that shares with it, gives so much of a class by itself. */
  gives(table: HostTable, row: number, name: string, amount: number): boolean {
    const own = table.host(row)?.inventories[name];
    if (own !== undefined && fits(own, table.resource(name)?.used[row] ?? 0, amount)) return true;
    if (!this.#classes.has(name)) return false;
    for (const provider of this.#trees.get(table.name(row))?.below ?? NOTHING)
      if (this.#hasRoom(provider, name, amount)) return true;
    for (const provider of this.#sharing.values())
      if (this.#hasRoom(provider, name, amount) && this.#sharesWith(provider, table, row)) return true;
    return false;
  }

  /** Whether a row's host can serve a query. */
  serves(table: HostTable, row: number, query: TreeQuery): boolean {
    for (const [name, amount] of query.single) if (!this.gives(table, row, name, amount)) return false;
    return query.isSingle || this.matchOn(table, row, query) !== undefined;
  }

  /** How a row's host serves a query, by itself as far as it can; undefined: it cannot. */
  matchOn(table: HostTable, row: number, query: TreeQuery): Match<HostSupplier> | undefined {
    for (const match of waysOf(this.grove(table, row), query)) return match;
    return undefined;
  }

  /** The providers of a row's host and those that share with it. */
  grove(table: HostTable, row: number): Grove<HostSupplier> {
    const host = table.name(row);
    const { providerId = '', aggregates = NO_AGGREGATES, below = NOTHING } = this.#trees.get(host) ?? {};
    const { inventories = {} } = table.host(row) ?? {};
    const own: HostSupplier = {
      id: providerId,
      name: host,
      parentId: null,
      rootId: providerId,
      inventories,
      traits: table.facts(row).traits,
      aggregates: [...table.facts(row).aggregates.map(({ uuid }) => uuid), ...aggregates],
      isOwn: true,
    };
    return {
      tree: [own, ...below],
      sharing: [...this.#sharing.values()].filter((provider) => this.#sharesWith(provider, table, row)),
      used: ({ id, isOwn }, name) => (isOwn ? (table.resource(name)?.used[row] ?? 0) : this.used(id, name)),
      rootOf: () => undefined,
      lineOf: (provider) => lineOf(provider, below),
    };
  }

  /** Whether any provider below a row's host, or sharing with it, has a trait. */
  hasTrait(table: HostTable, row: number, trait: string): boolean {
    const { below = NOTHING } = this.#trees.get(table.name(row)) ?? {};
    if (below.some(({ traits }) => traits.includes(trait))) return true;
    for (const provider of this.#sharing.values())
      if (provider.traits.includes(trait) && this.#sharesWith(provider, table, row)) return true;
    return false;
  }

  /** The rows among which all hosts are that have something of a class, when these are at most so many; undefined: they are more. */
  rowsWith(table: HostTable, name: string, most: number): readonly number[] | undefined {
    const below = this.#hostsWith.get(name);
    if (below !== undefined && below.size > most) return undefined;
    for (const { inventories } of this.#sharing.values()) if (inventories[name] !== undefined) return undefined;
    const rows = new Set<number>();
    for (const host of below ?? []) {
      const row = table.row(host);
      if (row !== undefined) rows.add(row);
    }
    const { capacity } = table.resource(name) ?? {};
    for (let row = 0; capacity !== undefined && row < table.end; row++) {
      if ((capacity[row] ?? 0) > 0) rows.add(row);
      if (rows.size > most) return undefined;
    }
    return [...rows];
  }

  #hasRoom({ id, inventories }: OtherProvider, name: string, amount: number): boolean {
    const inventory = inventories[name];
    return inventory !== undefined && fits(inventory, this.used(id, name), amount);
  }

  #sharesWith({ id, aggregates }: OtherProvider, table: HostTable, row: number): boolean {
    const tree = this.#trees.get(table.name(row));
    if (tree?.below.some((provider) => provider.id === id)) return false;
    const isIn = (uuid: string): boolean =>
      table.facts(row).aggregates.some((aggregate) => aggregate.uuid === uuid) ||
      (tree !== undefined &&
        (tree.aggregates.includes(uuid) || tree.below.some((provider) => provider.aggregates.includes(uuid))));
    return aggregates.some(isIn);
  }

  #count({ inventories }: OtherProvider, sign: 1 | -1, host?: string): void {
    for (const name of Object.keys(inventories)) {
      const count = (this.#classes.get(name) ?? 0) + sign;
      if (count === 0) this.#classes.delete(name);
      else this.#classes.set(name, count);
      if (host === undefined) continue;
      const hosts = this.#hostsWith.get(name) ?? new Set<string>();
      if (sign > 0) hosts.add(host);
      else hosts.delete(host);
      if (hosts.size === 0) this.#hostsWith.delete(name);
      else this.#hostsWith.set(name, hosts);
    }
  }
}

/** A provider and everybody above it, as far as they are among these. */
function lineOf(provider: HostSupplier, below: readonly OtherProvider[]): ReadonlySet<string> {
  const line = new Set([provider.id]);
  for (let { parentId } = provider; parentId !== null && !line.has(parentId); ) {
    line.add(parentId);
    parentId = below.find(({ id }) => id === parentId)?.parentId ?? null;
  }
  return line;
}
