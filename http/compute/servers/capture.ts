import * as v from 'valibot';
import { hasGuestAgent, mustQuiesce } from '../../../actors/instance/client.ts';
import type { OperationRequest } from '../../../actors/instance/protocol.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import { limitsOfUser } from '../../../actors/project/row.ts';
import { volumes } from '../../../actors/volume/row.ts';
import { bookmarkHref } from '../../links.ts';
import { text } from '../../parameter.ts';
import { type Answer, emptyReply, type Refusal, refuseWith, reply } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { type ShapeOutput, shape } from '../../shape.ts';
import { always, stepped } from '../../stepped.ts';
import { itemsOf } from '../../volume/views.ts';
import * as types from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';
import { begun, stateRefusal } from './begin.ts';

/** The action createImage. */
export const createImageOfServer = shape('createImage', {
  name: always(types.name),
  metadata: always(v.optional(types.metadata)),
});

/** The action createBackup. */
export const createBackupOfServer = shape('createBackup', {
  name: always(types.name),
  backup_type: always(text()),
  rotation: always(types.nonNegativeInteger),
  metadata: always(v.optional(types.metadata)),
});

type AboutServer = RequestContext & { readonly subject: Instance };

/** Up to 2.44 the id of the image stands in the header Location, then in the body. */
const idInBody = stepped(false, ['2.45', true]);

const accepted = (request: RequestContext, imageId: string, withLocation: boolean): Answer => {
  if (idInBody.at(request.version)) return reply({ image_id: imageId });
  return withLocation ? emptyReply({ headers: { Location: bookmarkHref(request, 'images', imageId) } }) : emptyReply();
};

/** What keeps any image of the server from being made. */
const refusalOf = (
  request: AboutServer,
  operation: 'createImage' | 'createBackup',
  metadata: Readonly<Record<string, string>>,
  services: ComputeServices,
): Refusal | null => {
  const { subject } = request;
  const refused = overMetadata(request, metadata, services) ?? stateRefusal(request, operation);
  if (refused !== null) return refused;
  if (isVolumeBacked(subject)) {
    if (
      subject.vmState === 'active' &&
      mustQuiesce(propertiesOfRoot(subject, services.reader)) &&
      !hasGuestAgent(subject)
    ) {
      const reason = `Quiescing is not supported in instance ${subject.id}`;
      return refuseWith(409, `Failed to quiesce instance: ${reason}`);
    }
    if (operation === 'createBackup') return refuseWith(400, 'It is not supported to backup volume backed instance.');
    const refusal = request.refusalOf('os_compute_api:servers:create_image:allow_volume_backed');
    if (refusal !== null) return refusal;
  }
  return null;
};

/** Up to 2.38 the metadata of images had a quota. Nova: `check_img_metadata_properties_quota` (api/openstack/common.py). */
const isMetadataLimited = stepped(true, ['2.39', false]);

const overMetadata = (
  { version, caller }: RequestContext,
  metadata: Readonly<Record<string, string>>,
  { reader, quota }: ComputeServices,
): Refusal | null => {
  if (!isMetadataLimited.at(version)) return null;
  const { metadataItems: allowed } = limitsOfUser(reader, quota, caller.projectId ?? '', caller.userId);
  return allowed >= 0 && Object.keys(metadata).length > allowed
    ? refuseWith(403, 'Image metadata limit exceeded')
    : null;
};

const answer = async (
  request: AboutServer,
  services: ComputeServices,
  operation: Extract<OperationRequest, { readonly operation: 'createImage' | 'createBackup' }>,
  withLocation: boolean,
): Promise<Answer> =>
  refusalOf(request, operation.operation, operation.properties, services) ??
  (await begun(request, services, operation)) ??
  accepted(request, operation.imageId, withLocation);

/** Answers the action createImage, once the image is there, without its bytes. */
export const createImageAnswer = (
  request: AboutServer & { readonly body: ShapeOutput<typeof createImageOfServer> },
  services: ComputeServices,
): Promise<Answer> => {
  const { name, metadata: properties = {} } = request.body.createImage;
  const imageId = services.random.uuid();
  const volumeSnapshots = snapshotsOf(request.subject, services);
  return answer(request, services, { operation: 'createImage', imageId, name, properties, ...volumeSnapshots }, true);
};

type CreateImage = Extract<OperationRequest, { readonly operation: 'createImage' }>;

const isVolumeBacked = ({ image }: Instance): boolean => image === null;

/** What the volume that a server boots from keeps of its image. */
function propertiesOfRoot({ volumes: held = [] }: Instance, reader: ComputeServices['reader']) {
  const root = held.find(({ bootIndex }) => bootIndex === 0);
  return itemsOf((root && volumes.read(reader, root.volumeId)?.imageMetadataJson) ?? null);
}

/** What boots from a volume is kept as snapshots of all its volumes. */
const snapshotsOf = (server: Instance, { random }: ComputeServices): Pick<CreateImage, 'volumeSnapshots'> => {
  if (!isVolumeBacked(server)) return {};
  const attached = (server.volumes ?? []).filter(({ state }) => state === 'attached');
  return { volumeSnapshots: attached.map(({ volumeId }) => ({ volumeId, snapshotId: random.uuid() })) };
};

/** Answers the action createBackup. Of a rotation of 0 nothing remains, so no place is told. */
export const createBackupAnswer = (
  request: AboutServer & { readonly body: ShapeOutput<typeof createBackupOfServer> },
  services: ComputeServices,
): Promise<Answer> => {
  const { name, metadata: properties = {}, backup_type: backupType, rotation } = request.body.createBackup;
  const imageId = services.random.uuid();
  const operation = { operation: 'createBackup', imageId, name, properties, backupType, rotation } as const;
  return answer(request, services, operation, rotation > 0);
};
