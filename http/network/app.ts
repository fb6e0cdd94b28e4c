import { Hono } from 'hono';
import { resourcesDocument, versionsDocument } from './discovery.ts';
import { type Answer, fault, faultOf } from './faults.ts';
import { addFixedRoutes } from './fixed-routes.ts';
import { floatingIps } from './floating-ips.ts';
import { changed, createGate, type Gate, idOf, NOT_FOUND } from './gate.ts';
import { listAnswer, pickFields } from './listing.ts';
import { networks } from './networks.ts';
import { ports } from './ports.ts';
import { qosPolicies } from './qos-policies.ts';
import { addQosRuleTypeRoutes } from './qos-rule-types.ts';
import { addQosRuleRoutes } from './qos-rules.ts';
import type { NetworkRequest } from './request.ts';
import type { NetworkResource } from './resource.ts';
import { addRouterInterfaceRoutes } from './router-interfaces.ts';
import { routers } from './routers.ts';
import { securityGroupRules } from './security-group-rules.ts';
import { securityGroups } from './security-groups.ts';
import { DEFAULT_ENDPOINT, endpointOfRequest, type NetworkAppOptions, send } from './session.ts';
import { subnets } from './subnets.ts';
import { addTagRoutes } from './tag-routes.ts';
import { addTopologyRoutes } from './topology.ts';

export type { NetworkAppOptions } from './session.ts';

const RESOURCES: readonly NetworkResource[] = [
  networks,
  subnets,
  ports,
  securityGroups,
  securityGroupRules,
  routers,
  floatingIps,
  qosPolicies,
];

const FAILED = fault(
  500,
  'HTTPInternalServerError',
  'Request Failed: internal server error while processing your request.',
);

const shown = (request: NetworkRequest, resource: NetworkResource, id: string): Answer => {
  const view = resource.find(request, id);
  if (!view) return faultOf(resource.notFound(id));
  return { status: 200, body: { [resource.singular]: pickFields(view, request.query.getAll('fields')) } };
};

async function listed(request: NetworkRequest, resource: NetworkResource): Promise<Answer> {
  const problem = (await resource.beforeList?.(request)) ?? null;
  if (problem) return problem;
  const { plural, path, attributes } = resource;
  const find = (id: string) => resource.find(request, id);
  return listAnswer({ plural, path, attributes, views: (walk) => resource.views(request, walk), find }, request);
}

function addRoutes(app: Hono, resource: NetworkResource, { version, authenticated, withBody }: Gate): void {
  const all = `${version}/${resource.path}`;
  const one = `${all}/:id`;
  app.get(
    all,
    authenticated((request) => listed(request, resource)),
  );
  app.get(
    one,
    authenticated((request, c) => shown(request, resource, idOf(c))),
  );
  app.post(
    all,
    withBody((request, body) => changed(request, resource, resource.create(request, body), 201)),
  );
  app.delete(
    one,
    authenticated((request, c) => changed(request, resource, resource.remove(request, idOf(c)), 204)),
  );
  const { update } = resource;
  if (!update) return;
  app.put(
    one,
    withBody((request, body, c) => changed(request, resource, update(request, idOf(c), body), 200)),
  );
}

/**
 * The network service as a Hono app: Neutron's API v2.0 under `options.mount` (`/network`, or empty on a port of its own).
 * Faults have Neutron's shape; those of tokens keystonemiddleware's.
 */
export function createNetworkApp(options: NetworkAppOptions): Hono {
  const { mount } = options.endpoint ?? DEFAULT_ENDPOINT;
  const gate = createGate(options);
  const app = new Hono();
  app.onError((error, c) => {
    const response = send(c, FAILED);
    options.crashed?.(error, response.headers.get('x-openstack-request-id') ?? '');
    return response;
  });
  // Each with and without a slash at the end: clients join addresses in both ways.
  for (const path of mount === '' ? ['/'] : [mount, `${mount}/`]) {
    app.get(path, (c) => send(c, { status: 200, body: versionsDocument(endpointOfRequest(options, c)) }));
  }
  for (const path of [gate.version, `${gate.version}/`]) {
    app.get(path, (c) => send(c, { status: 200, body: resourcesDocument(endpointOfRequest(options, c), RESOURCES) }));
  }
  for (const resource of RESOURCES) {
    addRoutes(app, resource, gate);
    if (resource.tagged !== null) addTagRoutes(app, resource, gate);
  }
  addQosRuleRoutes(app, gate);
  addQosRuleTypeRoutes(app, gate);
  addRouterInterfaceRoutes(app, gate);
  addTopologyRoutes(app, gate);
  addFixedRoutes(app, gate);
  app.all(`${mount}/*`, (c) => send(c, NOT_FOUND));
  return app;
}
