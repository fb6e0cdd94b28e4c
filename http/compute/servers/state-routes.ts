import { hosts } from '../../../actors/host/row.ts';
import { checkRefusal, hasGuestAgent, resetInstanceState } from '../../../actors/instance/client.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import { anything, choice } from '../../parameter.ts';
import { type Answer, emptyReply, type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { routesFor } from '../../route.ts';
import { shape, wrapped } from '../../shape.ts';
import { always } from '../../stepped.ts';
import * as types from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';
import { beginAnswer, stateRefusal } from './begin.ts';
import { createBackupAnswer, createBackupOfServer } from './capture.ts';
import { requesterOf, serverById } from './lookup.ts';

const route = routesFor<ComputeServices>();

/** The action os-resetState. */
export const resetServerState = shape('os-resetState', { state: always(choice(['active', 'error'])) });
/** The action forceDelete. */
export const forceDeleteServer = wrapped('forceDelete', always(anything));
/** The action restore. */
export const restoreServer = wrapped('restore', always(anything));
/** The action changePassword. */
export const changePassword = shape('changePassword', { adminPass: always(types.adminPass) });
/** The action injectNetworkInfo. */
export const injectNetworkInfo = wrapped('injectNetworkInfo', always(anything));

/** The driver whose guests can all be spoken to from outside. */
const WITH_AGENT = 'sim';

/** Whether somebody in the guest can be told its password: always at that driver, else where its image says so. */
const hasAgent = (server: Instance, { reader }: ComputeServices): boolean =>
  hasGuestAgent(server) ||
  (server.host !== null && hosts.read(reader, server.host)?.inventory?.hypervisorType === WITH_AGENT);

const checked = (
  { subject, caller }: RequestContext & { readonly subject: Instance },
  check: Parameters<typeof checkRefusal>[1],
): Refusal | null => {
  const error = checkRefusal(subject, check, caller.isAdmin);
  return error === null ? null : refuse(error);
};

/** Actions that Nova has beside those of its servers' controller. */
export const serverStateRoutes = [
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'os-resetState',
    policy: { rule: 'os_compute_api:os-admin-actions:reset_state', target: 'subject' },
    body: resetServerState,
    success: 202,
    subject: serverById,
    handler: async (request, { system }): Promise<Answer> => {
      const { state } = request.body['os-resetState'];
      const reset = await resetInstanceState(system, request.subject.id, state, requesterOf(request));
      return reset.ok ? emptyReply() : refuse(reset.error);
    },
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'forceDelete',
    policy: { rule: 'os_compute_api:os-deferred-delete:force', target: 'subject' },
    body: forceDeleteServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => beginAnswer(request, services, { operation: 'delete' }),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'restore',
    policy: { rule: 'os_compute_api:os-deferred-delete:restore', target: 'subject' },
    body: restoreServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => beginAnswer(request, services, { operation: 'restore' }),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'createBackup',
    policy: { rule: 'os_compute_api:os-create-backup', target: 'subject' },
    body: createBackupOfServer,
    success: 202,
    subject: serverById,
    handler: createBackupAnswer,
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'changePassword',
    policy: { rule: 'os_compute_api:os-admin-password', target: 'subject' },
    body: changePassword,
    success: 202,
    subject: serverById,
    handler: (request, services) => {
      const { subject: server, body } = request;
      const illegal = stateRefusal(request, 'changePassword');
      if (illegal !== null) return illegal;
      if (!hasAgent(server, services)) return refuseWith(409, 'Guest agent is not enabled for the instance');
      const adminPassword = body.changePassword.adminPass;
      return beginAnswer(request, services, { operation: 'changePassword', adminPassword });
    },
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'injectNetworkInfo',
    policy: { rule: 'os_compute_api:os-admin-actions:inject_network_info', target: 'subject' },
    body: injectNetworkInfo,
    success: 202,
    subject: serverById,
    // As with Nova's drivers of today nothing is injected: guests read their config drive.
    handler: (request) => checked(request, 'injectNetworkInfo') ?? emptyReply(),
  }),
];
