import * as v from 'valibot';
import { MICROVERSIONS, type Microversion } from '../../microversions.ts';
import { isJsonObject } from '../../parameter.ts';
import type { PolicyDefinition } from '../../policy.ts';
import type { Route } from '../../route.ts';
import { type PluginRule, POLICIES } from '../policies.ts';
import type { ComputeServices } from '../services.ts';
import type { ExtensibleResource, ResponseField } from './plugin.ts';

/** A plug-in that cannot be used: which one, and what is wrong. */
export class PluginRefused extends Error {
  constructor(plugin: string, reason: string) {
    super(`The API plug-in ${plugin}: ${reason}.`);
  }
}

const NAME = /^[a-z][a-z0-9-]{0,31}$/;

const isRoute = (value: unknown): value is Route<ComputeServices> =>
  isJsonObject(value) &&
  typeof value['method'] === 'string' &&
  typeof value['path'] === 'string' &&
  isJsonObject(value['steps']) &&
  typeof value['steps']['at'] === 'function' &&
  'policy' in value;

const isFunction = (value: unknown): value is ResponseField['value'] => typeof value === 'function';
const isRule = (value: unknown): value is PluginRule => typeof value === 'string' && value.startsWith('plugin:');
const isVersion = (value: unknown): value is Microversion => MICROVERSIONS.some(({ version }) => version === value);

const Definition: v.GenericSchema<unknown, PolicyDefinition> = v.strictObject({
  check: v.string(),
  description: v.string(),
  operations: v.array(v.string()),
  scopes: v.exactOptional(v.array(v.picklist(['project', 'domain', 'system']))),
});

const Plugin = v.strictObject({
  name: v.pipe(v.string(), v.regex(NAME, 'expected lower-case letters, digits and hyphens, at most 32')),
  routes: v.optional(v.array(v.custom<Route<ComputeServices>>(isRoute, 'expected what route() returns')), []),
  policies: v.optional(v.record(v.custom<PluginRule>(isRule, 'rules begin with plugin:'), Definition), {}),
  fields: v.optional(
    v.array(
      v.strictObject({
        resource: v.picklist(['server', 'flavor', 'keypair', 'hypervisor'] satisfies ExtensibleResource[]),
        name: v.string(),
        from: v.exactOptional(v.custom<Microversion>(isVersion, 'expected a microversion')),
        until: v.exactOptional(v.custom<Microversion>(isVersion, 'expected a microversion')),
        value: v.custom<ResponseField['value']>(isFunction, 'expected a function'),
      }),
    ),
    [],
  ),
});

/** A plug-in with everything that it may leave out. */
export type CheckedPlugin = v.InferOutput<typeof Plugin>;

const routeProblem = ({ name, policies }: CheckedPlugin, route: Route<ComputeServices>): string | null => {
  const { method, path, action, policy, body } = route;
  const what = `${method} ${path}${action === null ? '' : ` (${action})`}`;
  const isOwn = action === null ? path.split('/').includes(`x-${name}`) : action.startsWith(`${name}:`);
  if (!isOwn)
    return `${what} needs ${action === null ? `a segment x-${name} in its path` : `an action that begins with ${name}:`}`;
  if (policy === null) return `${what} has no policy`;
  if (!Object.hasOwn(policies, policy.rule) && !Object.hasOwn(POLICIES, policy.rule))
    return `${what} has the policy ${policy.rule}, which is not there`;
  if ((method === 'POST' || method === 'PUT') && body === null) return `${what} has no schema of its body`;
  return null;
};

/** Checks a plug-in, as a module has exported it or a program given it. Throws PluginRefused. `source` tells which. */
export const checkPlugin = (given: unknown, source: string): CheckedPlugin => {
  const parsed = v.safeParse(Plugin, given);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new PluginRefused(source, `${v.getDotPath(issue) ?? 'its export'}: ${issue.message}`);
  }
  const plugin = parsed.output;
  for (const route of plugin.routes) {
    const problem = routeProblem(plugin, route);
    if (problem !== null) throw new PluginRefused(plugin.name, problem);
  }
  for (const rule of Object.keys(plugin.policies))
    if (!rule.startsWith(`plugin:${plugin.name}:`))
      throw new PluginRefused(plugin.name, `its rule ${rule} must begin with plugin:${plugin.name}:`);
  for (const { name } of plugin.fields)
    if (!name.startsWith(`${plugin.name}:`))
      throw new PluginRefused(plugin.name, `its field ${name} must begin with ${plugin.name}:`);
  return plugin;
};
