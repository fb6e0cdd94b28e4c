import { createHash } from 'node:crypto';

/** A service that clients are told of. */
export interface CatalogService {
  /** What it does: `compute`, `image`. */
  readonly type: string;
  /** What it is called: `nova`, `glance`. */
  readonly name: string;
  /** Its path below the public base, or a whole URL when it is elsewhere. */
  readonly location: string;
}

/** The services of a cloud that is all in this process. */
export const EMBEDDED_SERVICES: readonly CatalogService[] = [
  { type: 'compute', name: 'nova', location: '/compute/v2.1' },
  { type: 'identity', name: 'keystone', location: '/identity' },
  { type: 'image', name: 'glance', location: '/image' },
  { type: 'network', name: 'neutron', location: '/network' },
  { type: 'placement', name: 'placement', location: '/placement' },
  { type: 'volumev3', name: 'cinderv3', location: '/volume/v3' },
  { type: 'block-storage', name: 'cinder', location: '/volume/v3' },
];

/** The region of a cloud that is all in this process. */
export const DEFAULT_REGION = 'RegionOne';

/** The catalog as configured: it is not in the store. */
export interface Catalog {
  readonly region: string;
  readonly services: readonly CatalogService[];
}

/** Who an endpoint is for. All are the same address here. */
export type EndpointInterface = 'admin' | 'internal' | 'public';
export const INTERFACES: readonly EndpointInterface[] = ['public', 'internal', 'admin'];

/** An id that is the same on every start: 32 hex digits. */
const stableId = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);

/** The id of a service. */
export const serviceId = (service: CatalogService): string => stableId('service', service.type, service.name);

/** The id of one endpoint of a service. */
export const endpointId = (service: CatalogService, kind: EndpointInterface, region: string): string =>
  stableId('endpoint', service.type, service.name, kind, region);

/** Where a service is. `base`: scheme and host, without a slash at the end. */
export const serviceUrl = (service: CatalogService, base: string): string =>
  /^https?:\/\//.test(service.location) ? service.location : base + service.location;

/** The catalog as it stands in a token. */
export function catalogView({ services, region }: Catalog, base: string): readonly object[] {
  return services.map((service) => ({
    id: serviceId(service),
    type: service.type,
    name: service.name,
    endpoints: INTERFACES.map((kind) => ({
      id: endpointId(service, kind, region),
      interface: kind,
      region,
      region_id: region,
      url: serviceUrl(service, base),
    })),
  }));
}
