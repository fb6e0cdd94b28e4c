import { putClaim } from '../../cell/stored-claim.ts';
import { type Amounts, addTo } from '../amounts.ts';
import type { Consumer, Provider } from '../catalog.ts';
import type { ConsumerAllocations, PlacementReply } from '../change.ts';
import { claimConsumer, claimOfResources, resourcesOfClaim } from '../claims.ts';
import type { PlacementError } from '../errors.ts';
import { allowsAmount, capacityOf, inventoryIn } from '../inventory.ts';
import { consumers, type Inventories, providerAllocationId, providerAllocations, type Resources } from '../row.ts';
import { DONE, type Edit, putProvider, refused } from './edit.ts';

/** What a provider has while allocations are checked: in a reshape not what it has had. */
type InventoriesOf = (provider: Provider) => Inventories;

const NOTHING: Resources = {};

/** Gives consumers what they are to take, all of them or none. */
export function setAllocations(edit: Edit, wanted: readonly ConsumerAllocations[]): PlacementReply {
  const problem = allocationsRefused(edit, wanted, ({ inventories }) => inventories);
  if (problem) return refused(problem);
  writeAllocations(edit, wanted);
  return DONE;
}

/** Takes everything from a consumer. Providers keep their generation, as in Placement. */
export function deleteAllocations(edit: Edit, consumerId: string): PlacementReply {
  const before = edit.catalog.consumer(consumerId);
  if (!before || Object.keys(before.allocations).length === 0) return refused({ code: 'ConsumerNotFound', consumerId });
  writeConsumer(edit, before, null);
  return DONE;
}

/** Why consumers must not take this; null: they may. Nothing is changed. */
export function allocationsRefused(
  { catalog }: Edit,
  wanted: readonly ConsumerAllocations[],
  inventoriesOf: InventoriesOf,
): PlacementError | null {
  const consumerIds = new Set<string>();
  for (const { consumerId, generation } of wanted) {
    // Twice in one change it would give back twice what it has, and take only what the last entry says.
    if (consumerIds.has(consumerId)) return { code: 'ConsumerTwice', consumerId };
    consumerIds.add(consumerId);
    const expected = expectedGeneration(catalog.consumer(consumerId));
    if (generation !== undefined && generation !== expected)
      return { code: 'ConsumerChanged', expected, got: generation };
  }
  const room = new Room(catalog, inventoriesOf);
  for (const { consumerId } of wanted)
    for (const [id, resources] of Object.entries(catalog.consumer(consumerId)?.allocations ?? {}))
      room.giveBack(id, resources);
  for (const { allocations } of wanted)
    for (const providerId of Object.keys(allocations))
      if (!catalog.provider(providerId)) return { code: 'AllocationProviderNotFound', providerId };
  for (const { allocations } of wanted)
    for (const resources of Object.values(allocations))
      for (const name of Object.keys(resources)) if (!catalog.hasClass(name)) return { code: 'ClassNotFound', name };
  for (const { allocations } of wanted)
    for (const [id, resources] of Object.entries(allocations)) {
      const problem = room.take(id, resources);
      if (problem) return problem;
    }
  return null;
}

/** What a writer has to have seen; null for who takes nothing, though of an instance the counter goes on: readers see none. */
const expectedGeneration = (consumer: Consumer | undefined): number | null =>
  consumer === undefined || Object.keys(consumer.allocations).length === 0 ? null : consumer.generation;

/** What is free while several consumers give back and take. */
class Room {
  readonly #catalog: Edit['catalog'];
  readonly #inventoriesOf: InventoriesOf;
  /** By provider: what was taken before all this, and what is taken now. */
  readonly #usages = new Map<
    string,
    { readonly before: Amounts; readonly now: Amounts; readonly provider: Provider }
  >();

  constructor(catalog: Edit['catalog'], inventoriesOf: InventoriesOf) {
    this.#catalog = catalog;
    this.#inventoriesOf = inventoriesOf;
  }

  #usage(providerId: string) {
    const known = this.#usages.get(providerId);
    if (known) return known;
    const provider = this.#catalog.provider(providerId);
    if (!provider) return null;
    const before = this.#catalog.usageOf(provider);
    const usage = { before, now: new Map(before), provider };
    this.#usages.set(providerId, usage);
    return usage;
  }

  giveBack(providerId: string, resources: Resources): void {
    const usage = this.#usage(providerId);
    if (usage) addTo(usage.now, resources, -1);
  }

  take(providerId: string, resources: Resources): PlacementError | null {
    const usage = this.#usage(providerId);
    if (!usage) return { code: 'AllocationProviderNotFound', providerId };
    const inventories = this.#inventoriesOf(usage.provider);
    for (const [resourceClass, amount] of Object.entries(resources)) {
      const inventory = inventoryIn(inventories, resourceClass);
      if (!inventory) return { code: 'InventoryMissing', resourceClass, providerId };
      if (!allowsAmount(inventory, amount)) return { code: 'ConstraintsViolated', resourceClass, providerId };
      const used = (usage.now.get(resourceClass) ?? 0) + amount;
      usage.now.set(resourceClass, used);
      // Whoever takes no more than was taken before does not make it worse where there is too much already.
      if (used > capacityOf(inventory) && used > (usage.before.get(resourceClass) ?? 0))
        return { code: 'CapacityExceeded', resourceClass, providerId };
    }
    return null;
  }
}

