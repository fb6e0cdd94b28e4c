import type { Context } from '../../../runtime/context.ts';
import { rebuildGuest, stopGuest } from '../driver-steps.ts';
import type { Operation } from '../operation.ts';
import { type RebuildRequest, requestOf } from '../requests.ts';
import { bootData, type Instance } from '../row.ts';

const isStopped = ({ vmState }: Instance): boolean => vmState === 'stopped';

/**
 * Makes the guest anew of an image: with the same host, addresses and volumes, but nothing of the old root disk. One that
 * was stopped is started once, so that the new system can set itself up, and stopped again. Nova: server action `rebuild`.
 */
export const rebuild: Operation = {
  name: 'rebuild',
  action: 'rebuild',
  event: 'compute_rebuild_instance',
  from: { vmState: ['active', 'stopped', 'error'], taskState: [null], launched: true, unlocked: true, placed: false },
  taskState: 'rebuilding',
  prepare(instance, request, ctx) {
    const asked = requestOf(request, 'rebuild');
    return asked === null ? instance : withRequest(instance, asked, ctx);
  },
  details(request) {
    const asked = requestOf(request, 'rebuild');
    return asked && { kind: 'rebuild', preserveEphemeral: asked.preserveEphemeral };
  },
  steps: [
    { ...rebuildGuest, taskState: 'rebuild_spawning' },
    { ...stopGuest, taskState: 'powering-off', applies: isStopped },
  ],
  end: (instance, nowMs) => ({
    ...instance,
    vmState: isStopped(instance) ? 'stopped' : 'active',
    launchedAtMs: nowMs,
    fault: null,
  }),
  whenFailed: (instance) => ({ ...instance, vmState: 'error' }),
};

/** The new guest is told these when it boots; the instance shows them from now on, whatever becomes of the rebuild. */
function withRequest(instance: Instance, asked: RebuildRequest, ctx: Context): Instance {
  const { keypair, userData, adminPassword } = asked;
  const boot = bootData.read(ctx.rows, instance.id);
  if (boot) {
    ctx.put(bootData, instance.id, {
      ...boot,
      adminPassword,
      ...(userData === undefined ? {} : { userData }),
      ...(keypair === undefined ? {} : { publicKey: keypair?.publicKey ?? null, keyType: keypair?.type ?? null }),
    });
  }
  return {
    ...instance,
    ...asked.changes,
    image: asked.image,
    rootImage: null,
    progress: 0,
    metadata: asked.metadata ?? instance.metadata,
    keyName: keypair === undefined ? instance.keyName : (keypair?.name ?? null),
    hasUserData: userData === undefined ? instance.hasUserData : userData !== null,
  };
}
