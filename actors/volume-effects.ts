import type { Quiescing } from '../drivers/hypervisor.ts';
import type { ImageIntake } from '../drivers/images.ts';
import type { DriverResult } from '../drivers/result.ts';
import type { CopyOpen, GrowOpen, VolumeOrder, VolumeSpec, VolumeStore } from '../drivers/volumes.ts';
import type { EffectRunner } from '../runtime/effect.ts';
import type { EffectOutcome } from '../runtime/message.ts';
import { failed, ok } from '../runtime/result.ts';
import type { Reader } from '../runtime/store.ts';
import { outcomeOf } from './driver-outcome.ts';
import { type VolumeAttachmentRow, type VolumeRow, volumeAttachments, volumes } from './volume/row.ts';

interface Arguments {
  readonly id: string;
  readonly volumeId: string;
  readonly sizeGib: number;
  readonly format: 'raw' | 'qcow2';
  readonly quiescing: Quiescing;
}

function argumentsOf(args: unknown): Arguments {
  const given: Record<string, unknown> = typeof args === 'object' && args !== null ? { ...args } : {};
  return {
    id: typeof given['id'] === 'string' ? given['id'] : '',
    volumeId: typeof given['volumeId'] === 'string' ? given['volumeId'] : '',
    sizeGib: typeof given['sizeGib'] === 'number' ? given['sizeGib'] : 0,
    format: given['format'] === 'qcow2' ? 'qcow2' : 'raw',
    quiescing: given['quiescing'] === 'required' || given['quiescing'] === 'ifPossible' ? given['quiescing'] : 'no',
  };
}

/** How a guest of an instance copies a volume that it has open: see drivers/volumes.ts. */
export type CopyOpenVolume = (
  attachment: VolumeAttachmentRow,
  volumeId: string,
  order: VolumeOrder,
  quiescing: Quiescing,
) => CopyOpen | null;

/** How a guest of an instance grows a volume that it has open: see drivers/volumes.ts. */
export type GrowOpenVolume = (
  attachment: VolumeAttachmentRow,
  volumeId: string,
  sizeGib: number,
  order: VolumeOrder,
) => GrowOpen | null;

/** What the effects named `volume.…` work with. */
export interface VolumeEffectPorts {
  readonly rows: Reader;
  readonly store: VolumeStore;
  /** Takes the bytes of images that are made of volumes; null: nothing does. */
  readonly intake: ImageIntake | null;
  readonly copyOpen: CopyOpenVolume;
  readonly growOpen: GrowOpenVolume;
}

/** Does the effects named `volume.…`. What a new volume is to be says its committed row. */
export function volumeEffects({ rows, store, intake, copyOpen, growOpen }: VolumeEffectPorts): EffectRunner {
  return async (request, signal) => {
    const { id, volumeId, sizeGib, format, quiescing } = argumentsOf(request.args);
    const order = { signal };
    switch (request.name) {
      case 'volume.ensure': {
        const row = volumes.read(rows, id);
        return row ? outcomeOf(await store.ensureVolume(order, specOf(row, row.content))) : noVolume(id);
      }
      case 'volume.ensureContent': {
        const row = volumes.read(rows, id);
        return row?.reimage
          ? outcomeOf(await store.ensureContent(order, specOf(row, row.reimage.content)))
          : noVolume(id);
      }
      case 'volume.ensureAbsent':
        return outcomeOf(await store.ensureVolumeAbsent(order, id));
      case 'volume.ensureSize': {
        const attachment = holderOf(rows, id);
        const open = attachment && growOpen(attachment, id, sizeGib, order);
        const grown = await store.ensureSize(order, id, sizeGib, open);
        return grown.ok ? ok(sizeGib) : outcomeOf(grown);
      }
      case 'volume.ensureSnapshot': {
        const attachment = holderOf(rows, volumeId);
        const open = attachment && copyOpen(attachment, volumeId, order, quiescing);
        return outcomeOf(await store.ensureSnapshot(order, id, volumeId, open));
      }
      case 'volume.ensureSnapshotAbsent':
        return outcomeOf(await store.ensureSnapshotAbsent(order, id));
      case 'volume.capture':
        if (intake === null) return failed({ code: 'Unsupported', reason: 'There is no store for images.' });
        return captured(await store.capture(order, id, format, intake), intake);
      default:
        return failed({ code: 'UnknownEffect', reason: `There is no effect ${request.name}.` });
    }
  };
}

const specOf = ({ id: volumeId, sizeGib, multiattach: shared = false }: VolumeRow, content: VolumeSpec['content']) => ({
  volumeId,
  sizeGib,
  content,
  shared,
});

const noVolume = (id: string): EffectOutcome => failed({ code: 'VolumeNotFound', reason: `There is no volume ${id}.` });

/** Does an effect by its name: `volume.…` here, all others by `others`. */
export const withVolumes =
  (own: EffectRunner, others: EffectRunner): EffectRunner =>
  (request, signal) =>
    (request.name.startsWith('volume.') ? own : others)(request, signal);

/** The attachment of whatever may have a volume open. */
function holderOf(rows: Reader, volumeId: string): VolumeAttachmentRow | null {
  for (const id of volumeAttachments.ids(rows, 'byVolume', [volumeId])) {
    const row = volumeAttachments.read(rows, id);
    if (row?.binding && row.host !== null) return row;
  }
  return null;
}

/** The bytes are not held any longer: the image's upload is under way, and nothing is swept until it has ended. */
function captured(result: DriverResult<{ readonly contentId: string }>, intake: ImageIntake): EffectOutcome {
  if (result.ok) intake.release(result.value.contentId);
  return outcomeOf(result);
}
