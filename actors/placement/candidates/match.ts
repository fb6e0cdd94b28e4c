import type { ClassInventory } from '../../scheduler/resource-column.ts';
import { capacityOf, fits } from '../inventory.ts';
import type { Resources } from '../row.ts';
import type { CandidateQuery, ProviderNeeds, RequestGroup } from './query.ts';

/** What matching looks at of a provider. */
export interface Supplier {
  readonly id: string;
  readonly parentId: string | null;
  readonly rootId: string;
  readonly inventories: Readonly<Record<string, ClassInventory>>;
  readonly traits: readonly string[];
  readonly aggregates: readonly string[];
}

/** One tree of providers, and those of other trees that share with it. */
export interface Grove<P extends Supplier> {
  /** The top first. */
  readonly tree: readonly P[];
  readonly sharing: readonly P[];
  /** What is taken of a provider. */
  used(provider: P, resourceClass: string): number;
  /** The top of the tree that any provider stands in; undefined: there is no such provider. */
  rootOf(providerId: string): string | undefined;
  /** A provider and everybody above it. */
  lineOf(provider: P): ReadonlySet<string>;
  /** Whether a provider may serve a group with a suffix beside these shares, as far as that is no matter of placement. Absent: always. */
  accepts?(suffix: string, provider: P, beside: Match<P>): boolean;
}

/** Part of a match: one provider serves these resources of a group. */
export interface Share<P extends Supplier> {
  readonly suffix: string;
  readonly provider: P;
  readonly resources: Resources;
}

/** One way to serve all groups: their shares, in the order of the groups. A group without resources has a share without any. */
export type Match<P extends Supplier> = readonly Share<P>[];

/** What all groups together ask of one tree. */
export type MatchQuery = Pick<CandidateQuery, 'groups' | 'policy' | 'sameSubtrees' | 'isNested'>;

/** Steps that may still be made: with many like providers and groups there are more ways than can be tried. Counted down. */
export interface Budget {
  steps: number;
}

/** One thing that one provider must serve, and who can. */
interface Slot<P extends Supplier> {
  readonly group: RequestGroup;
  readonly resources: Resources;
  readonly suppliers: readonly P[];
  /** Whether the group has no further slot. */
  readonly isLastOfGroup: boolean;
}

/** Whether of each set of alternatives one is among what somebody has. */
export const meets = (has: readonly string[], sets: readonly (readonly string[])[]): boolean =>
  sets.every((alternatives) => alternatives.some((one) => has.includes(one)));

type Traits = Pick<Supplier, 'traits'>;
type Aggregates = Pick<Supplier, 'aggregates'>;

export const hasForbidden = ({ traits }: Traits, { forbidden }: ProviderNeeds): boolean =>
  forbidden.some((trait) => traits.includes(trait));

/** Whether the aggregates of one provider, or those of another one for it, are what is asked for. */
export function isMember(providers: readonly Aggregates[], { memberOf, notMemberOf }: ProviderNeeds): boolean {
  if (providers.some(({ aggregates }) => notMemberOf.some((id) => aggregates.includes(id)))) return false;
  return memberOf.length === 0 || providers.some(({ aggregates }) => meets(aggregates, memberOf));
}

/** Whether a provider alone has room for an amount. */
function hasRoom<P extends Supplier>(grove: Grove<P>, provider: P, name: string, amount: number): boolean {
  const inventory = provider.inventories[name];
  return inventory !== undefined && fits(inventory, grove.used(provider, name), amount);
}

/**
 * The ways in which a tree serves groups: every resource of the group of the empty suffix comes from one provider of the tree or
 * of one that shares with it; each other group from one provider; nothing exceeds what is free. Rules of Placement. They come
 * in the order of the providers, those of the first group last to change, until the budget is spent.
 */
export function* matchesOf<P extends Supplier>(
  grove: Grove<P>,
  query: MatchQuery,
  budget: Budget,
): Generator<Match<P>, void> {
  const slots: Slot<P>[] = [];
  for (const group of query.groups) {
    const own = slotsOf(grove, group);
    if (own.length === 0 || own.some(({ suppliers }) => suppliers.length === 0)) return;
    slots.push(...own);
  }
  if (query.policy === 'isolate' && !canBeApart(slots)) return;
  // What cannot be served by itself is not tried with each way to serve the rest.
  const parts = [slots.filter(({ group }) => group.suffix === ''), slots.filter(({ group }) => group.suffix !== '')];
  if (parts.every((part) => part.length > 0))
    for (const part of parts) if (new Search(grove, query, part, budget).from(0).next().done) return;
  yield* new Search(grove, query, slots, budget).from(0);
}

/** Why groups cannot be served by a tree: those of which some part nobody has alone. Empty: they do not go together. */
export function unservedOf<P extends Supplier>(
  grove: Grove<P>,
  { groups }: MatchQuery,
): readonly { readonly suffix: string; readonly resources: Resources }[] {
  return groups.flatMap((group) => {
    const slots = slotsOf(grove, group);
    if (slots.length === 0) return [{ suffix: group.suffix, resources: group.resources }];
    return slots.flatMap(({ suppliers, resources }) =>
      suppliers.length === 0 ? [{ suffix: group.suffix, resources }] : [],
    );
  });
}

