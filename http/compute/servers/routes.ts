import { triggerCrashDump } from '../../../actors/instance/client.ts';
import { emptyReply, encodedReply, refuse, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';
import { beginAnswer } from './begin.ts';
import { createImageAnswer, createImageOfServer } from './capture.ts';
import { consoleAnswer } from './console-output.ts';
import { createAnswer } from './create/answer.ts';
import { deleteAnswer } from './deletion.ts';
import { briefDownJson, detailDownJson, isDown, serverOrDown, shownDown } from './down-cells.ts';
import { listAnswer } from './list.ts';
import { listServers } from './list-query.ts';
import { requesterOf, serverById } from './lookup.ts';
import { rebuildAnswer, rebuildServer } from './rebuild.ts';
import { serverAnswer, serverRenderer } from './rendering.ts';
import {
  crashDumpOfServer,
  createServer,
  getConsoleOutput,
  pauseServer,
  rebootServer,
  resumeServer,
  startServer,
  stopServer,
  suspendServer,
  unpauseServer,
  updateServer,
} from './requests.ts';
import { updateAnswer } from './update.ts';
import { briefJson, detailView, showView } from './views.ts';

const route = routesFor<ComputeServices>();

/** Servers, and the actions on them. */
export const serverRoutes = [
  route({
    method: 'GET',
    path: '/servers',
    policy: { rule: 'os_compute_api:servers:index', target: 'own' },
    query: listServers,
    success: 200,
    handler: (request, services) =>
      listAnswer(request, services, {
        path: 'servers',
        allTenantsRule: 'os_compute_api:servers:index:get_all_tenants',
        render: (server) => briefJson(server, request),
        renderDown: briefDownJson,
      }),
  }),
  route({
    method: 'GET',
    path: '/servers/detail',
    policy: { rule: 'os_compute_api:servers:detail', target: 'own' },
    query: listServers,
    success: 200,
    handler: (request, services) =>
      listAnswer(request, services, {
        path: 'servers/detail',
        allTenantsRule: 'os_compute_api:servers:detail:get_all_tenants',
        render: serverRenderer(detailView.at(request.version), request, services.reader),
        renderDown: detailDownJson,
      }),
  }),
  route({
    method: 'POST',
    path: '/servers',
    policy: { rule: 'os_compute_api:servers:create', target: 'own' },
    body: createServer,
    success: 202,
    handler: createAnswer,
  }),
  route({
    method: 'GET',
    path: '/servers/{id}',
    policy: { rule: 'os_compute_api:servers:show', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverOrDown,
    handler: (request, { reader }) => {
      const { subject, version } = request;
      if (isDown(subject)) return reply(shownDown(subject, request));
      return encodedReply(serverAnswer(showView.at(version), request, reader, subject));
    },
  }),
  route({
    method: 'PUT',
    path: '/servers/{id}',
    policy: { rule: 'os_compute_api:servers:update', target: 'subject' },
    body: updateServer,
    success: 200,
    subject: serverById,
    handler: updateAnswer,
  }),
  route({
    method: 'DELETE',
    path: '/servers/{id}',
    policy: { rule: 'os_compute_api:servers:delete', target: 'subject' },
    success: 204,
    subject: serverById,
    handler: deleteAnswer,
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'os-start',
    policy: { rule: 'os_compute_api:servers:start', target: 'subject' },
    body: startServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => beginAnswer(request, services, { operation: 'start' }),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'os-stop',
    policy: { rule: 'os_compute_api:servers:stop', target: 'subject' },
    body: stopServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => beginAnswer(request, services, { operation: 'stop' }),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'reboot',
    policy: { rule: 'os_compute_api:servers:reboot', target: 'subject' },
    body: rebootServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => {
      const isHard = request.body.reboot.type.toUpperCase() === 'HARD';
      const hardAfterMs = services.overdue?.rebootMs ?? null;
      return beginAnswer(
        request,
        services,
        isHard ? { operation: 'hardReboot' } : { operation: 'softReboot', hardAfterMs },
      );
    },
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'rebuild',
    policy: { rule: 'os_compute_api:servers:rebuild', target: 'subject' },
    body: rebuildServer,
    success: 202,
    subject: serverById,
    handler: rebuildAnswer,
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'createImage',
    policy: { rule: 'os_compute_api:servers:create_image', target: 'subject' },
    body: createImageOfServer,
    success: 202,
    subject: serverById,
    handler: createImageAnswer,
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'trigger_crash_dump',
    from: '2.17',
    policy: { rule: 'os_compute_api:servers:trigger_crash_dump', target: 'subject' },
    body: crashDumpOfServer,
    success: 202,
    subject: serverById,
    handler: async (request, { system }) => {
      const taken = await triggerCrashDump(system, request.subject.id, requesterOf(request));
      return taken.ok ? emptyReply() : refuse(taken.error);
    },
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'pause',
    policy: { rule: 'os_compute_api:os-pause-server:pause', target: 'subject' },
    body: pauseServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => beginAnswer(request, services, { operation: 'pause' }),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'unpause',
    policy: { rule: 'os_compute_api:os-pause-server:unpause', target: 'subject' },
    body: unpauseServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => beginAnswer(request, services, { operation: 'unpause' }),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'suspend',
    policy: { rule: 'os_compute_api:os-suspend-server:suspend', target: 'subject' },
    body: suspendServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => beginAnswer(request, services, { operation: 'suspend' }),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'resume',
    policy: { rule: 'os_compute_api:os-suspend-server:resume', target: 'subject' },
    body: resumeServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => beginAnswer(request, services, { operation: 'resume' }),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'os-getConsoleOutput',
    policy: { rule: 'os_compute_api:os-console-output', target: 'subject' },
    body: getConsoleOutput,
    success: 200,
    subject: serverById,
    handler: (request, services) =>
      consoleAnswer(request.subject, request.body['os-getConsoleOutput'].length ?? null, services),
  }),
];
