import type { Context } from '../../runtime/context.ts';
import { cell } from '../cell/protocol.ts';
import { project } from '../project/protocol.ts';
import { changeMigration, type NewMigration, recordMigration } from './migrations/record.ts';
import type { MigrationStatus } from './migrations/row.ts';
import { placementWith, tellPlaced } from './port-groups.ts';
import type { Instance, InstanceFlavor, InstanceMove, MoveEnd } from './row.ts';

/** What of a quota is used beside the count of instances. */
export interface Size {
  readonly cores: number;
  readonly ramMib: number;
}

function withEnd(instance: Instance, { host, zone, flavor, allocation }: MoveEnd): Instance {
  const placement = placementWith(instance.placement, allocation);
  return { ...instance, host, availabilityZone: zone, flavor, ...(placement && { placement }) };
}

/** The instance as it is before its move. Without a move: as it is. */
export const atSource = (instance: Instance): Instance =>
  instance.move ? withEnd(instance, instance.move.source) : instance;

/** The instance as it is after its move. Without a move, or as long as it has no target: as it is. */
export const atTarget = (instance: Instance): Instance =>
  instance.move && instance.move.target.host !== null ? withEnd(instance, instance.move.target) : instance;

/** Whether the instance has the size and host that it had before its move. */
export const isAtSource = ({ host, flavor, move }: Instance): boolean =>
  !!move && host === move.source.host && flavor.flavorId === move.source.flavor.flavorId;

/** The host of the move on which the instance is not; null when there is none. */
export function otherHost({ host, move }: Pick<Instance, 'host' | 'move'>): string | null {
  if (!move) return null;
  return [move.source.host, move.target.host].find((end) => end !== null && end !== host) ?? null;
}

/** Whether an instance may have a guest on a host: it is there, or moves from or to there. */
export const mayHaveGuestOn = ({ deletedAtMs, host: own, move }: Instance, host: string): boolean =>
  deletedAtMs === null && (own === host || move?.source.host === host || move?.target.host === host);

/** How much larger a flavor is than another one, as far as quotas go; never below nothing. Nova: `upsize_quota_delta`. */
export const increaseOf = (from: InstanceFlavor, to: InstanceFlavor): Size => ({
  cores: Math.max(0, to.vcpus - from.vcpus),
  ramMib: Math.max(0, to.memoryMib - from.memoryMib),
});

/** What an instance uses of a quota: during a move the larger of both sizes, so that it can be taken back. */
export function usedBy({ flavor, move }: Pick<Instance, 'flavor' | 'move'>): Size {
  if (!move) return { cores: flavor.vcpus, ramMib: flavor.memoryMib };
  const flavors = [move.source.flavor, move.target.flavor];
  return {
    cores: Math.max(...flavors.map(({ vcpus }) => vcpus)),
    ramMib: Math.max(...flavors.map(({ memoryMib }) => memoryMib)),
  };
}

/**
 * Ends a move: `settled`, the instance stays as it is at the target; else it is back at the source. What it had elsewhere
 * is given back, of host and quota. Guests are the caller's.
 */
export function endMove(instance: Instance, move: InstanceMove, status: MigrationStatus, ctx: Context): void {
  const settled = SETTLED.includes(status);
  const end = settled ? move.target : move.source;
  const { flavor } = end;
  tellPlaced(withEnd(instance, end), ctx);
  const used = usedBy({ flavor, move });
  const cellOf = cell.at(instance.cell);
  if (settled) ctx.tell(cellOf, { type: 'settle', instanceId: instance.id });
  else ctx.tell(cellOf, { type: 'release', instanceId: instance.id, part: 'move' });
  giveBackQuota(instance, { cores: used.cores - flavor.vcpus, ramMib: used.ramMib - flavor.memoryMib }, ctx);
  changeMigration(ctx, move.migration, { status });
}

/** Statuses of moves that have led to where they should. */
const SETTLED: readonly MigrationStatus[] = ['confirmed', 'completed', 'done'];

/** What tells one move from another when it begins. */
interface NewMove
  extends Pick<NewMigration, 'type' | 'status' | 'by'>,
    Pick<
      InstanceMove,
      'wantedHost' | 'isHostForced' | 'blockMigration' | 'overCommit' | 'leavesHost' | 'keepsDisk' | 'confirmWindowMs'
    > {
  /** The flavor that it leads to. */
  readonly flavor: InstanceFlavor;
  /** What the instance is to be afterwards; absent: what it is. */
  readonly vmState?: InstanceMove['vmState'];
}

/** The instance with a move that begins and is recorded, in place of one that it may still have. */
export function withMove(instance: Instance, asked: NewMove, ctx: Context): Instance {
  const idle = withoutMove(instance, ctx);
  const { type, status, by, flavor, ...move } = asked;
  const migration = recordMigration(ctx, idle, { type, status, by, targetHost: null, newFlavorId: flavor.flavorId });
  const { host, availabilityZone: zone, vmState, powerState } = idle;
  const allocation = idle.placement?.allocation;
  const source = { host, zone, flavor: idle.flavor, ...(allocation && { allocation }) };
  const target = { host: null, zone: null, flavor };
  return { ...idle, move: { migration, source, target, vmState, powerState, ...move } };
}

/** Gives back a part of what the project has reserved for an instance. */
export function giveBackQuota({ projectId, userId }: Instance, { cores, ramMib }: Size, ctx: Context): void {
  if (cores === 0 && ramMib === 0) return;
  ctx.tell(project.at(projectId), { type: 'release', instances: 0, cores, ramMib, userId });
}

/**
 * An instance without the move that it may still have although nothing waits for its end any more: another one begins, or
 * somebody sets its state by hand. It stays where it is; a guest that it has elsewhere is removed at the next look there.
 */
export function withoutMove(instance: Instance, ctx: Context): Instance {
  const { move } = instance;
  if (!move) return instance;
  const isThere = instance.host === move.target.host && instance.flavor.flavorId === move.target.flavor.flavorId;
  endMove(instance, move, isThere ? 'confirmed' : 'error', ctx);
  return { ...instance, move: null };
}
