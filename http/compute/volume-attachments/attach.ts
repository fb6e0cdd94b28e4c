import type { Instance, InstanceVolume } from '../../../actors/instance/row.ts';
import { type VolumeRow, volumes } from '../../../actors/volume/row.ts';
import type { Microversion } from '../../microversions.ts';
import { type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { ShapeOutput } from '../../shape.ts';
import { stepped } from '../../stepped.ts';
import { begun, stateRefusal } from '../servers/begin.ts';
import type { ComputeServices } from '../services.ts';
import type { attachVolume } from './requests.ts';

/** Most volumes of a server: what every driver takes. Nova: [compute]max_disk_devices_to_attach. */
export const SERVER_VOLUMES_MAX = 16;

type AboutServer = RequestContext & { readonly subject: Instance };

/** A volume that the caller may see; null: there is none. */
export const volumeVisible = (
  id: string,
  { caller }: Pick<RequestContext, 'caller'>,
  { reader }: Pick<ComputeServices, 'reader'>,
): VolumeRow | null => {
  const row = id.length > UUID_LENGTH ? undefined : volumes.read(reader, id);
  return row !== undefined && (caller.isAdmin || row.projectId === caller.projectId) ? row : null;
};

const UUID_LENGTH = 36;

/** Up to 2.19 nothing could be done to the volumes of a shelved server. */
const shelvedToo = stepped(false, ['2.20', true]);

const shelvedRefusal = (server: Instance, version: Microversion, action: string): Refusal | null => {
  const { vmState: state, id: instanceId } = server;
  if (shelvedToo.at(version) || (state !== 'shelved' && state !== 'shelved_offloaded')) return null;
  return refuse({ code: 'InstanceInvalidState', instanceId, action, attribute: 'vm_state', state });
};

/** Has a server take a volume; null: it has, and its guest gets it. */
export const attach = async (
  request: AboutServer,
  services: ComputeServices,
  asked: ShapeOutput<typeof attachVolume>['volumeAttachment'],
): Promise<Refusal | null> => {
  const { subject: server, version } = request;
  const illegal = shelvedRefusal(server, version, 'attach_volume') ?? stateRefusal(request, 'attachVolume');
  if (illegal !== null) return illegal;
  const { volumeId, device = null, tag = null, delete_on_termination: deleteOnTermination = false } = asked;
  const row = volumeVisible(volumeId, request, services);
  if (row === null) return refuse({ code: 'VolumeNotFound', volumeId });
  const known = server.volumes ?? [];
  if (known.some((volume) => volume.volumeId === volumeId))
    return refuse({ code: 'InvalidVolume', reason: `volume ${volumeId} already attached` });
  if (row.status !== 'available') {
    const reason = `volume '${volumeId}' status must be 'available'. Currently in '${row.status}'`;
    return refuse({ code: 'InvalidVolume', reason });
  }
  if (known.length >= SERVER_VOLUMES_MAX) {
    return refuseWith(
      403,
      `The maximum allowed number of disk devices (${SERVER_VOLUMES_MAX}) to attach to a single instance has been exceeded.`,
    );
  }
  if (device !== null && known.some((volume) => volume.device === device))
    return refuseWith(409, `The supplied device path (${device}) is in use.`);
  return begun(request, services, {
    operation: 'attachVolume',
    volumeId,
    request: {
      content: { kind: 'existing', volumeId },
      sizeGib: null,
      imageMetadataJson: null,
      bootIndex: null,
      device,
      tag,
      deleteOnTermination,
    },
  });
};

/** Why a server cannot let go of a volume; null: it can. */
export const detach = (
  request: AboutServer,
  services: ComputeServices,
  volume: InstanceVolume | undefined,
  volumeId: string,
): Refusal | null => {
  const { subject: server, version } = request;
  const early = shelvedRefusal(server, version, 'detach_volume');
  if (early !== null) return early;
  if (volumeVisible(volumeId, request, services) === null)
    return refuse({ code: 'VolumeNotFound', volumeId: volumeId.slice(0, 255) });
  if (volume === undefined)
    return refuseWith(404, `Instance ${server.id} is not attached to volume ${volumeId.slice(0, 255)}`);
  if (volume.bootIndex === 0) return refuseWith(400, 'Cannot detach a root device volume');
  const illegal = stateRefusal(request, 'detachVolume');
  if (illegal !== null) return illegal;
  return volume.state === 'attached'
    ? null
    : refuse({ code: 'InvalidVolume', reason: `Invalid volume status: ${volume.state}` });
};
