import type { Context } from '../../runtime/context.ts';
import { limits } from '../limits.ts';
import { begin, giveUp } from './engine.ts';
import { pluggingFailed } from './external-events.ts';
import { type Overdue, watch } from './overdue-watch.ts';
import type { Instance } from './row.ts';

/**
 * Something may have taken too long: a build fails, a reboot from inside becomes one by force, a rescue ends. Nova:
 * `_check_instance_build_time`, `_poll_rebooting_instances` and `_poll_rescued_instances` of the compute manager.
 */
export function overdue(instance: Instance, what: Overdue, ctx: Context): Instance {
  const { operation, vmState } = instance;
  switch (what) {
    case 'build': {
      if (operation?.action !== 'create') return instance;
      const message = 'The build has taken longer than it may.';
      return giveUp(
        instance,
        { code: 'BuildTimedOut', message, details: `${message} Its step: ${operation.step}.` },
        ctx,
      );
    }
    case 'plugging':
      return pluggingFailed(instance, ctx);
    case 'reboot':
      if (operation?.action !== 'softReboot') return instance;
      return begin(instance, 'hardReboot', `req-${ctx.newId()}`, null, ctx);
    case 'rescue':
      if (vmState !== 'rescued') return instance;
      if (operation === null) return begin(instance, 'unrescue', `req-${ctx.newId()}`, null, ctx);
      watch(what, limits.rescueAgainMs, ctx);
      return instance;
  }
}
