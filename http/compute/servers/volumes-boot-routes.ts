import { compareMicroversions } from '../../microversions.ts';
import type { Route } from '../../route.ts';
import type { ComputeServices } from '../services.ts';
import { serverResizeRoutes } from './resize-routes.ts';
import { serverRoutes } from './routes.ts';

/** The last microversion of the other name. */
const LAST = '2.102';

/** Actions that Nova's own server controller has; others came as extensions, and not under this name. */
const ACTIONS: ReadonlySet<string | null> = new Set([
  null,
  'confirmResize',
  'revertResize',
  'reboot',
  'resize',
  'rebuild',
  'createImage',
  'os-start',
  'os-stop',
  'trigger_crash_dump',
]);

/** Servers under the other name that Nova has for them, `/os-volumes_boot`, up to 2.102. */
export const volumesBootRoutes: readonly Route<ComputeServices>[] = [...serverRoutes, ...serverResizeRoutes]
  .filter(({ action, from }) => ACTIONS.has(action) && compareMicroversions(from, LAST) <= 0)
  .map((route) => ({
    ...route,
    path: route.path.replace(/^\/servers/, '/os-volumes_boot'),
    until: compareMicroversions(route.until, LAST) < 0 ? route.until : LAST,
  }));
