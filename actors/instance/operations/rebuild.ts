import type { Context } from '../../../runtime/context.ts';
import { askWhetherStays } from '../claim.ts';
import { rebuildGuest, stopGuest } from '../driver-steps.ts';
import type { Operation, Step } from '../operation.ts';
import { type RebuildRequest, requestOf } from '../requests.ts';
import { bootData, type FormerImage, type Instance } from '../row.ts';

const isStopped = ({ vmState }: Instance): boolean => vmState === 'stopped';

const formerOf = ({ operation }: Instance): FormerImage | undefined =>
  operation?.details?.kind === 'rebuild' ? operation.details.former : undefined;

/** Asks whether the host suits another image, before anything of the old one is lost. Nova: `RUN_ON_REBUILD` of filters. */
const askScheduler: Step = {
  name: 'ask scheduler',
  begin: (start) => (formerOf(start.instance) === undefined ? 'done' : askWhetherStays(start, start.instance.image)),
};

/** Whether it stands at the first step: the guest is as it was then. */
const isAsking = ({ operation }: Instance): boolean => operation?.step === 0;

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
  details(request, _by, { image, rootImage = null }) {
    const asked = requestOf(request, 'rebuild');
    if (asked === null) return null;
    const { preserveEphemeral } = asked;
    if (asked.image.imageId === image?.imageId) return { kind: 'rebuild', preserveEphemeral };
    return { kind: 'rebuild', preserveEphemeral, former: { image, rootImage } };
  },
  steps: [
    askScheduler,
    { ...rebuildGuest, taskState: 'rebuild_spawning' },
    { ...stopGuest, taskState: 'powering-off', applies: isStopped },
  ],
  end: (instance, nowMs) => ({
    ...instance,
    vmState: isStopped(instance) ? 'stopped' : 'active',
    launchedAtMs: nowMs,
    fault: null,
  }),
  whenFailed: (instance) => ({ ...instance, ...(isAsking(instance) ? formerOf(instance) : null), vmState: 'error' }),
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
