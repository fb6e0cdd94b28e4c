import type { Reader } from '../../runtime/store.ts';
import { cellAggregates } from '../cell/aggregates.ts';
import { type HostResources, hostResources } from '../cell/row.ts';
import { type Host, hosts } from '../host/row.ts';
import { instances } from '../instance/row.ts';
import { aggregates as novaAggregates } from '../registry/row.ts';
import type { KnownAggregate } from '../scheduler/aggregates.ts';
import { traitsOf } from '../scheduler/reported-traits.ts';
import { type Amounts, addTo, sumOf } from './amounts.ts';
import type { NamesElsewhere } from './change.ts';
import {
  type ClaimConsumer,
  claimConsumer,
  claimsOfOther,
  claimsOnHost,
  consumersOfOther,
  consumersOfProject,
  consumersOnHost,
  resourcesOfClaim,
} from './claims.ts';
import { inventoriesOfHost } from './inventory.ts';
import {
  type ConsumerRow,
  consumers,
  customClasses,
  customTraits,
  type Inventories,
  type ProviderRow,
  providerAllocationId,
  providerAllocations,
  providers,
  type Resources,
} from './row.ts';
import { STANDARD_CLASSES } from './standard-classes.ts';
import { STANDARD_TRAITS } from './standard-traits.ts';

/** A provider as the API shows it: a row, or a host that has none yet. */
export interface Provider extends Omit<ProviderRow, 'inventories'> {
  readonly inventories: Inventories;
}

/** A consumer, with all that it takes. */
export interface Consumer {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly type: string | null;
  readonly generation: number;
  readonly updatedAtMs: number;
  /** By provider; none without an amount. */
  readonly allocations: Readonly<Record<string, Resources>>;
}

/** UUIDs have this form everywhere in the store; whatever has another one is not there. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const NONE: readonly string[] = [];
const NOWHERE: NamesElsewhere = { traits: [], classes: [] };

/** On a host whose service is disabled. Nova: nova-compute sets and removes it. */
const DISABLED_TRAIT = 'COMPUTE_STATUS_DISABLED';

/** Reads placement from rows: hosts and their claims, and what users of the API have added or changed. */
export class PlacementCatalog {
  readonly #rows: Reader;
  #aggregatesByHost: Map<string, KnownAggregate[]> | null = null;

  readonly #elsewhere: NamesElsewhere;

  /** `elsewhere`: names that are there although these rows do not have them. */
  constructor(rows: Reader, elsewhere: NamesElsewhere = NOWHERE) {
    this.#rows = rows;
    this.#elsewhere = elsewhere;
  }

  // --- providers ------------------------------------------------------------------------------------------------

