import { beginOperation } from '../../../actors/instance/client.ts';
import type { UserOperation } from '../../../actors/instance/protocol.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import { type Answer, emptyReply, encodedReply, refuse } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';
import { consoleAnswer } from './console-output.ts';
import { createAnswer } from './create/answer.ts';
import { listAnswer } from './list.ts';
import { listServers } from './list-query.ts';
import { requesterOf, serverById } from './lookup.ts';
import { serverRenderer } from './rendering.ts';
import { createServer, getConsoleOutput, rebootServer, startServer, stopServer, updateServer } from './requests.ts';
import { updateAnswer } from './update.ts';
import { briefJson, detailView, showView } from './views.ts';

const route = routesFor<ComputeServices>();

const begin = async (
  request: RequestContext & { readonly subject: Instance },
  { system }: ComputeServices,
  operation: UserOperation,
): Promise<Answer> => {
  const taken = await beginOperation(system, request.subject.id, operation, requesterOf(request));
  return taken.ok ? emptyReply() : refuse(taken.error);
};

/** Servers, and the actions on them. */
export const serverRoutes = [
  route({
    method: 'GET',
    path: '/servers',
    policy: { rule: 'os_compute_api:servers:index', target: 'own' },
    query: listServers,
    success: 200,
    handler: (request, { reader }) =>
      listAnswer(request, reader, {
        path: 'servers',
        allTenantsRule: 'os_compute_api:servers:index:get_all_tenants',
        render: (server) => briefJson(server, request),
      }),
  }),
  route({
    method: 'GET',
    path: '/servers/detail',
    policy: { rule: 'os_compute_api:servers:detail', target: 'own' },
    query: listServers,
    success: 200,
    handler: (request, { reader }) =>
      listAnswer(request, reader, {
        path: 'servers/detail',
        allTenantsRule: 'os_compute_api:servers:detail:get_all_tenants',
        render: serverRenderer(detailView.at(request.version), request, reader),
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
    subject: serverById,
    handler: (request, { reader }) => {
      const render = serverRenderer(showView.at(request.version), request, reader);
      return encodedReply(`{"server":${render(request.subject)}}`);
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
    handler: (request, services) => begin(request, services, 'delete'),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'os-start',
    policy: { rule: 'os_compute_api:servers:start', target: 'subject' },
    body: startServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => begin(request, services, 'start'),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'os-stop',
    policy: { rule: 'os_compute_api:servers:stop', target: 'subject' },
    body: stopServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => begin(request, services, 'stop'),
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
      return begin(request, services, isHard ? 'hardReboot' : 'softReboot');
    },
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
