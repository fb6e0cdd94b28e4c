import type { Context } from '../../../runtime/context.ts';
import { VOLUME_MAIN, volume } from '../../volume/protocol.ts';
import { changeBootData } from '../boot-data.ts';
import { askWhetherStays } from '../claim.ts';
import { rebuildGuest, stopGuest } from '../driver-steps.ts';
import { agentOf } from '../guest-agent.ts';
import type { Operation, Step } from '../operation.ts';
import { instance as instanceProtocol } from '../protocol.ts';
import { type RebuildRequest, requestOf } from '../requests.ts';
import type { FormerImage, Instance, NewContent } from '../row.ts';

const isStopped = ({ vmState }: Instance): boolean => vmState === 'stopped';

const formerOf = ({ operation }: Instance): FormerImage | undefined =>
  operation?.details?.kind === 'rebuild' ? operation.details.former : undefined;

/** Asks whether the host suits another image, before anything of the old one is lost. Nova: `RUN_ON_REBUILD` of filters. */
const askScheduler: Step = {
  name: 'ask scheduler',
  begin: (start) => (formerOf(start.instance) === undefined ? 'done' : askWhetherStays(start, start.instance.image)),
};

const reimageOf = ({ operation }: Instance): NewContent | undefined =>
  operation?.details?.kind === 'rebuild' ? operation.details.reimage : undefined;

const isReimaged = (instance: Instance): boolean => reimageOf(instance) !== undefined;

/** Has the volume that the guest boots from filled anew, while no guest has it open. Nova: `os-reimage` of Cinder. */
const reimageVolume: Step = {
  name: 'reimage volume',
  taskState: 'rebuild_block_device_mapping',
  applies: isReimaged,
  begin({ instance, ctx, stepId }) {
    const wanted = reimageOf(instance);
    if (!wanted) return 'done';
    ctx.tell(volume.at(VOLUME_MAIN), {
      type: 'reimageVolume',
      requestId: stepId,
      instanceId: instance.id,
      ...wanted,
      answerTo: instanceProtocol.at(instance.id),
    });
    return 'waits';
  },
  fold(instance) {
    const { volumeId = '', imageMetadataJson = null } = reimageOf(instance) ?? {};
    const volumes = instance.volumes?.map(({ agent, ...known }) =>
      known.volumeId === volumeId ? { ...known, ...agentOf(imageMetadataJson) } : { ...known, ...(agent && { agent }) },
    );
    return volumes ? { ...instance, volumes } : instance;
  },
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
    const { preserveEphemeral, reimage } = asked;
    const details = { kind: 'rebuild', preserveEphemeral, ...(reimage ? { reimage } : {}) } as const;
    if (asked.image === null || asked.image.imageId === image?.imageId) return details;
    return { ...details, former: { image, rootImage } };
  },
  steps: [
    askScheduler,
    { ...stopGuest, name: 'stop guest before its volume is filled', applies: isReimaged },
    reimageVolume,
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
  const { keypair, userData, adminPassword, files } = asked;
  const boot = {
    adminPassword,
    ...(userData === undefined ? {} : { userData }),
    ...(files === undefined ? {} : { files }),
    ...(keypair === undefined ? {} : { publicKey: keypair?.publicKey ?? null, keyType: keypair?.type ?? null }),
  };
  changeBootData(instance.id, boot, ctx);
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
