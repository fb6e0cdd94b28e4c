import type { Context } from '../../runtime/context.ts';
import { host as hostProtocol } from '../host/protocol.ts';
import { begin, stepFailed, stepSucceeded } from './engine.ts';
import { refusal } from './legality.ts';
import { stepId } from './operation.ts';
import { withVolumeSize } from './operations/extend-volume.ts';
import { OPERATIONS } from './operations/index.ts';
import { portsWithout } from './ports.ts';
import type { ExternalEvent } from './protocol.ts';
import type { Instance } from './row.ts';
import { isPlugged, waitForPlugging, withPlugged } from './vif-plugging.ts';

/** Takes up what another service has told of an instance. Nova: `external_instance_event` of the compute manager. */
export function externalEvent(instance: Instance, event: ExternalEvent, ctx: Context): Instance {
  if (instance.deletedAtMs !== null) return instance;
  switch (event.name) {
    case 'network-vif-plugged':
      return event.failed ? pluggingFailed(instance, ctx) : plugged(instance, event.portId, ctx);
    case 'network-vif-unplugged':
      return withPlugged(instance, event.portId, false);
    case 'network-vif-deleted': {
      const ports = portsWithout(instance, event.portId, ctx);
      if (ports.length === instance.ports.length) return instance;
      const left = { ...instance, ports, updatedAtMs: ctx.nowMs };
      // A guest that is about to become something else gets the cards of that.
      if (left.host === null || refusal(OPERATIONS.detachInterface, left, true) !== null) return left;
      return begin(left, 'detachInterface', `req-${ctx.newId()}`, null, ctx);
    }
    case 'network-changed': {
      const now = new Map(event.ports.map((port) => [port.portId, port]));
      const ports = instance.ports.map((port) => now.get(port.portId) ?? port);
      return now.size === 0 ? instance : { ...instance, ports, updatedAtMs: ctx.nowMs };
    }
    case 'power-update':
      // The guest is the truth, not the event: its host is looked at now, and not at its next turn.
      if (instance.host !== null) ctx.tell(hostProtocol.at(instance.host), { type: 'lookAgain' });
      return instance;
    case 'volume-extended': {
      const larger = withVolumeSize(instance, event.volumeId, event.sizeGib);
      if (larger === null || refusal(OPERATIONS.extendVolume, larger, true) !== null) return larger ?? instance;
      return begin(larger, 'extendVolume', `req-${ctx.newId()}`, null, ctx);
    }
  }
}

/** The id of the step in which a build waits for its ports; null: it does not. */
function waiting({ operation }: Instance): string | null {
  if (operation === null) return null;
  const step = OPERATIONS[operation.action].steps[operation.step];
  return step?.name === waitForPlugging.name ? stepId(operation) : null;
}

function plugged(before: Instance, portId: string, ctx: Context): Instance {
  const instance = withPlugged(before, portId, true);
  const step = waiting(instance);
  return step !== null && isPlugged(instance) ? stepSucceeded(instance, step, null, ctx) : instance;
}

/** A port was not plugged in, or not in time: the build fails, or goes on where the settings say that it may. */
export function pluggingFailed(instance: Instance, ctx: Context): Instance {
  const step = waiting(instance);
  if (step === null) return instance;
  if (instance.build?.vifPlugging?.isFatal === false) return stepSucceeded(instance, step, null, ctx);
  const message = 'Virtual Interface creation failed';
  return stepFailed(instance, step, { code: 'PortNotPlugged', message, details: message }, ctx);
}
