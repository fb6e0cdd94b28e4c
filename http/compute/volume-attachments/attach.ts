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

/** From 2.60 on a volume that was made for it can be given to several servers. */
const isSharedKnown = stepped(false, ['2.60', true]);

/** Why a volume that several servers may have cannot be given to one. Nova: `MultiattachNotSupportedOldMicroversion`. */
export const oldVersionRefusal = ({ multiattach = false }: VolumeRow, version: Microversion): Refusal | null =>
  multiattach && !isSharedKnown.at(version)
    ? refuseWith(400, 'Multiattach volumes are only supported starting with compute API version 2.60.')
    : null;

const sharedRefusal = (row: VolumeRow, server: Instance, version: Microversion): Refusal | null =>
  row.multiattach === true && server.vmState === 'shelved_offloaded'
    ? refuseWith(400, 'Attaching multiattach volumes is not supported for shelved-offloaded instances.')
    : oldVersionRefusal(row, version);

/** Why nobody can be given a volume, as it is. */
export const statusRefusal = ({ id, status, multiattach = false }: VolumeRow): Refusal | null => {
  if (status === 'available' || (multiattach && status === 'in-use')) return null;
  const reason = multiattach
    ? `volume '${id}' status must be 'available' or 'in-use'. Currently in '${status}'`
    : `volume '${id}' status must be 'available'. Currently in '${status}'`;
  return refuse({ code: 'InvalidVolume', reason });
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
  const shared = sharedRefusal(row, server, version);
  if (shared !== null) return shared;
  const known = server.volumes ?? [];
  if (known.some((volume) => volume.volumeId === volumeId))
    return refuse({ code: 'InvalidVolume', reason: `volume ${volumeId} already attached` });
  const busy = statusRefusal(row);
  if (busy !== null) return busy;
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

/** A volume as a server has it. */
export const attachmentOf = (server: Instance, volumeId: string): InstanceVolume | undefined =>
  server.volumes?.find((volume) => volume.volumeId === volumeId);

export const notAttached = (server: Instance, volumeId: string): Refusal =>
  refuseWith(404, `Instance ${server.id} is not attached to volume ${volumeId.slice(0, 255)}`);

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
  if (volume === undefined) return notAttached(server, volumeId);
  if (volume.bootIndex === 0) return refuseWith(400, 'Cannot detach a root device volume');
  const illegal = stateRefusal(request, 'detachVolume');
  if (illegal !== null) return illegal;
  return volume.state === 'attached'
    ? null
    : refuse({ code: 'InvalidVolume', reason: `Invalid volume status: ${volume.state}` });
};