/** The parts of a group that one provider each must serve. Empty: nobody can. */
function slotsOf<P extends Supplier>(grove: Grove<P>, group: RequestGroup): readonly Slot<P>[] {
  const needed = Object.entries(group.resources);
  // Resources alone say who serves; a group without any is served by the tree's members one by one.
  if (group.suffix !== '' || needed.length === 0) {
    const sharing = group.suffix === '' ? [] : grove.sharing;
    const suppliers = suppliersOf(grove, sharing, group).filter(
      (provider) =>
        needed.every(([name, amount]) => hasRoom(grove, provider, name, amount)) &&
        meets(provider.traits, group.required) &&
        isMember([provider], group) &&
        (group.suffix === '' || grove.accepts?.(group.suffix, provider, []) !== false),
    );
    return [{ group, resources: group.resources, suppliers, isLastOfGroup: true }];
  }
  const [root] = grove.tree;
  if (root === undefined || !isMember([root], { ...group, memberOf: [] })) return [];
  // An aggregate of the top is one of the whole tree. Who shares must be in it by itself.
  const candidates = suppliersOf(grove, group.inTree === null ? grove.sharing : [], group).filter((provider) =>
    isMember(provider.rootId === root.id ? [provider, root] : [provider], group),
  );
  return needed.map(([name, amount], index) => ({
    group,
    resources: { [name]: amount },
    suppliers: candidates.filter((provider) => hasRoom(grove, provider, name, amount)),
    isLastOfGroup: index === needed.length - 1,
  }));
}

/** Those of a tree, and of others, that a group does not forbid. */
const suppliersOf = <P extends Supplier>(grove: Grove<P>, sharing: readonly P[], group: RequestGroup): readonly P[] =>
  [...grove.tree, ...sharing].filter(
    (provider) =>
      (group.inTree === null || grove.rootOf(group.inTree) === provider.rootId) && !hasForbidden(provider, group),
  );

/** Whether there are as many providers as groups that must be apart. */
function canBeApart<P extends Supplier>(slots: readonly Slot<P>[]): boolean {
  const apart = slots.filter(({ group }) => group.suffix !== '');
  return new Set(apart.flatMap(({ suppliers }) => suppliers)).size >= apart.length;
}

/** Tries the suppliers of one slot after the other, and goes no further where what was chosen does not go together. */
class Search<P extends Supplier> {
  readonly #grove: Grove<P>;
  readonly #query: MatchQuery;
  readonly #slots: readonly Slot<P>[];
  readonly #budget: Budget;
  readonly #shares: Share<P>[] = [];

  constructor(grove: Grove<P>, query: MatchQuery, slots: readonly Slot<P>[], budget: Budget) {
    this.#grove = grove;
    this.#query = query;
    this.#slots = slots;
    this.#budget = budget;
  }

  *from(place: number): Generator<Match<P>, void> {
    const slot = this.#slots[place];
    if (slot === undefined) {
      if (this.#areInSubtrees() && (this.#query.isNested || this.#isOneOfEachTree())) yield [...this.#shares];
      return;
    }
    for (const provider of slot.suppliers) {
      if (this.#budget.steps <= 0) return;
      this.#budget.steps -= 1;
      if (!this.#takes(slot, provider)) continue;
      this.#shares.push({ suffix: slot.group.suffix, provider, resources: slot.resources });
      if (!slot.isLastOfGroup || this.#hasTraits(slot.group)) yield* this.from(place + 1);
      this.#shares.pop();
    }
  }

  /** Whether a provider can have a slot beside what it has. Alone it can. */
  #takes({ group, resources }: Slot<P>, provider: P): boolean {
    if (group.suffix !== '' && this.#grove.accepts?.(group.suffix, provider, this.#shares) === false) return false;
    const own = this.#shares.filter((share) => share.provider === provider);
    if (own.length === 0) return true;
    const mustBeApart = this.#query.policy === 'isolate' && group.suffix !== '';
    if (mustBeApart && own.some(({ suffix }) => suffix !== '')) return false;
    return Object.entries(resources).every(([name, amount]) => {
      const beside = own.reduce((sum, share) => sum + (share.resources[name] ?? 0), 0);
      return beside === 0 || this.#holds(provider, name, beside + amount);
    });
  }

  /** Whether a provider has room for the sum of what several groups take of it. */
  #holds(provider: P, name: string, amount: number): boolean {
    const inventory = provider.inventories[name];
    if (inventory === undefined || amount > (inventory.maxUnit ?? inventory.total)) return false;
    return this.#grove.used(provider, name) + amount <= capacityOf(inventory);
  }

  /** The traits of a group without a suffix may be spread over those who serve it. */
  #hasTraits({ suffix, required }: RequestGroup): boolean {
    if (suffix !== '' || required.length === 0) return true;
    const traits = this.#shares.flatMap((share) => (share.suffix === '' ? share.provider.traits : []));
    return meets(traits, required);
  }

  #areInSubtrees(): boolean {
    return this.#query.sameSubtrees.every((suffixes) => {
      const providers = new Set(
        this.#shares.filter(({ suffix }) => suffixes.includes(suffix)).map(({ provider }) => provider),
      );
      if (providers.size <= 1) return true;
      const lines = [...providers].map((provider) => this.#grove.lineOf(provider));
      return [...providers].some(({ id }) => lines.every((line) => line.has(id)));
    });
  }

  #isOneOfEachTree(): boolean {
    const serving = new Set(
      this.#shares.flatMap(({ provider, resources }) => (Object.keys(resources).length > 0 ? [provider] : [])),
    );
    return new Set([...serving].map(({ rootId }) => rootId)).size === serving.size;
  }
}
