import type { Instance } from '../../../actors/instance/row.ts';
import { volumeAttachments } from '../../../actors/volume/row.ts';
import { type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { begun, stateRefusal } from '../servers/begin.ts';
import type { ComputeServices } from '../services.ts';
import { attachmentOf, volumeVisible } from './attach.ts';

const invalid = (reason: string): Refusal => refuse({ code: 'InvalidVolume', reason });

/**
 * Has a server put another volume in the place of one; null: it has begun. Only while the volume service says that the one
 * migrates: what a guest writes goes to both meanwhile. Nova: `_update_volume_swap` (api/openstack/compute/volume_attachments.py)
 * and `swap_volume` (compute/api.py).
 */
export const swap = async (
  request: RequestContext & { readonly subject: Instance },
  services: ComputeServices,
  volumeId: string,
  newVolumeId: string,
): Promise<Refusal | null> => {
  const { subject: server } = request;
  const from = volumeVisible(volumeId, request, services);
  if (from === null) return refuse({ code: 'VolumeNotFound', volumeId: volumeId.slice(0, 255) });
  // What only the body names is a bad request.
  const to = volumeVisible(newVolumeId, request, services);
  if (to === null) return refuseWith(400, `Volume ${newVolumeId} could not be found.`);
  if (!from.migrationStatus)
    return refuseWith(409, `volume ${volumeId} is not migrating; this API should only be called by Cinder`);
  const illegal = stateRefusal(request, 'swapVolume');
  if (illegal !== null) return illegal;
  if (attachmentOf(server, volumeId)?.state !== 'attached')
    return invalid('Old volume is attached to a different instance.');
  if (to.status !== 'available') return invalid('New volume must be detached in order to swap.');
  if (to.sizeGib < from.sizeGib) return invalid('New volume must be the same size or larger.');
  const holders = [...volumeAttachments.ids(services.reader, 'byVolume', [volumeId])];
  if (holders.length > 1)
    return refuseWith(400, 'Swapping multi-attach volumes with more than one read/write attachment is not supported.');
  return begun(request, services, { operation: 'swapVolume', volumeId, newVolumeId });
};
