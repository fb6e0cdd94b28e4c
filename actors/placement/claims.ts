import type { Reader } from '../../runtime/store.ts';
import { type Allocation, allocationId, allocations, providerClaims } from '../cell/row.ts';
import { migrations } from '../instance/migrations/row.ts';
import { type Instance, instances } from '../instance/row.ts';
import { numberKey } from '../registry/row.ts';
import type { Resources } from './row.ts';

/** What the scheduler has claimed for an instance, as the resources of its host's provider. */
export function resourcesOfClaim({ vcpus, memoryMib, diskGib, resources = {} }: Allocation): Resources {
  const all = { VCPU: vcpus, MEMORY_MB: memoryMib, DISK_GB: diskGib, ...resources };
  return Object.fromEntries(Object.entries(all).filter(([, amount]) => amount > 0));
}

/** A claim that takes these resources of its host, and these of others, instead. */
export function claimOfResources(
  claim: Allocation,
  resources: Resources,
  others: Readonly<Record<string, Resources>>,
): Allocation {
  const { VCPU: vcpus = 0, MEMORY_MB: memoryMib = 0, DISK_GB: diskGib = 0, ...classes } = resources;
  const { resources: _, others: __, ...rest } = claim;
  const further = Object.keys(classes).length === 0 ? {} : { resources: classes };
  const beside = Object.keys(others).length === 0 ? {} : { others };
  return { ...rest, vcpus, memoryMib, diskGib, ...further, ...beside };
}

/** A consumer that is an instance, or the move of one. */
export interface ClaimConsumer {
  readonly id: string;
  readonly type: 'INSTANCE' | 'MIGRATION';
  readonly instanceId: string;
  readonly claims: readonly Claim[];
}

/** A claim and the id of its row. */
export interface Claim {
  readonly rowId: string;
  readonly claim: Allocation;
}

const claimOf = (rows: Reader, rowId: string): readonly Claim[] => {
  const claim = allocations.read(rows, rowId);
  return claim === undefined ? [] : [{ rowId, claim }];
};

/** The UUID of the move that an instance is in; null when there is none, or when both ends are the instance's own. */
function migrationOf(rows: Reader, instance: Instance | undefined): string | null {
  if (!instance?.move) return null;
  const migration = migrations.read(rows, numberKey(instance.move.migration));
  // An evacuation keeps what is on the lost host under the instance. Nova: conductor's evacuate makes no migration consumer.
  return migration === undefined || migration.type === 'evacuation' ? null : migration.uuid;
}

/** The claims that count as a consumer's own. In a move, those at the source are the migration's. */
function consumersOfInstance(rows: Reader, instanceId: string): readonly ClaimConsumer[] {
  const held = claimOf(rows, instanceId);
  const moving = claimOf(rows, allocationId(instanceId, 'move'));
  const migrationId = moving.length === 0 ? null : migrationOf(rows, instances.read(rows, instanceId));
  if (migrationId === null || held.length === 0) {
    const claims = [...held, ...moving];
    return claims.length === 0 ? [] : [{ id: instanceId, type: 'INSTANCE', instanceId, claims }];
  }
  return [
    { id: instanceId, type: 'INSTANCE', instanceId, claims: moving },
    { id: migrationId, type: 'MIGRATION', instanceId, claims: held },
  ];
}

/** The consumer of this UUID, when it is an instance with claims or the move of one. */
export function claimConsumer(rows: Reader, consumerId: string): ClaimConsumer | undefined {
  const own = consumersOfInstance(rows, consumerId);
  if (own.length > 0) return own.find(({ id }) => id === consumerId);
  for (const number of migrations.ids(rows, 'byUuid', [consumerId], { limit: 1 })) {
    const instanceId = migrations.read(rows, number)?.instanceId;
    if (instanceId === undefined) continue;
    return consumersOfInstance(rows, instanceId).find(({ id }) => id === consumerId);
  }
  return undefined;
}

/** All claims on a host. */
export function* claimsOnHost(rows: Reader, host: string): Iterable<Claim> {
  for (const rowId of allocations.ids(rows, 'byHost', [host])) yield* claimOf(rows, rowId);
}

/** All claims that take something of a provider which is not their host's own. */
export function* claimsOfOther(rows: Reader, providerId: string): Iterable<Claim> {
  for (const id of providerClaims.ids(rows, 'byProvider', [providerId])) {
    const row = providerClaims.read(rows, id);
    if (row !== undefined) yield* claimOf(rows, row.claim);
  }
}

/** The consumers of the same. */
export function* consumersOfOther(rows: Reader, providerId: string): Iterable<ClaimConsumer> {
  for (const instanceId of new Set([...claimsOfOther(rows, providerId)].map(({ claim }) => claim.instanceId)))
    for (const consumer of consumersOfInstance(rows, instanceId))
      if (consumer.claims.some(({ claim }) => claim.others?.[providerId] !== undefined)) yield consumer;
}

/** The consumers of all claims on a host. */
export function* consumersOnHost(rows: Reader, host: string): Iterable<ClaimConsumer> {
  const seen = new Set<string>();
  for (const { claim } of claimsOnHost(rows, host)) {
    if (seen.has(claim.instanceId)) continue;
    seen.add(claim.instanceId);
    for (const consumer of consumersOfInstance(rows, claim.instanceId)) {
      const here = consumer.claims.filter((own) => own.claim.host === host);
      if (here.length > 0) yield { ...consumer, claims: here };
    }
  }
}

/** The consumers of all claims of a project's instances. */
export function* consumersOfProject(rows: Reader, projectId: string): Iterable<ClaimConsumer> {
  for (const id of instances.ids(rows, 'byProject', [projectId])) yield* consumersOfInstance(rows, id);
}
