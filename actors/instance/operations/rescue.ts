import type { Context } from '../../../runtime/context.ts';
import { changeBootData } from '../boot-data.ts';
import { rebootGuest, stopGuest } from '../driver-steps.ts';
import type { Operation } from '../operation.ts';
import { unwatch, watch } from '../overdue-watch.ts';
import { requestOf } from '../requests.ts';
import type { Instance } from '../row.ts';
import { POWER } from '../states.ts';

const idle = { taskState: [null], launched: true, unlocked: true, placed: false } as const;

/** Boots the guest from another image, with its own disk as the second one. Nova: server action `rescue`. */
export const rescue: Operation = {
  name: 'rescue',
  action: 'rescue',
  event: 'compute_rescue_instance',
  from: { ...idle, vmState: ['active', 'stopped', 'error'] },
  taskState: 'rescuing',
  prepare(instance, request, ctx) {
    const asked = requestOf(request, 'rescue');
    if (asked === null) return instance;
    keepPassword(instance, asked.adminPassword, ctx);
    watch('rescue', asked.unrescueAfterMs, ctx);
    return { ...instance, rescueImage: asked.image };
  },
  // A shutdown that the guest knows of leaves its disk clean, which is what is about to be looked into.
  steps: [{ ...stopGuest, applies: ({ powerState }) => powerState === POWER.running }, rebootGuest('hard')],
  end: (instance, nowMs) => ({ ...instance, vmState: 'rescued', launchedAtMs: nowMs }),
  whenFailed: (instance) => ({ ...instance, vmState: 'error', rescueImage: null }),
  overtakenAs: (instance) => ({ ...instance, rescueImage: null }),
};

/** Boots a rescued guest from its own disk again. Nova: server action `unrescue`. */
export const unrescue: Operation = {
  name: 'unrescue',
  action: 'unrescue',
  event: 'compute_unrescue_instance',
  from: { ...idle, vmState: ['rescued'] },
  taskState: 'unrescuing',
  prepare(instance, _request, ctx) {
    keepPassword(instance, null, ctx);
    unwatch('rescue', ctx);
    return { ...instance, rescueImage: null };
  },
  steps: [rebootGuest('hard')],
  end: (instance) => ({ ...instance, vmState: 'active' }),
  whenFailed: (instance) => ({ ...instance, vmState: 'error' }),
};

const keepPassword = ({ id }: Instance, rescuePassword: string | null, ctx: Context): void =>
  changeBootData(id, { rescuePassword }, ctx);
