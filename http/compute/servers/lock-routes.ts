import { lockInstance } from '../../../actors/instance/client.ts';
import type { LockChange } from '../../../actors/instance/protocol.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import { type Answer, emptyReply, refuse } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import type { ComputeServices } from '../services.ts';
import { lockServer, unlockServer } from './annotation-requests.ts';
import { requesterOf, serverById } from './lookup.ts';

const route = routesFor<ComputeServices>();

const change = async ({ system }: ComputeServices, server: Instance, message: LockChange): Promise<Answer> => {
  const changed = await lockInstance(system, server.id, message);
  return changed.ok ? emptyReply() : refuse(changed.error);
};

/** A lock keeps users from acting on a server, until it is taken away. */
export const serverLockRoutes = [
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'lock',
    policy: { rule: 'os_compute_api:os-lock-server:lock', target: 'subject' },
    body: lockServer,
    success: 202,
    subject: serverById,
    handler: (request, services) =>
      change(services, request.subject, {
        type: 'lock',
        reason: request.body.lock,
        requester: requesterOf(request),
      }),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'unlock',
    policy: { rule: 'os_compute_api:os-lock-server:unlock', target: 'subject' },
    body: unlockServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => {
      const { subject: server, caller } = request;
      const isOwner = caller.projectId === server.projectId;
      const lockedBy = server.lockedBy ?? null;
      if (lockedBy !== null && lockedBy !== (isOwner ? 'owner' : 'admin')) {
        const target = { project_id: server.projectId };
        const refusal = request.refusalOf('os_compute_api:os-lock-server:unlock:unlock_override', target);
        if (refusal !== null) return refusal;
      }
      return change(services, server, { type: 'unlock', requester: requesterOf(request) });
    },
  }),
];
