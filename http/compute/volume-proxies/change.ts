import { computeErrorOf } from '../../../actors/errors.ts';
import { changeVolumes } from '../../../actors/volume/client.ts';
import type { VolumeChange } from '../../../actors/volume/protocol.ts';
import { type Refusal, refuse } from '../../reply.ts';
import type { ComputeServices } from '../services.ts';

/** Has the volume service change something; null: it has, or the refusal that Nova makes of the reason. */
export const changedVolume = async (
  { system, reader }: Pick<ComputeServices, 'system' | 'reader'>,
  change: VolumeChange,
): Promise<Refusal | null> => {
  const outcome = await changeVolumes(system, change);
  if (outcome.ok) {
    reader.renew();
    return null;
  }
  const { error } = outcome;
  switch (error.code) {
    case 'VolumeNotFound':
    case 'VolumeSnapshotNotFound':
    case 'InvalidVolume':
    case 'VolumeQuotaExceeded':
    case 'InvalidInput':
      return refuse(error);
    case 'InvalidSnapshot':
      return refuse({ code: 'InvalidInput', reason: error.reason });
    case 'VolumeAttachmentNotFound':
      return refuse({ code: 'InternalError' });
    default:
      return refuse(computeErrorOf(error));
  }
};
