import { refuse, refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { stepped } from '../../stepped.ts';
import { interfaceView } from '../interfaces/views.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';
import { diagnosticsView, driverDiagnostics } from './diagnostics.ts';
import { serverByServerId } from './lookup.ts';
import { topologyView } from './topology.ts';

const route = routesFor<ComputeServices>();

const diagnosticsAt = stepped(driverDiagnostics, ['2.48', diagnosticsView]);

/** What a server is made of, beside its own fields. */
export const serverInspectionRoutes = [
  route({
    method: 'GET',
    path: '/servers/{server_id}/os-interface',
    policy: { rule: 'os_compute_api:os-attach-interfaces:list', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: ({ subject: server, version }) => {
      const show = interfaceView.at(version);
      return reply({ interfaceAttachments: server.ports.map((port) => show(port, server)) });
    },
  }),
  route({
    method: 'GET',
    path: '/servers/{server_id}/os-interface/{id}',
    policy: { rule: 'os_compute_api:os-attach-interfaces:show', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: ({ subject: server, params, version }) => {
      const port = server.ports.find(({ portId }) => portId === params.id);
      return port === undefined
        ? refuseWith(404, `Instance ${server.id} does not have a port with id ${params.id.slice(0, 255)}`)
        : reply({ interfaceAttachment: interfaceView.at(version)(port, server) });
    },
  }),
  route({
    method: 'GET',
    path: '/servers/{server_id}/diagnostics',
    policy: { rule: 'os_compute_api:os-server-diagnostics', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: ({ subject: server, version }, { reader }) =>
      server.host === null
        ? refuse({ code: 'InstanceNotReady', instanceId: server.id })
        : reply(diagnosticsAt.at(version)(server, reader)),
  }),
  route({
    method: 'GET',
    path: '/servers/{server_id}/topology',
    from: '2.78',
    policy: { rule: 'compute:server:topology:index', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: (request, { reader }) => {
      const { id, projectId, userId } = request.subject;
      const target = { project_id: projectId, user_id: userId };
      const withHost = request.allows('compute:server:topology:host:index', target);
      return reply(topologyView(reader, id, withHost));
    },
  }),
];
