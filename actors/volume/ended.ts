import type { Context } from '../../runtime/context.ts';
import type { EffectEnded, EffectOutcome } from '../../runtime/message.ts';
import { instance } from '../instance/protocol.ts';
import { volumeSettled } from './binding.ts';
import { attachmentsOf, restingStatus, writeVolume } from './change.ts';
import { effectOf, type VolumeEffect } from './effects.ts';
import { reimageEnded } from './reimage.ts';
import { type VolumeRow, volumeSnapshots, volumes } from './row.ts';
import { writeSnapshot } from './snapshots.ts';
import { uploadEnded } from './uploads.ts';

/** Something outside has come to its end. One of a row that is gone, or has gone on, says nothing. */
export function effectEnded(ctx: Context, { effectId, outcome }: EffectEnded): void {
  const known = effectOf(effectId);
  if (known === null) return;
  const { effect, id } = known;
  if (effect === 'snapshot' || effect === 'unsnapshot') snapshotEnded(ctx, effect, id, outcome);
  else {
    const row = volumes.read(ctx.rows, id);
    if (row) volumeEnded(ctx, effect, row, outcome);
  }
}

function volumeEnded(
  ctx: Context,
  effect: Exclude<VolumeEffect, 'snapshot' | 'unsnapshot'>,
  row: VolumeRow,
  outcome: EffectOutcome,
): void {
  switch (effect) {
    case 'create': {
      if (row.status !== 'creating') return;
      const status = outcome.ok ? restingStatus(attachmentsOf(ctx, row.id)) : 'error';
      writeVolume(ctx, row, { status, launchedAtMs: outcome.ok ? ctx.nowMs : null });
      volumeSettled(ctx, row.id);
      return;
    }
    case 'delete':
      if (row.status !== 'deleting') return;
      if (outcome.ok) ctx.put(volumes, row.id, undefined);
      else writeVolume(ctx, row, { status: 'error_deleting' });
      return;
    case 'extend': {
      if (row.status !== 'extending') return;
      const sizeGib = outcome.ok && typeof outcome.value === 'number' ? outcome.value : row.sizeGib;
      // Not what it was before: it may have been given back meanwhile.
      const status = outcome.ok ? restingStatus(attachmentsOf(ctx, row.id)) : 'error_extending';
      const grown = writeVolume(ctx, row, { status, sizeGib });
      if (outcome.ok) tellExtended(ctx, grown);
      return;
    }
    case 'reimage':
      if (row.reimage) reimageEnded(ctx, row, row.reimage, outcome);
      return;
    case 'upload':
      // Also when an administrator has set another status: the image waits all the same.
      if (row.status === 'uploading' || row.upload) uploadEnded(ctx, row, outcome);
  }
}

/** Tells who has a volume that it is larger now. Cinder: the event `volume-extended`. */
function tellExtended(ctx: Context, { id: volumeId, sizeGib }: VolumeRow): void {
  // Also who has not told yet that it has it: it knows the size as it was when it got it.
  for (const { binding, instanceId } of attachmentsOf(ctx, volumeId)) {
    if (binding === null || instanceId === null) continue;
    const event = { name: 'volume-extended', volumeId, sizeGib } as const;
    ctx.tell(instance.at(instanceId), { type: 'externalEvent', event });
  }
}

function snapshotEnded(ctx: Context, effect: 'snapshot' | 'unsnapshot', id: string, outcome: EffectOutcome): void {
  const row = volumeSnapshots.read(ctx.rows, id);
  if (!row) return;
  if (effect === 'snapshot' && row.status === 'creating') {
    writeSnapshot(ctx, row, { status: outcome.ok ? 'available' : 'error' });
  }
  if (effect === 'unsnapshot' && row.status === 'deleting') {
    if (outcome.ok) ctx.put(volumeSnapshots, id, undefined);
    else writeSnapshot(ctx, row, { status: 'error_deleting' });
  }
}
