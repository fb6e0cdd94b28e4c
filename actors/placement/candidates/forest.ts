import type { Amounts } from '../amounts.ts';
import type { PlacementCatalog, Provider } from '../catalog.ts';
import { SHARES_VIA_AGGREGATE } from '../standard-traits.ts';
import type { Grove } from './match.ts';

/** The trees of all providers, and what is taken of each; everything is read when it is first asked for, and once. */
export class Forest {
  readonly #catalog: PlacementCatalog;
  readonly #groves = new Map<string, Grove<Provider>>();
  readonly #usages = new Map<string, Amounts>();
  #rootIdsOfOthers: ReadonlySet<string> | null = null;
  #sharing: readonly Provider[] | null = null;

  constructor(catalog: PlacementCatalog) {
    this.#catalog = catalog;
  }

  /** The tops of all trees, in the order of the providers. */
  rootIds(): readonly string[] {
    return this.#catalog.rootIds();
  }

  /** The top of the tree that a provider stands in; undefined: there is no such provider. */
  rootOf(providerId: string): string | undefined {
    return this.#catalog.provider(providerId)?.rootId;
  }

  /** A tree with who shares with it. */
  grove(rootId: string): Grove<Provider> {
    const known = this.#groves.get(rootId);
    if (known) return known;
    const tree = this.#providersOf(rootId);
    const grove: Grove<Provider> = {
      tree,
      sharing: this.#sharingWith(rootId, new Set(tree.flatMap(({ aggregates }) => aggregates))),
      used: (provider, resourceClass) => this.used(provider, resourceClass),
      rootOf: (providerId) => this.rootOf(providerId),
      lineOf: (provider) => this.#lineOf(provider),
    };
    this.#groves.set(rootId, grove);
    return grove;
  }

  used(provider: Provider, resourceClass: string): number {
    return this.usage(provider).get(resourceClass) ?? 0;
  }

  usage(provider: Provider): Amounts {
    const known = this.#usages.get(provider.id);
    if (known) return known;
    const usage = this.#catalog.usageOf(provider);
    this.#usages.set(provider.id, usage);
    return usage;
  }

  /** The providers of other trees that share what they have with one that has these aggregates. */
  #sharingWith(rootId: string, ofTree: ReadonlySet<string>): readonly Provider[] {
    this.#sharing ??= this.#catalog.providersGiven(SHARES_VIA_AGGREGATE);
    return this.#sharing.filter(
      (provider) => provider.rootId !== rootId && provider.aggregates.some((id) => ofTree.has(id)),
    );
  }

  /** A provider and everybody above it. */
  #lineOf({ id: own, rootId }: Provider): ReadonlySet<string> {
    const line = new Set<string>();
    const parents = new Map(this.grove(rootId).tree.map(({ id, parentId }) => [id, parentId]));
    for (let id: string | null = own; id !== null && !line.has(id); id = parents.get(id) ?? null) line.add(id);
    return line;
  }

  /** Most hosts stand alone: these need no look at what is below them. */
  #providersOf(rootId: string): readonly Provider[] {
    this.#rootIdsOfOthers ??= this.#catalog.rootIdsOfOthers();
    if (this.#rootIdsOfOthers.has(rootId)) return this.#catalog.tree(rootId);
    const root = this.#catalog.provider(rootId);
    return root === undefined ? [] : [root];
  }
}
