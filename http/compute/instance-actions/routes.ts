import type { Instance } from '../../../actors/instance/row.ts';
import { pageLinks, pageOf } from '../../paging.ts';
import { type Refusal, refuse, refuseWith, reply } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { type Found, routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import { findServer } from '../servers/lookup.ts';
import type { ComputeServices } from '../services.ts';
import { actionOfRequest, pageOfActions } from './reads.ts';
import { hasPages, listInstanceActions, showsDeleted, showsEventsToAll } from './requests.ts';
import { actionView, eventView } from './views.ts';

const route = routesFor<ComputeServices>();

const serverOf = (
  request: RequestContext & { readonly params: { readonly server_id: string } },
  { reader }: ComputeServices,
): Found<Instance> | Refusal =>
  findServer(reader, request.params.server_id, request, showsDeleted.at(request.version) ? 'too' : 'none');

/** What has been done to a server. */
export const instanceActionRoutes = [
  route({
    method: 'GET',
    path: '/servers/{server_id}/os-instance-actions',
    policy: { rule: 'os_compute_api:os-instance-actions:list', target: 'subject' },
    query: listInstanceActions,
    success: 200,
    subject: serverOf,
    handler: (request, { reader }) => {
      const { query, subject, version } = request;
      const [since = null, before = null] = [query['changes-since'], query['changes-before']];
      if (since !== null && before !== null && before < since)
        return refuseWith(400, 'The value of changes-since must be less than or equal to changes-before.');
      const page = pageOf(query);
      const actions = pageOfActions(reader, subject.id, page, { since, before });
      if (actions === null) return refuse({ code: 'MarkerNotFound', marker: (page.marker ?? '').slice(0, 255) });
      const ids = actions.map(({ requestId }) => requestId);
      const path = `servers/${subject.id}/os-instance-actions`;
      const links = hasPages.at(version) ? pageLinks(request, path, page, ids) : undefined;
      return reply({ instanceActions: actions.map(actionView.at(version)), links });
    },
  }),
  route({
    method: 'GET',
    path: '/servers/{server_id}/os-instance-actions/{id}',
    policy: { rule: 'os_compute_api:os-instance-actions:show', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverOf,
    handler: (request, { reader }) => {
      const { subject: server, version, params } = request;
      const action = actionOfRequest(reader, server.id, params.id);
      if (action === null)
        return refuse({ code: 'InstanceActionNotFound', instanceId: server.id, requestId: params.id.slice(0, 255) });
      const target = { project_id: server.projectId };
      const all = request.allows('os_compute_api:os-instance-actions:events', target);
      const details = request.allows('os_compute_api:os-instance-actions:events:details', target);
      const shown = actionView.at(version)(action);
      if (!all && !showsEventsToAll.at(version)) return reply({ instanceAction: shown });
      const view = eventView.at(version);
      const events = action.events.map((event) => view(event, server, { all, details }));
      return reply({ instanceAction: { ...shown, events } });
    },
  }),
];
