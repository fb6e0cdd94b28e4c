import { type JsonSchema, jsonSchemaOf } from '../../json-schema.ts';
import { compareMicroversions, type Microversion } from '../../microversions.ts';
import { isJsonObject } from '../../parameter.ts';
import { parameterNames, type Route } from '../../route.ts';

/** What a document says of a route, whatever its services are. */
export type DocumentedRoute = Pick<
  Route<never>,
  'method' | 'path' | 'action' | 'from' | 'until' | 'policy' | 'success' | 'body' | 'query'
>;

/** Whether a microversion has the route. */
export const hasRoute = ({ from, until }: DocumentedRoute, version: Microversion): boolean =>
  compareMicroversions(version, from) >= 0 && compareMicroversions(version, until) <= 0;

/** The body of a route at a microversion; null: none, or any. */
export const bodySchema = ({ body }: DocumentedRoute, version: Microversion): JsonSchema | null =>
  body === null ? null : jsonSchemaOf(body.at(version));

/** The query of a route at a microversion: an object of lists, as it is checked. */
export const querySchema = ({ query }: DocumentedRoute, version: Microversion): JsonSchema | null =>
  query === null ? null : jsonSchemaOf(query.at(version));

/** A parameter that may be given once is its item; another is a list that repeats the parameter. */
const queryParameter = (name: string, schema: unknown): object => {
  const isOnce = isJsonObject(schema) && schema['maxItems'] === 1;
  return { name, in: 'query', required: false, schema: isOnce ? (schema['items'] ?? {}) : schema };
};

const parametersOf = (route: DocumentedRoute, version: Microversion): object[] => {
  const properties = querySchema(route, version)?.['properties'];
  return [
    ...parameterNames(route.path).map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...(isJsonObject(properties) ? Object.entries(properties).map((entry) => queryParameter(...entry)) : []),
    { $ref: '#/components/parameters/microversion' },
  ];
};

/** The body of an action is one key; a route without a shape takes anything under it. */
const actionBody = (route: DocumentedRoute, version: Microversion): JsonSchema => ({
  title: route.action,
  ...(bodySchema(route, version) ?? { type: 'object', required: [route.action], maxProperties: 1 }),
});

const requestBody = (routes: readonly DocumentedRoute[], version: Microversion): object | null => {
  const [first] = routes;
  if (first === undefined || (first.method !== 'POST' && first.method !== 'PUT')) return null;
  const isAction = first.action !== null;
  const schema = isAction
    ? { oneOf: routes.map((route) => actionBody(route, version)) }
    : (bodySchema(first, version) ?? {});
  const required = isAction || first.body !== null;
  return { required, content: { 'application/json': { schema } } };
};

const statusesOf = (routes: readonly DocumentedRoute[], version: Microversion): string[] =>
  [...new Set(routes.map(({ success }) => String(success.at(version))))].sort();

const GOOD = { description: 'Done, or taken on.' } as const;

/** A method of a path: one route, or the actions among which the body selects. `routes` are those of one microversion. */
export const operationObject = (routes: readonly DocumentedRoute[], version: Microversion): object => {
  const [first] = routes;
  if (first === undefined) return {};
  const body = requestBody(routes, version);
  const rules = routes.flatMap(({ policy, action }) =>
    policy === null ? [] : [action === null ? policy.rule : `${action}: ${policy.rule}`],
  );
  const good = statusesOf(routes, version).map((status): [string, object] => [
    status,
    status >= '400' ? { $ref: '#/components/responses/fault' } : GOOD,
  ]);
  return {
    operationId: `${first.method} ${first.path}`,
    tags: [first.path.split('/')[1] ?? ''],
    parameters: parametersOf(first, version),
    ...(body === null ? {} : { requestBody: body }),
    responses: { ...Object.fromEntries(good), default: { $ref: '#/components/responses/fault' } },
    ...(rules.length === 0 ? {} : { 'x-policies': rules }),
  };
};
