import { register } from 'node:module';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CheckedPlugin, checkPlugin, PluginRefused } from '../http/compute/plugins/check.ts';
import { extendedRoutes } from '../http/compute/plugins/extended-routes.ts';
import type { ApiPlugin } from '../http/compute/plugins/plugin.ts';
import { computeRoutes } from '../http/compute/routes.ts';
import type { ComputeServices } from '../http/compute/services.ts';
import type { Route } from '../http/route.ts';
import { SettingsRefused } from './settings.ts';

/** The Compute API with what plug-ins add to it. */
export interface ExtendedApi {
  readonly routes: readonly Route<ComputeServices>[];
  readonly plugins: readonly CheckedPlugin[];
}

const PACKAGE_EXPORT = 'novella/plugin';
let isResolved = false;

/**
 * Lets modules import `novella/plugin` wherever they are: a plug-in that stands in /etc finds no node_modules. They get what
 * this process itself runs, which is what its checks know. (`module.registerHooks` would cost no thread; Node 20 has none.)
 */
function resolvePackageExport(): void {
  if (isResolved) return;
  isResolved = true;
  const { url } = import.meta;
  const target = new URL(`../http/compute/plugins/index${extname(url)}`, url).href;
  const hook = `export const resolve = (name, context, next) =>
    name === ${JSON.stringify(PACKAGE_EXPORT)} ? { url: ${JSON.stringify(target)}, shortCircuit: true } : next(name, context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}

const exported = async (path: string): Promise<unknown> => {
  let module: Readonly<Record<string, unknown>>;
  resolvePackageExport();
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    throw new PluginRefused(path, `it cannot be loaded: ${error instanceof Error ? error.message : error}`);
  }
  return module['plugin'] ?? module['default'];
};

/** Loads the modules that the configuration names, and takes what a program gives. Throws SettingsRefused. */
export async function loadPlugins(paths: readonly string[], given: readonly ApiPlugin[]): Promise<ExtendedApi> {
  try {
    const plugins = given.map((plugin) => checkPlugin(plugin, 'given by the program'));
    for (const path of paths) plugins.push(checkPlugin(await exported(path), path));
    return { plugins, routes: extendedRoutes(computeRoutes, plugins) };
  } catch (error) {
    throw error instanceof PluginRefused ? new SettingsRefused(`api.plugins: ${error.message}`) : error;
  }
}
