import * as v from 'valibot';
import * as types from '../../http/compute/parameter-types.ts';
import { anything, choice, list, parameter, text } from '../../http/parameter.ts';
import { refuse, refuseWith, reply } from '../../http/reply.ts';
import { routesFor } from '../../http/route.ts';
import { object, query, repeated, shape, wrapped } from '../../http/shape.ts';
import { always, stepped } from '../../http/stepped.ts';

const route = routesFor<null>();

const flavorBody = shape('flavor', {
  name: always(types.name),
  id: always(v.optional(text())),
  ram: always(types.integerBetween(1)),
  vcpus: always(types.integerBetween(1)),
  disk: always(types.integerBetween(0)),
});

const serverBody = shape('server', {
  name: always(types.name),
  imageRef: always(v.optional(types.imageIdOrEmpty)),
  flavorRef: always(types.flavorRef),
  metadata: always(v.optional(types.metadata)),
});

const limit = parameter({ type: ['integer', 'string'], pattern: '^[0-9]*$', minimum: 0, minLength: 1 }, Number);

const gone = (path: string) =>
  route({ method: 'GET', path, policy: null, success: 200, handler: () => refuseWith(410) });

/** Stubs with the shapes of the routes that the recorded answers of Nova are about. */
export const stubRoutes = [
  route({
    method: 'GET',
    path: '/flavors',
    policy: null,
    query: query(
      { limit: always(repeated(limit)), marker: always(repeated(text())) },
      { unknown: stepped('drop', ['2.75', 'refuse']) },
    ),
    success: 200,
    handler: (request) => reply({ flavors: [], limit: request.query.limit ?? null }),
  }),
  route({
    method: 'POST',
    path: '/flavors',
    policy: { rule: 'os_compute_api:os-flavor-manage:create', target: 'none' },
    body: flavorBody,
    success: 200,
    handler: (request) => reply(request.body),
  }),
  route({
    method: 'POST',
    path: '/os-aggregates',
    policy: { rule: 'os_compute_api:os-aggregates:create', target: 'none' },
    body: shape('aggregate', { name: always(types.name) }),
    success: 200,
    handler: (request) => reply(request.body),
  }),
  route({
    method: 'POST',
    path: '/os-server-groups',
    policy: { rule: 'os_compute_api:os-server-groups:create', target: 'own' },
    body: shape('server_group', {
      name: always(types.name),
      policies: always(list(choice(['anti-affinity', 'affinity']))),
    }),
    success: 200,
    handler: (request) => reply(request.body),
  }),
  route({ method: 'GET', path: '/servers', policy: null, success: 200, handler: () => reply({ servers: [] }) }),
  route({
    method: 'GET',
    path: '/servers/detail',
    policy: null,
    query: query({ 'changes-since': always(repeated(types.dateTime)) }, { unknown: 'drop' }),
    success: 200,
    handler: (request) => reply({ servers: [], since: request.query['changes-since'] ?? null }),
  }),
  route({
    method: 'POST',
    path: '/servers',
    policy: { rule: 'os_compute_api:servers:create', target: 'own' },
    body: serverBody,
    success: 202,
    handler: (request) => reply(request.body),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'pause',
    policy: { rule: 'os_compute_api:os-pause-server:pause', target: 'subject' },
    body: wrapped('pause', always(anything)),
    success: 202,
    subject: (request) =>
      request.params.id === 'abc'
        ? { value: { state: 'active' }, target: { project_id: '6f70656e737461636b20342065766572' } }
        : refuse({ code: 'InstanceNotFound', instanceId: request.params.id }),
    handler: (request) => reply(request.subject),
  }),
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'os-getRDPConsole',
    until: '2.5',
    policy: null,
    body: wrapped('os-getRDPConsole', object({ type: always(choice(['rdp-html5'])) })),
    success: 200,
    handler: () => refuseWith(400),
  }),
  route({ method: 'GET', path: '/images', until: '2.35', policy: null, success: 200, handler: () => reply({}) }),
  gone('/os-cells'),
];
