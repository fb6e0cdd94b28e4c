import type { Context } from '../../runtime/context.ts';
import { volumeSnapshots, volumes } from './row.ts';

/** Whether something that is being made reads from a volume: a snapshot of it, or another volume. */
export function isBeingCopied(ctx: Context, volumeId: string): boolean {
  for (const id of volumeSnapshots.ids(ctx.rows, 'byVolume', [volumeId])) {
    if (volumeSnapshots.read(ctx.rows, id)?.status === 'creating') return true;
  }
  for (const { status, content } of volumes.scan(ctx.rows)) {
    if (status === 'creating' && content.kind === 'volume' && content.volumeId === volumeId) return true;
  }
  return false;
}

/** Whether a volume that is being made reads from one of these snapshots. */
export function areBeingCopied(ctx: Context, snapshotIds: readonly string[]): boolean {
  if (snapshotIds.length === 0) return false;
  for (const { status, content } of volumes.scan(ctx.rows)) {
    if (status === 'creating' && content.kind === 'snapshot' && snapshotIds.includes(content.snapshotId)) return true;
  }
  return false;
}

/** Why a volume stays as it is while something reads from it. */
export const beingCopied = (volumeId: string) =>
  ({
    code: 'InvalidVolume',
    reason: `Volume ${volumeId} is being copied; try again when that has ended.`,
  }) as const;
