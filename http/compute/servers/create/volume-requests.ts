import type { VolumeRequest } from '../../../../actors/volume/protocol.ts';
import { volumeSnapshots, volumeTypeOf } from '../../../../actors/volume/row.ts';
import { type Refusal, refuseWith } from '../../../reply.ts';
import type { RequestContext } from '../../../request.ts';
import { volumeOfImage } from '../../../volume/content.ts';
import { itemsOf } from '../../../volume/views.ts';
import type { ComputeServices } from '../../services.ts';
import {
  oldVersionRefusal,
  SERVER_VOLUMES_MAX,
  statusRefusal,
  volumeVisible,
} from '../../volume-attachments/attach.ts';
import type { WantedVolume } from './block-devices.ts';

/** The volumes of a new server as the volume service is asked for them. */
interface Found {
  readonly requests: readonly VolumeRequest[];
  /** What is known of the image that the server boots from by way of a volume. */
  readonly properties: Readonly<Record<string, string>>;
}

/** What a source comes to: the request, and what it knows of an image. */
interface Source {
  readonly content: VolumeRequest['content'];
  readonly imageMetadataJson: string | null;
  readonly isBootable: boolean;
}

const invalid = (reason: string): Refusal => refuseWith(400, `Block Device Mapping is Invalid: ${reason}`);

/** Looks up everything that the volumes of a new server are made of, and whether the caller may use it. */
export async function volumeRequests(
  wanted: readonly WantedVolume[],
  count: number,
  request: RequestContext,
  services: ComputeServices,
): Promise<Found | Refusal> {
  if (wanted.length > SERVER_VOLUMES_MAX) {
    return refuseWith(
      403,
      `The maximum allowed number of disk devices (${SERVER_VOLUMES_MAX}) to attach to a single instance has been exceeded.`,
    );
  }
  const isForOne = ({ source, id }: WantedVolume): boolean =>
    source === 'volume' && volumeVisible(id, request, services)?.multiattach !== true;
  if (count > 1 && wanted.some(isForOne)) {
    return refuseWith(400, 'Cannot attach one or more volumes to multiple instances');
  }
  const requests: VolumeRequest[] = [];
  let properties: Readonly<Record<string, string>> = {};
  for (const one of wanted) {
    if (requests.some(({ content }) => content.kind === 'existing' && content.volumeId === one.id)) {
      return invalid(`failed to get volume ${one.id}.`);
    }
    const type = volumeTypeOf(one.volumeType ?? '');
    if (type === undefined) return refuseWith(400, `Volume type ${one.volumeType} could not be found.`);
    const source = await sourceOf(one, request, services);
    if ('kind' in source) return source;
    if (one.bootIndex === 0) {
      if (!source.isBootable) return invalid(`Block Device ${one.id} is not bootable.`);
      properties = itemsOf(source.imageMetadataJson);
    }
    const { sizeGib, bootIndex, device, tag, deleteOnTermination } = one;
    const { content, imageMetadataJson } = source;
    const { multiattach } = type;
    const made = { content, sizeGib, imageMetadataJson, multiattach };
    requests.push({ ...made, bootIndex, device, tag, deleteOnTermination });
  }
  return { requests, properties };
}

async function sourceOf(
  { source, id, sizeGib }: WantedVolume,
  request: RequestContext,
  services: ComputeServices,
): Promise<Source | Refusal> {
  const { caller } = request;
  switch (source) {
    case 'blank':
      // As Nova, which lets a guest find nothing there: it may boot from elsewhere.
      return { content: { kind: 'blank' }, imageMetadataJson: null, isBootable: true };
    case 'volume': {
      const row = volumeVisible(id, request, services);
      if (row === null) return invalid(`failed to get volume ${id}.`);
      const refusal = oldVersionRefusal(row, request.version) ?? statusRefusal(row);
      if (refusal !== null) return refusal;
      const { imageMetadataJson, bootable: isBootable } = row;
      return { content: { kind: 'existing', volumeId: id }, imageMetadataJson, isBootable };
    }
    case 'snapshot': {
      const row = id.length > 36 ? undefined : volumeSnapshots.read(services.reader, id);
      const isVisible = row !== undefined && (caller.isAdmin || row.projectId === caller.projectId);
      if (!isVisible || row.status !== 'available') return invalid(`failed to get snapshot ${id}.`);
      const source = volumeVisible(row.volumeId, request, services);
      const imageMetadataJson = source?.imageMetadataJson ?? null;
      // Of a snapshot that outlives its volume nobody knows: Nova lets it be tried.
      return { content: { kind: 'snapshot', snapshotId: id }, imageMetadataJson, isBootable: source?.bootable ?? true };
    }
    case 'image': {
      const image = await services.images.find(id, caller);
      if (image === null) return invalid(`failed to get image ${id}.`);
      const made = volumeOfImage(image, sizeGib ?? 0);
      if (!made.ok) return refuseWith(400, made.error.message);
      const { content, imageMetadataJson } = made.value;
      return { content, imageMetadataJson, isBootable: true };
    }
  }
}
