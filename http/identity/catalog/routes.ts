import { listReply } from '../listing.ts';
import {
  adminOnly,
  anyone,
  type IdentityAnswer,
  type IdentityRequest,
  type IdentityRoute,
  refuse,
  reply,
} from '../route.ts';
import {
  type CatalogService,
  type EndpointInterface,
  endpointId,
  INTERFACES,
  serviceId,
  serviceUrl,
} from './catalog.ts';

interface Endpoint {
  readonly service: CatalogService;
  readonly kind: EndpointInterface;
}

const serviceView = (service: CatalogService, base: string): object => ({
  id: serviceId(service),
  name: service.name,
  type: service.type,
  enabled: true,
  links: { self: `${base}/identity/v3/services/${serviceId(service)}` },
});

const endpointView = ({ service, kind }: Endpoint, region: string, base: string): object => ({
  id: endpointId(service, kind, region),
  interface: kind,
  region,
  region_id: region,
  service_id: serviceId(service),
  url: serviceUrl(service, base),
  enabled: true,
  links: { self: `${base}/identity/v3/endpoints/${endpointId(service, kind, region)}` },
});

const regionView = (region: string, base: string): object => ({
  id: region,
  description: '',
  parent_region_id: null,
  links: { self: `${base}/identity/v3/regions/${region}` },
});

const endpointsOf = ({ services }: IdentityRequest): readonly Endpoint[] =>
  services.catalog.services.flatMap((service) => INTERFACES.map((kind) => ({ service, kind })));

function listServices(request: IdentityRequest): IdentityAnswer {
  const [name, type] = [request.query('name'), request.query('type')];
  const rows = request.services.catalog.services.filter(
    (service) => (name === undefined || service.name === name) && (type === undefined || service.type === type),
  );
  return listReply(request, 'services', rows, (service) => serviceView(service, request.base));
}

function showService(request: IdentityRequest): IdentityAnswer {
  const id = request.param('service_id');
  const service = request.services.catalog.services.find((one) => serviceId(one) === id);
  return service
    ? reply({ service: serviceView(service, request.base) })
    : refuse(404, `Could not find service: ${id}.`);
}

function listEndpoints(request: IdentityRequest): IdentityAnswer {
  const { region } = request.services.catalog;
  const [kind, wantedService, wantedRegion] = ['interface', 'service_id', 'region_id'].map((name) =>
    request.query(name),
  );
  const rows = endpointsOf(request).filter(
    (endpoint) =>
      (kind === undefined || endpoint.kind === kind) &&
      (wantedService === undefined || serviceId(endpoint.service) === wantedService) &&
      (wantedRegion === undefined || region === wantedRegion),
  );
  return listReply(request, 'endpoints', rows, (endpoint) => endpointView(endpoint, region, request.base));
}

function showEndpoint(request: IdentityRequest): IdentityAnswer {
  const id = request.param('endpoint_id');
  const { region } = request.services.catalog;
  const found = endpointsOf(request).find(({ service, kind }) => endpointId(service, kind, region) === id);
  return found
    ? reply({ endpoint: endpointView(found, region, request.base) })
    : refuse(404, `Could not find endpoint: ${id}.`);
}

function listRegions(request: IdentityRequest): IdentityAnswer {
  const { region } = request.services.catalog;
  const rows = request.query('parent_region_id') === undefined ? [region] : [];
  return listReply(request, 'regions', rows, (id) => regionView(id, request.base));
}

function showRegion(request: IdentityRequest): IdentityAnswer {
  const id = request.param('region_id');
  const isKnown = id === request.services.catalog.region;
  return isKnown ? reply({ region: regionView(id, request.base) }) : refuse(404, `Could not find region: ${id}.`);
}

/** The catalog is configuration: it can be read here, and not changed. */
export const catalogRoutes: readonly IdentityRoute[] = [
  { method: 'GET', path: '/services', action: 'identity:list_services', rule: adminOnly, handle: listServices },
  {
    method: 'GET',
    path: '/services/:service_id',
    action: 'identity:get_service',
    rule: adminOnly,
    handle: showService,
  },
  { method: 'GET', path: '/endpoints', action: 'identity:list_endpoints', rule: adminOnly, handle: listEndpoints },
  {
    method: 'GET',
    path: '/endpoints/:endpoint_id',
    action: 'identity:get_endpoint',
    rule: adminOnly,
    handle: showEndpoint,
  },
  { method: 'GET', path: '/regions', action: 'identity:list_regions', rule: anyone, handle: listRegions },
  { method: 'GET', path: '/regions/:region_id', action: 'identity:get_region', rule: anyone, handle: showRegion },
];
