import { changeBootData } from '../boot-data.ts';
import { changeGuestPassword } from '../driver-steps.ts';
import type { Operation } from '../operation.ts';
import { requestOf } from '../requests.ts';

/** Gives the administrator inside the guest another password. Nova: server action `changePassword`. */
export const changePassword: Operation = {
  name: 'changePassword',
  action: 'changePassword',
  event: 'compute_set_admin_password',
  from: { vmState: ['active'], taskState: [null], launched: true, unlocked: true, placed: false },
  taskState: 'updating_password',
  prepare(instance, request, ctx) {
    const asked = requestOf(request, 'changePassword');
    // Kept where the first one is, from where the driver's order reads it: no effect holds a secret.
    if (asked) changeBootData(instance.id, { adminPassword: asked.adminPassword }, ctx);
    return instance;
  },
  steps: [changeGuestPassword],
  end: (instance) => instance,
  whenFailed: (instance) => instance,
};
