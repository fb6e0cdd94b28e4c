import * as v from 'valibot';
import { hosts } from '../../../actors/host/row.ts';
import { guestHost, type Instance } from '../../../actors/instance/row.ts';
import { type Answer, emptyReply, refuseWith, reply } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { routesFor } from '../../route.ts';
import { type ShapeOutput, shape } from '../../shape.ts';
import { always, stepped, until } from '../../stepped.ts';
import * as types from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';
import { begun, stateRefusal } from './begin.ts';
import { newPassword } from './create/random-texts.ts';
import { serverById } from './lookup.ts';
import { movedBy, unknownHost } from './resize-routes.ts';

const route = routesFor<ComputeServices>();

/** The action evacuate. `force` passed by the scheduler from 2.29 to 2.67: here by its filters, and the host must have room. */
export const evacuateServer = shape('evacuate', {
  host: always(v.optional(types.fqdn)),
  onSharedStorage: until('2.13', types.boolean),
  adminPass: always(v.optional(types.adminPass)),
  force: stepped(undefined, ['2.29', v.optional(types.boolean)], ['2.68', undefined]),
});

/** Up to 2.13 the answer has the password. */
const tellsPassword = stepped(true, ['2.14', false]);

/** From 2.95 a server is off after its evacuation, so that its owner can look at it first. */
const endsStopped = stepped(false, ['2.95', true]);

type Evacuation = RequestContext & { readonly subject: Instance; readonly body: ShapeOutput<typeof evacuateServer> };

/**
 * Whether nothing runs on a host, as far as can be known: it does not answer; or, where the settings ask for that, somebody
 * has said so, having cut it off from power. A host that is merely cut off may still run its guests.
 */
const isDown = (name: string | null, { reader, evacuationNeedsForcedDown }: ComputeServices): boolean => {
  const host = name === null ? undefined : hosts.read(reader, name);
  return host?.state === 'down' && (evacuationNeedsForcedDown !== true || host.forcedDown === true);
};

const evacuateAnswer = async (request: Evacuation, services: ComputeServices): Promise<Answer> => {
  const { subject, version } = request;
  const { host = null, adminPass, force = false, onSharedStorage = false } = request.body.evacuate;
  if (force && host === null) return refuseWith(400, "Can't force to a non-provided destination");
  if (onSharedStorage && adminPass !== undefined)
    return refuseWith(400, "admin password can't be changed on existing disk");
  const unknown = host === null ? null : unknownHost(host, services, 404);
  if (unknown !== null) return unknown;
  if (host !== null && host === subject.host) return refuseWith(400, "The target host can't be the same one.");
  const refused = stateRefusal(request, 'evacuate');
  if (refused !== null) return refused;
  if (!isDown(guestHost(subject), services))
    return refuseWith(400, `Compute service of ${subject.host ?? ''} is still in use.`);
  const adminPassword = onSharedStorage ? null : (adminPass ?? newPassword(services.random));
  const notTaken = await begun(request, services, {
    operation: 'evacuate',
    host,
    ...(force ? { isHostForced: force } : {}),
    adminPassword,
    onSharedStorage,
    endsStopped: endsStopped.at(version),
    by: movedBy(request),
  });
  if (notTaken !== null) return notTaken;
  return tellsPassword.at(version) ? reply(adminPassword === null ? {} : { adminPass: adminPassword }) : emptyReply();
};

/** Servers away from a host that is down. */
export const serverEvacuateRoutes = [
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'evacuate',
    policy: { rule: 'os_compute_api:os-evacuate', target: 'subject' },
    body: evacuateServer,
    success: 200,
    subject: serverById,
    handler: evacuateAnswer,
  }),
];
