import * as v from 'valibot';
import { cellOfHost } from '../../../actors/cell-mapping/row.ts';
import { hosts } from '../../../actors/host/row.ts';
import type { Instance, InstanceFlavor } from '../../../actors/instance/row.ts';
import type { Image } from '../../../drivers/images.ts';
import { anything, textOrNull } from '../../parameter.ts';
import { type Answer, type Refusal, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { routesFor } from '../../route.ts';
import { object, type ShapeOutput, shape, wrapped } from '../../shape.ts';
import { always, mapSteps, stepped } from '../../stepped.ts';
import * as types from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';
import { beginAnswer, stateRefusal } from './begin.ts';
import { flavorChoice } from './create/flavor-choice.ts';
import { requesterOf, serverById } from './lookup.ts';
import { aliasRefusal, usableImage } from './usable-image.ts';

const route = routesFor<ComputeServices>();

/** The action resize. */
export const resizeServer = shape('resize', {
  flavorRef: always(types.flavorRef),
  'OS-DCF:diskConfig': always(v.optional(types.diskConfig)),
});

export const confirmResize = wrapped('confirmResize', always(anything));
export const revertResize = wrapped('revertResize', always(anything));

/** A host in a request, or null for any. */
export const hostOrNull = textOrNull({ pattern: '^[a-zA-Z0-9-._]*$', minLength: 1, maxLength: 255 });

const migrateTo = mapSteps(object({ host: always(v.optional(hostOrNull)) }), (asked) => v.nullable(asked));

/** The action migrate: up to 2.55 its value does not matter. */
const migrateServer = wrapped('migrate', stepped(anything, ['2.56', migrateTo.at('2.56')]));

/** Up to 2.55 the value of the action migrate is not looked at. */
const takesHost = stepped(false, ['2.56', true]);

type AboutServer = RequestContext & { readonly subject: Instance };

/** Why the host of a server cannot do anything now, or null. Nova: `check_instance_host(check_is_up=True)`. */
const hostRefusal = ({ subject }: AboutServer, { reader }: ComputeServices): Refusal | null => {
  const host = subject.host === null ? undefined : hosts.read(reader, subject.host);
  return host?.state === 'down' ? refuseWith(409, 'Service is unavailable at this time.') : null;
};

/** Who asks, as it is recorded with a move. */
export const movedBy = (request: RequestContext): { readonly userId: string; readonly projectId: string } => {
  const { userId, projectId } = requesterOf(request);
  return { userId, projectId };
};

const resizeAnswer = async (
  request: AboutServer & { readonly body: ShapeOutput<typeof resizeServer> },
  services: ComputeServices,
): Promise<Answer> => {
  const refused = stateRefusal(request, 'resize') ?? hostRefusal(request, services);
  if (refused !== null) return refused;
  const { flavorRef, 'OS-DCF:diskConfig': diskConfig } = request.body.resize;
  const flavor = await resizeFlavor(flavorRef, request, services);
  if ('kind' in flavor) return flavor;
  return beginAnswer(request, services, {
    operation: 'resize',
    flavor,
    diskConfig: diskConfig ?? null,
    staysAllowed: services.resizeToSameHost,
    confirmWindowMs: services.resizeConfirmWindowMs,
    by: movedBy(request),
  });
};

/** The flavor of a resize, checked in Nova's order (`resize` of nova/compute/api.py). */
const resizeFlavor = async (
  flavorRef: string,
  request: AboutServer,
  services: ComputeServices,
): Promise<InstanceFlavor | Refusal> => {
  const { subject, caller } = request;
  const flavor = flavorChoice(services.reader, flavorRef, caller);
  if ('kind' in flavor) return refuseWith(400, `Flavor ${flavorRef.slice(0, 255)} could not be found.`);
  if (flavor.rootGib === 0 && subject.flavor.rootGib > 0 && subject.image !== null) {
    const reason = 'Resize to zero disk flavor is not allowed.';
    return refuseWith(400, `Server disk was unable to be resized because: ${reason}`);
  }
  if (flavor.flavorId === subject.flavor.flavorId)
    return refuseWith(400, 'When resizing, instances must change flavor!');
  const unknown = aliasRefusal(flavor, services);
  if (unknown !== null) return unknown;
  const image = subject.image === null ? null : await services.images.find(subject.image.imageId, caller);
  // The image may be gone: what the server was made of is on its disk.
  return image === null ? flavor : (imageRefusal(image, flavor, request) ?? flavor);
};

const imageRefusal = (image: Image, flavor: InstanceFlavor, request: RequestContext): Refusal | null => {
  const usable = image.status === 'active' ? usableImage(image, flavor, request) : null;
  return usable !== null && 'kind' in usable ? usable : null;
};

const migrateAnswer = async (request: AboutServer, services: ComputeServices, host: string | null): Promise<Answer> => {
  const { subject } = request;
  if (host !== null) {
    const target = { project_id: subject.projectId };
    const refused = request.refusalOf('os_compute_api:os-migrate-server:migrate:host', target);
    if (refused !== null) return refused;
  }
  const refused = stateRefusal(request, 'migrate') ?? hostRefusal(request, services);
  if (refused !== null) return refused;
  if (host !== null && host === subject.host)
    return refuseWith(400, 'Cannot migrate to the host where the server exists.');
  const unknown = host === null ? null : hostElsewhere(host, subject, services);
  if (unknown !== null) return unknown;
  const { resizeConfirmWindowMs: confirmWindowMs } = services;
  return beginAnswer(request, services, { operation: 'migrate', host, confirmWindowMs, by: movedBy(request) });
};

/** Refuses a host that is not known. */
export const unknownHost = (host: string, { reader }: ComputeServices, status = 400): Refusal | null =>
  hosts.read(reader, host) === undefined ? refuseWith(status, `Compute host ${host} could not be found.`) : null;

/** Refuses a host that is not known in the cell of the server, which it does not leave. Nova looks for the node there, too. */
export const hostElsewhere = (host: string, { cell }: Instance, services: ComputeServices): Refusal | null => {
  const isThere = cellOfHost(services.reader, host) === cell;
  return isThere ? unknownHost(host, services) : refuseWith(400, `Compute host ${host} could not be found.`);
};

const hostOf = (asked: unknown): string | null =>
  typeof asked === 'object' && asked !== null && 'host' in asked && typeof asked.host === 'string' ? asked.host : null;

/** Servers to another size or another host, and back. */
export const serverResizeRoutes = [
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'resize',
    policy: { rule: 'os_compute_api:servers:resize', target: 'subject' },
    body: resizeServer,
    success: 202,
    subject: serverById,
    handler: resizeAnswer,
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'confirmResize',
    policy: { rule: 'os_compute_api:servers:confirm_resize', target: 'subject' },
    body: confirmResize,
    success: 204,
    subject: serverById,
    handler: (request, services) => beginAnswer(request, services, { operation: 'confirmResize' }),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'revertResize',
    policy: { rule: 'os_compute_api:servers:revert_resize', target: 'subject' },
    body: revertResize,
    success: 202,
    subject: serverById,
    handler: (request, services) => beginAnswer(request, services, { operation: 'revertResize' }),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'migrate',
    policy: { rule: 'os_compute_api:os-migrate-server:migrate', target: 'subject' },
    body: migrateServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => {
      const asked = takesHost.at(request.version) ? hostOf(request.body.migrate) : null;
      return migrateAnswer(request, services, asked);
    },
  }),
];
