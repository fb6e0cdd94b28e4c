import * as v from 'valibot';
import { changesTopology } from '../../../actors/cell/client.ts';
import type { RebuildRequest } from '../../../actors/instance/protocol.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import { limitsOfUser } from '../../../actors/project/row.ts';
import { keypairId, keypairs } from '../../../actors/registry/row.ts';
import { selfHref } from '../../links.ts';
import { text } from '../../parameter.ts';
import { type Answer, encodedReply, type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { type ShapeOutput, shape } from '../../shape.ts';
import { always, since } from '../../stepped.ts';
import * as types from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';
import { begun, stateRefusal } from './begin.ts';
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
    unsupportedOf(asked, request, 'os_compute_api:servers:rebuild:trusted_certs') ?? stateRefusal(request, 'rebuild');
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
  if (subject.image === null) return refuseWith(400, 'Volume-backed servers cannot be rebuilt.');
  const keypair = keypairOf(asked, subject, reader);
  if (keypair !== undefined && keypair !== null && 'kind' in keypair) return keypair;
  const { metadata, user_data: userData } = asked;
  const { metadataItems: allowed } = limitsOfUser(reader, quota, caller.projectId ?? '', caller.userId);
  if (metadata !== undefined && allowed >= 0 && Object.keys(metadata).length > allowed)
    return refuse({ code: 'MetadataLimitExceeded', allowed });
  const found = await images.find(asked.imageRef, caller);
  if (found === null) return refuseWith(400, 'Cannot find image for rebuild');
  const image = usableImage(found, subject.flavor, request);
  if ('kind' in image) return image;
  if (changesTopology(subject.flavor, subject.image.properties, image.properties))
    return refuseWith(
      400,
      "An instance's NUMA topology cannot be changed as part of a rebuild. The image provided is invalid for this instance.",
    );
  return {
    operation: 'rebuild',
    image,
    changes: changesOf(asked),
    ...(metadata === undefined ? {} : { metadata }),
    ...(keypair === undefined ? {} : { keypair }),
    ...(userData === undefined ? {} : { userData }),
    adminPassword: asked.adminPass ?? newPassword(random),
    preserveEphemeral: asked.preserve_ephemeral ?? false,
  };
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