  provider(id: string): Provider | undefined {
    if (!UUID.test(id)) return undefined;
    const row = providers.read(this.#rows, id);
    if (row !== undefined) return this.#shown(row);
    for (const name of hosts.ids(this.#rows, 'byHypervisorId', [id], { limit: 1 }))
      return this.#hostProvider(hosts.read(this.#rows, name));
    return undefined;
  }

  /** The provider of a name; names are unique. */
  providerNamed(name: string): Provider | undefined {
    for (const id of providers.ids(this.#rows, 'byName', [name], { limit: 1 })) return this.provider(id);
    const provider = this.providerOfHost(name);
    return provider?.name === name ? provider : undefined;
  }

  /** The provider that is this host; undefined before the host's first report. */
  providerOfHost(host: string): Provider | undefined {
    const id = hosts.read(this.#rows, host)?.hypervisorId;
    return id === undefined ? undefined : this.provider(id);
  }

  /** All providers: hosts in the order of their names, then the others. */
  *providers(): Iterable<Provider> {
    const seen = new Set<string>();
    for (const host of hosts.scan(this.#rows)) {
      const row = providers.read(this.#rows, host.hypervisorId);
      const provider = row === undefined ? this.#hostProvider(host) : this.#shown(row);
      if (provider === undefined) continue;
      seen.add(provider.id);
      yield provider;
    }
    for (const row of providers.scan(this.#rows)) if (!seen.has(row.id)) yield this.#shown(row);
  }

  /** The ids of all providers, in the same order; of hosts that have not reported yet as well. */
  ids(): readonly string[] {
    const ids = new Set<string>();
    for (const { hypervisorId } of hosts.scan(this.#rows)) ids.add(hypervisorId);
    for (const { id } of providers.scan(this.#rows)) ids.add(id);
    return [...ids];
  }

  /** The tops of all trees, in the same order, without looking at what is in them. */
  rootIds(): readonly string[] {
    const rows = [...providers.scan(this.#rows)];
    const below = new Set(rows.flatMap(({ id, parentId }) => (parentId === null ? [] : [id])));
    const ids = new Set<string>();
    for (const { hypervisorId } of hosts.scan(this.#rows)) if (!below.has(hypervisorId)) ids.add(hypervisorId);
    for (const { id } of rows) if (!below.has(id)) ids.add(id);
    return [...ids];
  }

  /** The tops of trees in which there are others. */
  rootIdsOfOthers(): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const { id, rootId } of providers.scan(this.#rows)) if (id !== rootId) ids.add(rootId);
    return ids;
  }

  /** Providers with this trait that were given it: all but what hosts have by themselves. */
  providersGiven(trait: string): readonly Provider[] {
    const rows = [...providers.scan(this.#rows)].filter(({ traits }) => traits.includes(trait));
    return rows.map((row) => this.#shown(row));
  }

  /** All providers of a tree, the top first. */
  tree(rootId: string): readonly Provider[] {
    const root = this.provider(rootId);
    const below: Provider[] = [];
    for (const id of providers.ids(this.#rows, 'byRoot', [rootId])) {
      const provider = id === rootId ? undefined : this.provider(id);
      if (provider !== undefined) below.push(provider);
    }
    return root === undefined ? below : [root, ...below];
  }

  #shown(row: ProviderRow): Provider {
    const { host, inventories } = row;
    if (host === null) return { ...row, inventories: inventories ?? {} };
    const resources = hostResources.read(this.#rows, host);
    return {
      ...row,
      aggregates: [...new Set([...row.aggregates, ...this.#novaAggregates(host)])],
      traits: this.#hostTraits(hosts.read(this.#rows, host), resources, row.traits),
      inventories: resources === undefined ? (inventories ?? {}) : this.#inventories(host, resources, inventories),
    };
  }

  /** A host of which nothing was changed; undefined before its first report. */
  #hostProvider(row: Host | undefined): Provider | undefined {
    if (row === undefined) return undefined;
    const { name: host, hypervisorId: id, createdAtMs } = row;
    const resources = hostResources.read(this.#rows, host);
    if (resources === undefined) return undefined;
    return {
      id,
      name: host,
      generation: 0,
      parentId: null,
      rootId: id,
      host,
      inventories: this.#inventories(host, resources, null),
      traits: this.#hostTraits(row, resources, NONE),
      aggregates: this.#novaAggregates(host),
      createdAtMs,
      updatedAtMs: createdAtMs,
    };
  }

  /** The traits of a host: what nova-compute would report of it, and what it was given. */
  #hostTraits(
    host: Host | undefined,
    resources: HostResources | undefined,
    given: readonly string[],
  ): readonly string[] {
    const traits = resources === undefined ? given : traitsOf(resources.inventory, given);
    return host?.disabled ? [...traits, DISABLED_TRAIT] : traits;
  }

  /** Traits that a host has by itself: they are not kept among those that it was given. */
  ownTraits(host: string): readonly string[] {
    const resources = hostResources.read(this.#rows, host);
    return [DISABLED_TRAIT, ...(resources === undefined ? NONE : traitsOf(resources.inventory))];
  }

  #inventories(host: string, { inventory }: HostResources, changed: Inventories | null): Inventories {
    return inventoriesOfHost(inventory, changed, this.#aggregatesOf(host));
  }

  /** The UUIDs of Nova's aggregates that a host is in: nova-api tells Placement of them. */
  #novaAggregates(host: string): readonly string[] {
    return this.#aggregatesOf(host).map(({ uuid }) => uuid);
  }

  /** From the registry, or, in the store of a cell beside the api's, from what the cell was told of it. */
  #aggregatesOf(host: string): readonly KnownAggregate[] {
    if (this.#aggregatesByHost === null) {
      this.#aggregatesByHost = new Map();
      const byUuid = new Map<string, KnownAggregate>();
      for (const aggregate of cellAggregates.scan(this.#rows)) byUuid.set(aggregate.uuid, aggregate);
      for (const aggregate of novaAggregates.scan(this.#rows)) byUuid.set(aggregate.uuid, aggregate);
      for (const aggregate of [...byUuid.values()].sort((a, b) => a.number - b.number))
        for (const member of aggregate.hosts) {
          const known = this.#aggregatesByHost.get(member);
          if (known) known.push(aggregate);
          else this.#aggregatesByHost.set(member, [aggregate]);
        }
    }
    return this.#aggregatesByHost.get(host) ?? [];
  }

  // --- what is taken --------------------------------------------------------------------------------------------

  /** What is taken of a provider, by class. */
  usageOf({ id, host }: Pick<Provider, 'id' | 'host'>): Amounts {
    const amounts: Amounts = new Map();
    for (const rowId of providerAllocations.ids(this.#rows, 'byProvider', [id]))
      addTo(amounts, providerAllocations.read(this.#rows, rowId)?.resources ?? {});
    if (host !== null) for (const { claim } of claimsOnHost(this.#rows, host)) addTo(amounts, resourcesOfClaim(claim));
    else for (const { claim } of claimsOfOther(this.#rows, id)) addTo(amounts, claim.others?.[id] ?? {});
    return amounts;
  }

  /** Who takes something of a provider. */
  consumersOf({ id, host }: Provider): readonly Consumer[] {
    const ids = new Set<string>();
    for (const rowId of providerAllocations.ids(this.#rows, 'byProvider', [id]))
      ids.add(rowId.slice(0, rowId.indexOf('.')));
    const claiming = host === null ? consumersOfOther(this.#rows, id) : consumersOnHost(this.#rows, host);
    for (const consumer of claiming) ids.add(consumer.id);
    return [...ids].flatMap((consumerId) => {
      const consumer = this.consumer(consumerId);
      return consumer?.allocations[id] === undefined ? [] : [consumer];
    });
  }

  /** A consumer that takes something, or has taken it; undefined: nobody has told of it. */
  consumer(id: string): Consumer | undefined {
    if (!UUID.test(id)) return undefined;
    const row = consumers.read(this.#rows, id);
    const claims = claimConsumer(this.#rows, id);
    if (claims !== undefined) return this.#claiming(claims, row);
    return row === undefined ? undefined : { ...row, allocations: this.#allocationsOf(row.id) };
  }

  /** The consumers of a project, or of one user in it. */
  *consumersOfProject(projectId: string, userId: string | null): Iterable<Consumer> {
    const seen = new Set<string>();
    for (const claims of consumersOfProject(this.#rows, projectId)) {
      seen.add(claims.id);
      const consumer = this.#claiming(claims, consumers.read(this.#rows, claims.id));
      if (userId === null || consumer.userId === userId) yield consumer;
    }
    for (const id of consumers.ids(this.#rows, 'byProject', [projectId])) {
      const consumer = seen.has(id) ? undefined : this.consumer(id);
      if (consumer !== undefined && (userId === null || consumer.userId === userId)) yield consumer;
    }
  }

  /** An instance or its move: what was claimed for it, and what users of the API have given it beside that. */
  #claiming({ id, type, instanceId, claims }: ClaimConsumer, row: ConsumerRow | undefined): Consumer {
    const instance = instances.read(this.#rows, instanceId);
    const byProvider = new Map<string, Resources[]>();
    const add = (providerId: string, resources: Resources): void => {
      byProvider.set(providerId, [...(byProvider.get(providerId) ?? []), resources]);
    };
    for (const { claim } of claims) {
      const providerId = hosts.read(this.#rows, claim.host)?.hypervisorId;
      if (providerId !== undefined) add(providerId, resourcesOfClaim(claim));
      for (const [otherId, resources] of Object.entries(claim.others ?? {})) add(otherId, resources);
    }
    for (const [providerId, resources] of Object.entries(row === undefined ? {} : this.#allocationsOf(id)))
      add(providerId, resources);
    const allocations = [...byProvider].map(([providerId, all]): [string, Resources] => [
      providerId,
      Object.fromEntries(sumOf(all)),
    ]);
    return {
      id,
      projectId: row?.projectId ?? instance?.projectId ?? '',
      userId: row?.userId ?? instance?.userId ?? '',
      type: row?.type ?? type,
      generation: row?.generation ?? claims.length,
      updatedAtMs: row?.updatedAtMs ?? instance?.updatedAtMs ?? 0,
      allocations: Object.fromEntries(allocations.filter(([, resources]) => Object.keys(resources).length > 0)),
    };
  }

  #allocationsOf(consumerId: string): Record<string, Resources> {
    const own: Record<string, Resources> = {};
    for (const { providerId, resources } of providerAllocations.scan(this.#rows, {
      idPrefix: providerAllocationId(consumerId, ''),
    }))
      own[providerId] = resources;
    return own;
  }

  // --- names ----------------------------------------------------------------------------------------------------

  hasClass(name: string): boolean {
    return STANDARD_CLASSES.has(name) || this.#isCustom(customClasses, 'classes', name);
  }

  hasTrait(name: string): boolean {
    return STANDARD_TRAITS.has(name) || this.#isCustom(customTraits, 'traits', name);
  }

  #isCustom(names: typeof customTraits, kind: keyof NamesElsewhere, name: string): boolean {
    if (this.#elsewhere[kind].includes(name)) return true;
    return CUSTOM_NAME.test(name) && names.read(this.#rows, name) !== undefined;
  }

  /** All resource classes: the standard ones, then the others by name. */
  classes(): readonly string[] {
    return [...STANDARD_CLASSES, ...[...customClasses.scan(this.#rows)].map(({ name }) => name)];
  }

  /** All traits: the standard ones, then the others by name. */
  traits(): readonly string[] {
    return [...STANDARD_TRAITS, ...[...customTraits.scan(this.#rows)].map(({ name }) => name)];
  }

  /** When a trait or a class was made; undefined: it is a standard one, or not there. */
  createdAtMs(kind: 'trait' | 'class', name: string): number | undefined {
    const names = kind === 'trait' ? customTraits : customClasses;
    return CUSTOM_NAME.test(name) ? names.read(this.#rows, name)?.createdAtMs : undefined;
  }
}

/** The form of names that users may give: also what bounds the keys that are looked up. */
const CUSTOM_NAME = /^CUSTOM_[A-Z0-9_]{1,248}$/;
