import { type Microversion, NEWEST, OLDEST } from '../../microversions.ts';
import { type DocumentedRoute, hasRoute, operationObject } from './operation.ts';

const FAULT = {
  type: 'object',
  description: 'One key, the name of the fault, with what went wrong under it.',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: {
    type: 'object',
    properties: { code: { type: 'integer' }, message: { type: 'string' } },
    required: ['code', 'message'],
  },
} as const;

const componentsAt = (version: Microversion): object => ({
  securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' } },
  parameters: {
    microversion: {
      name: 'OpenStack-API-Version',
      in: 'header',
      description: 'Without it, microversion 2.1 is spoken.',
      required: version !== OLDEST,
      schema: { type: 'string', const: `compute ${version}` },
    },
  },
  schemas: { fault: FAULT },
  responses: {
    fault: {
      description: 'Refused.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/fault' } } },
    },
  },
});

const grouped = <K>(
  routes: readonly DocumentedRoute[],
  keyOf: (route: DocumentedRoute) => K,
): Map<K, DocumentedRoute[]> => {
  const groups = new Map<K, DocumentedRoute[]>();
  for (const route of routes) groups.set(keyOf(route), [...(groups.get(keyOf(route)) ?? []), route]);
  return groups;
};

/** Parameters of the same place have several names in the table (`{id}`, `{server_id}`); a document has one path for them. */
const placeOf = ({ path }: DocumentedRoute): string => path.replace(/\{[^}]+\}/g, '{}');

const pathItem = (routes: readonly DocumentedRoute[], version: Microversion): object => {
  const path = routes[0]?.path ?? '';
  const methods = grouped(
    routes.map((route) => ({ ...route, path })),
    ({ method }) => method.toLowerCase(),
  );
  return Object.fromEntries([...methods].map(([method, group]) => [method, operationObject(group, version)]));
};

/**
 * The OpenAPI 3.1 document of the Compute API at a microversion, made from the definitions that requests are checked with.
 * Bodies of answers are not described: views are code. `server` is where v2.1 is, such as `http://cloud/compute/v2.1`.
 */
export const openApiDocument = (routes: readonly DocumentedRoute[], version: Microversion, server: string): object => {
  const present = routes.filter((route) => hasRoute(route, version));
  const places = [...grouped(present, placeOf).values()];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Novella: OpenStack Compute API',
      version,
      description: `Microversion ${version} of ${OLDEST} to ${NEWEST}. Each path is also there behind the project's id.`,
    },
    servers: [{ url: server }],
    security: [{ token: [] }],
    paths: Object.fromEntries(places.map((group) => [group[0]?.path ?? '', pathItem(group, version)])),
    components: componentsAt(version),
  };
};
