import * as v from 'valibot';
import { hosts } from '../../../actors/host/row.ts';
import type { UnshelveRequest } from '../../../actors/instance/protocol.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import { anything, text, textOrNull } from '../../parameter.ts';
import { type Answer, type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { routesFor } from '../../route.ts';
import { object, wrapped } from '../../shape.ts';
import { always, since, stepped } from '../../stepped.ts';
import * as types from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';
import { beginAnswer, stateRefusal } from './begin.ts';
import { serverById } from './lookup.ts';
import { hostElsewhere } from './resize-routes.ts';

const route = routesFor<ComputeServices>();

export const shelveServer = wrapped('shelve', always(anything));
export const offloadServer = wrapped('shelveOffload', always(anything));

const placed = object({
  availability_zone: stepped<v.GenericSchema<unknown, string | null | undefined>>(types.name, [
    '2.91',
    v.optional(textOrNull()),
  ]),
  host: since('2.91', v.optional(text())),
});

/** The action unshelve: up to 2.76 its value does not matter. */
export const unshelveServer = wrapped(
  'unshelve',
  stepped<v.GenericSchema<unknown, unknown>>(
    anything,
    ['2.77', v.nullable(placed.at('2.77'))],
    ['2.91', v.nullable(placed.at('2.91'))],
  ),
);

/** From 2.77 one can say where a server is to come back. */
const takesPlace = stepped(false, ['2.77', true]);

type AboutServer = RequestContext & { readonly subject: Instance };

const textOf = (asked: object, name: string): string | null | undefined => {
  const value: unknown = Object.entries(asked).find(([key]) => key === name)?.[1];
  return typeof value === 'string' || value === null ? value : undefined;
};

const unshelveAnswer = async (request: AboutServer, services: ComputeServices, asked: unknown): Promise<Answer> => {
  const place = takesPlace.at(request.version) && typeof asked === 'object' && asked !== null ? asked : {};
  const zone = textOf(place, 'availability_zone');
  const host = textOf(place, 'host') ?? null;
  if (host !== null) {
    const { projectId: project_id, userId: user_id } = request.subject;
    const refused = request.refusalOf('os_compute_api:os-shelve:unshelve_to_host', { project_id, user_id });
    if (refused !== null) return refused;
  }
  const refused = stateRefusal(request, 'unshelve') ?? placeRefusal(request, services, zone, host);
  if (refused !== null) return refused;
  const operation: UnshelveRequest = { operation: 'unshelve', host, ...(zone === undefined ? {} : { zone }) };
  return beginAnswer(request, services, operation);
};

/** Why a server cannot come back there, in Nova's words (`unshelve` of nova/compute/api.py); null: it can. */
const placeRefusal = (
  { subject }: AboutServer,
  services: ComputeServices,
  zone: string | null | undefined,
  host: string | null,
): Refusal | null => {
  if (zone === undefined && host === null) return null;
  if (subject.vmState !== 'shelved_offloaded') {
    const message =
      `Specifying an availability zone or a host when unshelving server "${subject.id}" with status ` +
      `"${subject.vmState}" is not supported. The server status must be SHELVED_OFFLOADED.`;
    return refuseWith(409, message);
  }
  const all = [...hosts.scan(services.reader)];
  if (typeof zone === 'string' && !all.some((one) => one.zone === zone))
    return refuse({ code: 'AvailabilityZoneNotFound', name: zone });
  const unknown = host === null ? null : hostElsewhere(host, subject, services);
  if (unknown !== null || host === null) return unknown;
  const wanted = zone === undefined ? subject.requestedZone : zone;
  const isInZone = wanted === null || all.some((one) => one.name === host && one.zone === wanted);
  return isInZone ? null : refuseWith(409, `Host "${host}" is not in the availability zone "${wanted}".`);
};

/** Servers into images, and back. */
export const serverShelveRoutes = [
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'shelve',
    policy: { rule: 'os_compute_api:os-shelve:shelve', target: 'subject' },
    body: shelveServer,
    success: 202,
    subject: serverById,
    handler: (request, services) =>
      beginAnswer(request, services, {
        operation: 'shelve',
        imageId: services.random.uuid(),
        name: `${request.subject.name}-shelved`,
        offloadAfterMs: services.shelvedOffloadMs,
      }),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'shelveOffload',
    policy: { rule: 'os_compute_api:os-shelve:shelve_offload', target: 'subject' },
    body: offloadServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => beginAnswer(request, services, { operation: 'shelveOffload' }),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'unshelve',
    policy: { rule: 'os_compute_api:os-shelve:unshelve', target: 'subject' },
    body: unshelveServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => unshelveAnswer(request, services, request.body.unshelve),
  }),
];
