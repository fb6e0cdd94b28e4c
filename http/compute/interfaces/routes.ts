import { emptyReply, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { serverById, serverByServerId } from '../servers/lookup.ts';
import type { ComputeServices } from '../services.ts';
import { addFixed, removeFixed, withGroup } from './addresses.ts';
import { attach, detach } from './attach.ts';
import { addFloating, removeFloating } from './floating.ts';
import {
  addFixedIp,
  addFloatingIp,
  addSecurityGroup,
  attachInterface,
  removeFixedIp,
  removeFloatingIp,
  removeSecurityGroup,
} from './requests.ts';
import { interfaceView } from './views.ts';

const route = routesFor<ComputeServices>();
const action = { method: 'POST', path: '/servers/{id}/action', success: 202, subject: serverById } as const;

/** Ports of a server that come and go, and what belongs to them: addresses and security groups. */
export const interfaceRoutes = [
  route({
    method: 'POST',
    path: '/servers/{server_id}/os-interface',
    policy: { rule: 'os_compute_api:os-attach-interfaces:create', target: 'subject' },
    body: attachInterface,
    success: 200,
    // What is wrong with the request as a whole, such as a port that is not there, is told with these by Nova here.
    statuses: { NetworkNotFound: 404, PortNotFound: 404, NetworkAmbiguous: 400, FixedIpInUse: 409 },
    subject: serverByServerId,
    handler: async (request, services) => {
      const server = request.subject;
      const port = await attach(request, services, request.body.interfaceAttachment ?? {});
      return 'kind' in port ? port : reply({ interfaceAttachment: interfaceView.at(request.version)(port, server) });
    },
  }),
  route({
    method: 'DELETE',
    path: '/servers/{server_id}/os-interface/{id}',
    policy: { rule: 'os_compute_api:os-attach-interfaces:delete', target: 'subject' },
    success: 202,
    subject: serverByServerId,
    handler: async (request, services) => (await detach(request, services, request.params.id)) ?? emptyReply(),
  }),
  route({
    ...action,
    action: 'addSecurityGroup',
    policy: { rule: 'os_compute_api:os-security-groups:add', target: 'subject' },
    body: addSecurityGroup,
    statuses: { SecurityGroupNotFound: 404 },
    handler: (request, services) =>
      withGroup(request, services, request.subject, 'add', request.body.addSecurityGroup.name),
  }),
  route({
    ...action,
    action: 'removeSecurityGroup',
    policy: { rule: 'os_compute_api:os-security-groups:remove', target: 'subject' },
    body: removeSecurityGroup,
    statuses: { SecurityGroupNotFound: 404 },
    handler: (request, services) =>
      withGroup(request, services, request.subject, 'remove', request.body.removeSecurityGroup.name),
  }),
  route({
    ...action,
    action: 'addFixedIp',
    until: '2.43',
    policy: { rule: 'os_compute_api:os-multinic:add', target: 'subject' },
    body: addFixedIp,
    handler: (request, services) => addFixed(request, services, request.subject, request.body.addFixedIp.networkId),
  }),
  route({
    ...action,
    action: 'removeFixedIp',
    until: '2.43',
    policy: { rule: 'os_compute_api:os-multinic:remove', target: 'subject' },
    body: removeFixedIp,
    handler: (request, services) => removeFixed(request, services, request.subject, request.body.removeFixedIp.address),
  }),
  route({
    ...action,
    action: 'addFloatingIp',
    until: '2.43',
    policy: { rule: 'os_compute_api:os-floating-ips:add', target: 'subject' },
    body: addFloatingIp,
    handler: (request, services) => addFloating(request, services, request.subject, request.body.addFloatingIp),
  }),
  route({
    ...action,
    action: 'removeFloatingIp',
    until: '2.43',
    policy: { rule: 'os_compute_api:os-floating-ips:remove', target: 'subject' },
    body: removeFloatingIp,
    handler: (request, services) =>
      removeFloating(request, services, request.subject, request.body.removeFloatingIp.address),
  }),
];
