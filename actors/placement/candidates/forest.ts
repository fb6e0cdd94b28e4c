import type { Amounts } from '../amounts.ts';
import type { PlacementCatalog, Provider } from '../catalog.ts';
import { SHARES_VIA_AGGREGATE } from '../standard-traits.ts';
import type { ProviderNeeds } from './query.ts';

/** A tree of providers, with what is known of it all at once. */
export interface Tree {
  readonly rootId: string;
  /** The top first. */
  readonly providers: readonly Provider[];
  /** The aggregates of any of them. */
  readonly aggregates: ReadonlySet<string>;
}

/** The trees of all providers, and what is taken of each; everything is read when it is first asked for, and once. */
export class Forest {
  readonly #catalog: PlacementCatalog;
  readonly #trees = new Map<string, Tree>();
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

  tree(rootId: string): Tree {
    const known = this.#trees.get(rootId);
    if (known) return known;
    const providers = this.#providersOf(rootId);
    const tree = { rootId, providers, aggregates: new Set(providers.flatMap(({ aggregates }) => aggregates)) };
    this.#trees.set(rootId, tree);
    return tree;
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

  /** The providers of other trees that share what they have with this one, through an aggregate. */
  sharingWith(tree: Tree): readonly Provider[] {
    this.#sharing ??= this.#catalog.providersGiven(SHARES_VIA_AGGREGATE);
    return this.#sharing.filter(
      ({ rootId, aggregates }) => rootId !== tree.rootId && aggregates.some((id) => tree.aggregates.has(id)),
    );
  }

  /** Most hosts stand alone: these need no look at what is below them. */
  #providersOf(rootId: string): readonly Provider[] {
    this.#rootIdsOfOthers ??= this.#catalog.rootIdsOfOthers();
    if (this.#rootIdsOfOthers.has(rootId)) return this.#catalog.tree(rootId);
    const root = this.#catalog.provider(rootId);
    return root === undefined ? [] : [root];
  }
}

const meets = (has: readonly string[], sets: readonly (readonly string[])[]): boolean =>
  sets.every((alternatives) => alternatives.some((one) => has.includes(one)));

/** Whether traits, perhaps of several providers together, are what is required. */
export const meetsRequired = (traits: readonly string[], { required }: ProviderNeeds): boolean =>
  meets(traits, required);

export const hasForbidden = ({ traits }: Provider, { forbidden }: ProviderNeeds): boolean =>
  forbidden.some((trait) => traits.includes(trait));

/** Whether the aggregates of one provider, or those of another one for it, are what is asked for. */
export function isMember(providers: readonly Provider[], { memberOf, notMemberOf }: ProviderNeeds): boolean {
  if (providers.some(({ aggregates }) => notMemberOf.some((id) => aggregates.includes(id)))) return false;
  return memberOf.length === 0 || providers.some(({ aggregates }) => meets(aggregates, memberOf));
}