/** Stores what was found to be right. Each provider that is named counts a change. */
export function writeAllocations(edit: Edit, wanted: readonly ConsumerAllocations[]): void {
  const { catalog } = edit;
  const named = new Set<string>();
  for (const consumer of wanted) {
    const before = catalog.consumer(consumer.consumerId);
    const ids = Object.keys(consumer.allocations);
    for (const id of ids.length > 0 ? ids : Object.keys(before?.allocations ?? {})) named.add(id);
    writeConsumer(edit, before, consumer);
  }
  for (const id of named) {
    const provider = catalog.provider(id);
    if (provider) putProvider(edit, provider, { generation: provider.generation + 1 });
  }
}

/** Replaces all that a consumer takes; with null it takes nothing any more and is forgotten. */
function writeConsumer(edit: Edit, before: Consumer | undefined, next: ConsumerAllocations | null): void {
  const { ctx, catalog, hosts } = edit;
  const id = next?.consumerId ?? before?.id ?? '';
  const allocations = next?.allocations ?? {};
  const beside = writeClaims(edit, id, allocations);
  for (const providerId of new Set([...Object.keys(before?.allocations ?? {}), ...Object.keys(allocations)])) {
    const rowId = providerAllocationId(id, providerId);
    const held = providerAllocations.read(ctx.rows, rowId)?.resources ?? NOTHING;
    const resources = beside.get(providerId) ?? NOTHING;
    const isNothing = Object.keys(resources).length === 0;
    const host = catalog.provider(providerId)?.host ?? null;
    ctx.put(
      providerAllocations,
      rowId,
      isNothing ? undefined : { consumerId: id, providerId, resources, createdAtMs: ctx.nowMs },
    );
    if (host === null) {
      hosts.useOther(providerId, held, -1);
      hosts.useOther(providerId, resources, 1);
      continue;
    }
    hosts.use(host, held, -1);
    hosts.use(host, resources, 1);
  }
  const row = consumers.read(ctx.rows, id);
  if (next === null || Object.keys(allocations).length === 0) {
    // What is left of an instance is its claim: the counter stays with it, so that nobody takes the old one for the new.
    const stays = row && claimConsumer(ctx.rows, id);
    ctx.put(consumers, id, stays ? { ...row, generation: row.generation + 1, updatedAtMs: ctx.nowMs } : undefined);
    return;
  }
  ctx.put(consumers, id, {
    id,
    projectId: next.projectId,
    userId: next.userId,
    type: next.consumerType ?? before?.type ?? null,
    generation: (before?.generation ?? 0) + 1,
    createdAtMs: row?.createdAtMs ?? ctx.nowMs,
    updatedAtMs: ctx.nowMs,
  });
}

/**
 * Of an instance, or its move: what it takes of its hosts, and of other providers that were chosen for it, stays in its claims,
 * which say where it is. Returns what it takes beside them, by provider.
 */
function writeClaims(
  { ctx, catalog, hosts }: Edit,
  consumerId: string,
  allocations: ConsumerAllocations['allocations'],
): ReadonlyMap<string, Resources> {
  const beside = new Map(Object.entries(allocations));
  for (const { rowId, claim } of claimConsumer(ctx.rows, consumerId)?.claims ?? []) {
    const providerId = catalog.providerOfHost(claim.host)?.id ?? '';
    const others: Record<string, Resources> = {};
    for (const [otherId, held] of Object.entries(claim.others ?? {})) {
      const resources = beside.get(otherId) ?? NOTHING;
      beside.delete(otherId);
      if (Object.keys(resources).length > 0) others[otherId] = resources;
      hosts.useOther(otherId, held, -1);
      hosts.useOther(otherId, resources, 1);
    }
    const next = claimOfResources(claim, beside.get(providerId) ?? NOTHING, others);
    beside.delete(providerId);
    hosts.use(claim.host, resourcesOfClaim(claim), -1);
    hosts.use(claim.host, resourcesOfClaim(next), 1);
    putClaim(ctx, rowId, claim, next);
  }
  return beside;
}

/** A consumer that is an instance has given back its host: what it had beside that, it has no longer. */
export function forgetConsumer(edit: Edit, consumerId: string): void {
  writeConsumer(edit, edit.catalog.consumer(consumerId), null);
  edit.ctx.put(consumers, consumerId, undefined);
}
