import { type Microversion, microversionOf, minorOf, NEWEST, OLDEST } from '../../microversions.ts';
import { isJsonObject } from '../../parameter.ts';
import { type Answer, encodedReply } from '../../reply.ts';
import type { Route, RouteInput, RouteStep } from '../../route.ts';
import { RouteTree } from '../../route-tree.ts';
import { derived, since } from '../../stepped.ts';
import type { ComputeServices } from '../services.ts';
import { type CheckedPlugin, PluginRefused } from './check.ts';
import { EXTENSIBLE, type ExtensibleResource, type ResponseField } from './plugin.ts';

type Step = RouteStep<ComputeServices>;

const isAt = ({ from = OLDEST, until = NEWEST }: ResponseField, version: Microversion): boolean =>
  minorOf(from) <= minorOf(version) && minorOf(version) <= minorOf(until);

const filled = (
  item: unknown,
  fields: readonly ResponseField[],
  input: RouteInput,
  services: ComputeServices,
): unknown => {
  if (!isJsonObject(item)) return item;
  const { caller, version } = input.context;
  let grown: Readonly<Record<string, unknown>> = item;
  for (const { name, value } of fields) {
    const shown = value({ item: grown, caller, version, reader: services.reader });
    if (shown !== undefined) grown = { ...grown, [name]: shown };
  }
  return grown;
};

/** The same step, its answers with more fields. */
const growing = (step: Step, resource: ExtensibleResource, fields: readonly ResponseField[]): Step => {
  const { many } = EXTENSIBLE[resource];
  const grow = (answer: Answer, input: RouteInput, services: ComputeServices): Answer => {
    if (answer.kind !== 'reply' || answer.json === null) return answer;
    const body: unknown = JSON.parse(answer.json);
    if (!isJsonObject(body)) return answer;
    const grown = Object.entries(body).map(([key, value]): [string, unknown] => {
      if (key === resource) return [key, filled(value, fields, input, services)];
      return key === many && Array.isArray(value)
        ? [key, value.map((one) => filled(one, fields, input, services))]
        : [key, value];
    });
    const json = JSON.stringify(Object.fromEntries(grown));
    const { headers, status } = answer;
    return encodedReply(json, { ...(headers === null ? {} : { headers }), ...(status === null ? {} : { status }) });
  };
  return {
    status: step.status,
    run: (input, services) => {
      const answer = step.run(input, services);
      return answer instanceof Promise
        ? answer.then((late) => grow(late, input, services))
        : grow(answer, input, services);
    },
  };
};

const RESOURCES = ['server', 'flavor', 'keypair', 'hypervisor'] as const satisfies readonly ExtensibleResource[];

/** The route with the fields of its resource; the same one when there are none. */
const extended = (route: Route<ComputeServices>, fields: readonly ResponseField[]): Route<ComputeServices> => {
  if (route.method !== 'GET') return route;
  const resource = RESOURCES.find((one) => EXTENSIBLE[one].paths.some((path) => path === route.path));
  const own = fields.filter((field) => field.resource === resource);
  if (resource === undefined || own.length === 0) return route;
  const changes = own.flatMap(({ from, until }) => [from ?? OLDEST, ...(until === undefined ? [] : [after(until)])]);
  const steps = derived([route.steps, ...changes.map((version) => since(version, true))], (version) => {
    const shown = own.filter((field) => isAt(field, version));
    const step = route.steps.at(version);
    return shown.length === 0 ? step : growing(step, resource, shown);
  });
  return { ...route, steps };
};

/** The microversion after this one; the newest has none after it. */
const after = (version: Microversion): Microversion => microversionOf(minorOf(version) + 1) ?? version;

/** The routes of the core with what plug-ins add. Throws PluginRefused when two of them add the same. */
export const extendedRoutes = (
  core: readonly Route<ComputeServices>[],
  plugins: readonly CheckedPlugin[],
): readonly Route<ComputeServices>[] => {
  if (plugins.length === 0) return core;
  const names = new Set<string>();
  for (const { name } of plugins) {
    if (names.has(name)) throw new PluginRefused(name, 'there are two of this name');
    names.add(name);
  }
  const fields = plugins.flatMap((plugin) => plugin.fields);
  const grown = core.map((route) => extended(route, fields));
  const all = [...grown];
  for (const { name, routes } of plugins) {
    all.push(...routes);
    try {
      new RouteTree(all);
    } catch (error) {
      throw new PluginRefused(name, error instanceof Error ? error.message : String(error));
    }
  }
  return all;
};
