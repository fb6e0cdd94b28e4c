import * as v from 'valibot';
import { changesTopology } from '../../../actors/cell/client.ts';
import type { RebuildRequest } from '../../../actors/instance/protocol.ts';
import type { Instance, InstanceImage } from '../../../actors/instance/row.ts';
import { limitsOfUser } from '../../../actors/project/row.ts';
import { keypairId, keypairs } from '../../../actors/registry/row.ts';
import { volumes } from '../../../actors/volume/row.ts';
import type { Image } from '../../../drivers/images.ts';
import { selfHref } from '../../links.ts';
import { text } from '../../parameter.ts';
import { type Answer, encodedReply, type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { type ShapeOutput, shape } from '../../shape.ts';
import { always, since, stepped } from '../../stepped.ts';
import { volumeOfImage } from '../../volume/content.ts';
import { itemsOf } from '../../volume/views.ts';
import * as types from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';
import { begun, stateRefusal } from './begin.ts';
import { filesOf, filesRefusal } from './create/personality.ts';
import { newPassword } from './create/random-texts.ts';
import { unsupportedOf } from './create/unsupported.ts';
import { readServer } from './lookup.ts';
import { serverRenderer } from './rendering.ts';
import { certificates, hostname, personality } from './requests.ts';
import { changesOf } from './update.ts';
import { usableImage } from './usable-image.ts';
import { rebuiltView } from './views.ts';

/** The action rebuild. */
export const rebuildServer = shape('rebuild', {
  name: always(v.optional(types.name)),
  imageRef: always(types.uuid),
  adminPass: always(v.optional(types.adminPass)),
  metadata: always(v.optional(types.metadata)),
  preserve_ephemeral: always(v.optional(types.boolean)),
  'OS-DCF:diskConfig': always(v.optional(types.diskConfig)),
  accessIPv4: always(v.optional(types.ipv4)),
  accessIPv6: always(v.optional(types.ipv6)),
  personality,
  description: since('2.19', v.optional(types.description)),
  key_name: since('2.54', v.optional(v.nullable(text({ minLength: 1, maxLength: 255 })))),
  user_data: since('2.57', v.optional(v.nullable(types.userData))),
  trusted_image_certificates: since('2.63', certificates),
  hostname,
});

type Asked = ShapeOutput<typeof rebuildServer>['rebuild'];

/** Answers the action rebuild. */
export const rebuildAnswer = async (
  request: RequestContext & { readonly subject: Instance; readonly body: ShapeOutput<typeof rebuildServer> },
  services: ComputeServices,
): Promise<Answer> => {
  const { subject, version } = request;
  const { rebuild: asked } = request.body;
  const refused =
    unsupportedOf(asked, request, 'os_compute_api:servers:rebuild:trusted_certs') ??
    filesRefusal(asked.personality, request, services) ??
    stateRefusal(request, 'rebuild');
  if (refused !== null) return refused;
  const operation = await rebuildOf(asked, request, services);
  if ('kind' in operation) return operation;
  const notTaken = await begun(request, services, operation);
  if (notTaken !== null) return notTaken;
  const { reader } = services;
  const server = readServer(reader, subject.id);
  if (server === undefined) return refuse({ code: 'InstanceNotFound', instanceId: subject.id });
  // As it is when the rebuild begins; the rebuild itself may be at its end already.
  const shown: Instance = { ...server, vmState: subject.vmState, taskState: 'rebuilding', fault: null };
  const json = serverRenderer(rebuiltView.at(version), request, reader)(shown);
  const adminPass = JSON.stringify(operation.adminPassword);
  const headers = { Location: selfHref(request, 'servers', subject.id) };
  return encodedReply(`{"server":${json.slice(0, -1)},"adminPass":${adminPass}}}`, { headers });
};

const rebuildOf = async (
  asked: Asked,
  request: RequestContext & { readonly subject: Instance },
  { images, reader, quota, random }: ComputeServices,
): Promise<RebuildRequest | Refusal> => {
  const { caller, subject } = request;
  const keypair = keypairOf(asked, subject, reader);
  if (keypair !== undefined && keypair !== null && 'kind' in keypair) return keypair;
  const { metadata, user_data: userData } = asked;
  const { metadataItems: allowed } = limitsOfUser(reader, quota, caller.projectId ?? '', caller.userId);
  if (metadata !== undefined && allowed >= 0 && Object.keys(metadata).length > allowed)
    return refuse({ code: 'MetadataLimitExceeded', allowed });
  const found = await images.find(asked.imageRef, caller);
  if (found === null) return refuseWith(400, 'Cannot find image for rebuild');
  const made = subject.image === null ? ofVolume(found, request, reader) : ofImage(found, subject.image, request);
  if ('kind' in made) return made;
  const files = filesOf(asked.personality);
  return {
    operation: 'rebuild',
    ...made,
    ...(files.length === 0 ? {} : { files }),
    changes: changesOf(asked),
    ...(metadata === undefined ? {} : { metadata }),
    ...(keypair === undefined ? {} : { keypair }),
    ...(userData === undefined ? {} : { userData }),
    adminPassword: asked.adminPass ?? newPassword(random),
    preserveEphemeral: asked.preserve_ephemeral ?? false,
  };
};

type MadeOf = Pick<RebuildRequest, 'image' | 'reimage'>;

/** The root disk is made of another image. */
const ofImage = (
  found: Image,
  before: InstanceImage,
  request: RequestContext & { readonly subject: Instance },
): MadeOf | Refusal => {
  const { flavor } = request.subject;
  const image = usableImage(found, flavor, request);
  if ('kind' in image) return image;
  return changesTopology(flavor, before.properties, image.properties)
    ? refuseWith(
        400,
        "An instance's NUMA topology cannot be changed as part of a rebuild. The image provided is invalid for this instance.",
      )
    : { image };
};

/** From 2.93 on the volume that a server boots from is filled anew; before, it stayed as it was, and so did its image. */
const isReimaged = stepped(false, ['2.93', true]);

const ofVolume = (
  found: Image,
  { subject, version }: RequestContext & { readonly subject: Instance },
  reader: ComputeServices['reader'],
): MadeOf | Refusal => {
  const volumeId = subject.volumes?.find(({ bootIndex }) => bootIndex === 0)?.volumeId ?? '';
  const row = volumes.read(reader, volumeId);
  if (!isReimaged.at(version)) {
    const isSame = itemsOf(row?.imageMetadataJson ?? null)['image_id'] === found.id;
    const reason = 'Unable to rebuild with a different image for a volume-backed server.';
    return isSame ? { image: null } : refuse({ code: 'ImageUnacceptable', imageId: found.id, reason });
  }
  if (row === undefined) return refuse({ code: 'VolumeNotFound', volumeId });
  const made = volumeOfImage(found, row.sizeGib);
  if (!made.ok) return refuseWith(400, made.error.message);
  const { content, imageMetadataJson } = made.value;
  // What is made of an image is of that kind, and has its data.
  if (content.kind !== 'image' || imageMetadataJson === null) return refuseWith(500);
  return { image: null, reimage: { volumeId, content, imageMetadataJson } };
};

/** Undefined: the key stays as it is. Keys are of the server's owner, whoever asks. */
const keypairOf = (
  { key_name: name }: Asked,
  { userId }: Instance,
  reader: ComputeServices['reader'],
): RebuildRequest['keypair'] | Refusal => {
  if (name === undefined || name === null) return name;
  const found = keypairs.read(reader, keypairId(userId, name));
  if (found === undefined) return refuseWith(400, 'Invalid key_name provided.');
  return { name: found.name, publicKey: found.publicKey, type: found.type };
};
