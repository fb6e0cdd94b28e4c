import * as v from 'valibot';
import { isRescuable, isStableRescue } from '../../../actors/instance/client.ts';
import type { Instance, InstanceImage } from '../../../actors/instance/row.ts';
import { anything } from '../../parameter.ts';
import { type Answer, type Refusal, refuseWith, reply } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { routesFor } from '../../route.ts';
import { object, type ShapeOutput, wrapped } from '../../shape.ts';
import { always, mapSteps, stepped } from '../../stepped.ts';
import * as types from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';
import { beginAnswer, begun, stateRefusal } from './begin.ts';
import { newPassword } from './create/random-texts.ts';
import { serverById } from './lookup.ts';
import { instanceImage } from './usable-image.ts';

const route = routesFor<ComputeServices>();

const rescue = object({
  adminPass: always(v.optional(types.adminPass)),
  rescue_image_ref: always(v.optional(types.uuid)),
});

/** The action rescue; null stands for what the cloud chooses. */
export const rescueServer = wrapped(
  'rescue',
  mapSteps(rescue, (asked) => v.nullable(asked)),
);

/** The action unrescue. */
export const unrescueServer = wrapped('unrescue', always(anything));

const rescueAnswer = async (
  request: RequestContext & { readonly subject: Instance; readonly body: ShapeOutput<typeof rescueServer> },
  services: ComputeServices,
): Promise<Answer> => {
  const refused = stateRefusal(request, 'rescue');
  if (refused !== null) return refused;
  const { adminPass, rescue_image_ref: imageId } = request.body.rescue ?? {};
  const image = await rescueImage(imageId, request, services);
  if ('kind' in image) return image;
  const adminPassword = adminPass ?? newPassword(services.random);
  const unrescueAfterMs = services.overdue?.rescueMs ?? null;
  const notTaken = await begun(request, services, { operation: 'rescue', image, adminPassword, unrescueAfterMs });
  return notTaken ?? reply({ adminPass: adminPassword });
};

/** From 2.87 on what boots from a volume can be rescued, with an image that is made for it. */
const volumeBackedToo = stepped(false, ['2.87', true]);

/** What the server is to boot from: what was asked for, else the image that it was made of. */
const rescueImage = async (
  imageId: string | undefined,
  { subject, caller, version }: RequestContext & { readonly subject: Instance },
  { images }: ComputeServices,
): Promise<InstanceImage | Refusal> => {
  const notRescuable = (): Refusal =>
    refuseWith(400, `Instance ${subject.id} cannot be rescued: Cannot rescue a volume-backed instance`);
  if (subject.image === null && !volumeBackedToo.at(version)) return notRescuable();
  if (imageId === undefined) return subject.image ?? notRescuable();
  const found = await images.find(imageId, caller);
  if (subject.image === null && found !== null && !isStableRescue(found.properties)) return notRescuable();
  const image = found?.status === 'active' ? instanceImage(found) : null;
  return image === null || 'kind' in image || !isRescuable(image.properties)
    ? refuseWith(400, `Requested rescue image '${imageId}' is not supported`)
    : image;
};

/** Into another system and back. */
export const serverRescueRoutes = [
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'rescue',
    policy: { rule: 'os_compute_api:os-rescue', target: 'subject' },
    body: rescueServer,
    success: 200,
    subject: serverById,
    handler: rescueAnswer,
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'unrescue',
    policy: { rule: 'os_compute_api:os-unrescue', target: 'subject' },
    body: unrescueServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => beginAnswer(request, services, { operation: 'unrescue' }),
  }),
];
