import { resolve } from 'node:path';
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

const exported = async (path: string): Promise<unknown> => {
  let module: Readonly<Record<string, unknown>>;
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
