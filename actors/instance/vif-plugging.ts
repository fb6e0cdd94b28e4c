import type { Step } from './operation.ts';
import { watch } from './overdue-watch.ts';
import type { Instance } from './row.ts';

const allPlugged = ({ ports, pluggedPorts = [] }: Instance): boolean =>
  ports.every(({ portId }) => pluggedPorts.includes(portId));

/**
 * Waits until the network service has told that every port of the guest is plugged in, where one of its own, which takes a
 * while, is in use. Nova: `vif_plugging_timeout`.
 */
export const waitForPlugging: Step = {
  name: 'wait for ports',
  applies: (instance) => !!instance.build?.vifPlugging && !allPlugged(instance),
  begin({ instance, ctx }) {
    watch('plugging', instance.build?.vifPlugging?.timeoutMs, ctx);
    return 'waits';
  },
};

/** The instance when a port has been plugged in, or is no longer. Kept only where somebody waits for it. */
export function withPlugged(instance: Instance, portId: string, isPlugged: boolean): Instance {
  if (!instance.build?.vifPlugging) return instance;
  const others = (instance.pluggedPorts ?? []).filter((known) => known !== portId);
  return { ...instance, pluggedPorts: isPlugged ? [...others, portId] : others };
}

/** Whether nothing is to be waited for any more. */
export const isPlugged = allPlugged;
