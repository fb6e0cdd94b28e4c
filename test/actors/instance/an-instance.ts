import { handle } from '../../../actors/instance/handle.ts';
import {
  type InstanceMessage,
  type InstanceSpec,
  instance,
  type OperationRequest,
  type Requester,
  type UserOperation,
} from '../../../actors/instance/protocol.ts';
import {
  type Instance,
  type InstanceFlavor,
  type InstanceImage,
  type InstanceMove,
  type InstanceVolume,
  instances,
} from '../../../actors/instance/row.ts';
import type { BoundPort } from '../../../actors/network/protocol.ts';
import type { VolumeRequest } from '../../../actors/volume/protocol.ts';
import { RecordingContext } from '../recording-context.ts';

export const ID = '11111111-1111-4111-8111-111111111111';

export const USER: Requester = { requestId: 'req-1', userId: 'u1', projectId: 'p1', isAdmin: false };

export const SPEC: InstanceSpec = {
  id: ID,
  name: 'web',
  description: null,
  hostname: 'web',
  requestedZone: null,
  requestedHost: null,
  reservationId: 'r-1',
  launchIndex: 0,
  flavor: {
    flavorId: '1',
    name: 'm1.tiny',
    vcpus: 2,
    memoryMib: 512,
    rootGib: 1,
    ephemeralGib: 2,
    swapMib: 1_025,
    extraSpecs: {},
  },
  image: {
    imageId: '22222222-2222-4222-8222-222222222222',
    contentId: 'ab',
    format: 'qcow2',
    sizeBytes: 5,
    minDiskGib: 0,
    minRamMib: 0,
    properties: {},
  },
  keyName: 'k1',
  metadata: { role: 'web' },
  tags: [],
  configDrive: true,
  accessIpV4: null,
  accessIpV6: null,
  diskConfig: 'MANUAL',
  securityGroups: [],
  networks: 'auto',
  bootData: { userData: null, publicKey: null, keyType: null, adminPassword: 'secret' },
};

export const PORT: BoundPort = {
  portId: '33333333-3333-4333-8333-333333333333',
  networkId: '44444444-4444-4444-8444-444444444444',
  networkName: 'default',
  macAddress: 'fa:16:3e:00:00:01',
  mtu: 1_450,
  fixedIps: [],
  preserveOnDelete: false,
  vnicType: 'normal',
  securityGroups: [],
};

/** Another image than that of the instance. */
export const OTHER_IMAGE: InstanceImage = {
  imageId: '55555555-5555-4555-8555-555555555555',
  contentId: 'cd',
  format: 'raw',
  sizeBytes: 7,
  minDiskGib: 0,
  minRamMib: 0,
  properties: {},
};

/** A flavor with more of everything than that of the instance. */
const LARGER_FLAVOR: InstanceFlavor = {
  flavorId: '3',
  name: 'larger',
  vcpus: 4,
  memoryMib: 1_024,
  rootGib: 8,
  ephemeralGib: 4,
  swapMib: 2_048,
  extraSpecs: {},
};

/** A flavor for which no quota is needed, and no disk has to shrink. */
const LEANER_FLAVOR: InstanceFlavor = {
  ...LARGER_FLAVOR,
  flavorId: '4',
  name: 'leaner',
  vcpus: 1,
  memoryMib: 256,
};

/** A resize from `host-b` that waits to be confirmed. */
export const A_MOVE: InstanceMove = {
  migration: 1,
  source: { host: 'host-b', zone: 'nova', flavor: LARGER_FLAVOR },
  target: { host: 'host-a', zone: 'nova', flavor: SPEC.flavor },
  wantedHost: null,
  leavesHost: false,
  vmState: 'active',
  powerState: 1,
  confirmWindowMs: null,
};

/** The image that a snapshot makes. */
export const SNAPSHOT_ID = '66666666-6666-4666-8666-666666666666';

/** A volume that an instance may get. */
const VOLUME_ID = '77777777-7777-4777-8777-777777777777';
const OTHER_VOLUME_ID = '88888888-8888-4888-8888-888888888888';
const A_VOLUME: VolumeRequest = {
  content: { kind: 'existing', volumeId: VOLUME_ID },
  sizeGib: null,
  imageMetadataJson: null,
  bootIndex: null,
  device: null,
  tag: null,
  deleteOnTermination: false,
};

/** A volume that an instance has. */
export const HELD_VOLUME: InstanceVolume = {
  volumeId: VOLUME_ID,
  attachmentId: 'a-old',
  deviceId: 'd-old',
  sizeGib: 1,
  readOnly: false,
  device: '/dev/vdc',
  slot: 3,
  bootIndex: null,
  tag: 'data',
  deleteOnTermination: true,
  state: 'attached',
};

/** A request of every operation that users can begin. */
export const REQUESTS: { readonly [Name in UserOperation]: OperationRequest & { readonly operation: Name } } = {
  start: { operation: 'start' },
  stop: { operation: 'stop' },
  softReboot: { operation: 'softReboot' },
  hardReboot: { operation: 'hardReboot' },
  pause: { operation: 'pause' },
  unpause: { operation: 'unpause' },
  suspend: { operation: 'suspend' },
  resume: { operation: 'resume' },
  rescue: { operation: 'rescue', image: OTHER_IMAGE, adminPassword: 'rescue-me' },
  unrescue: { operation: 'unrescue' },
  rebuild: {
    operation: 'rebuild',
    image: OTHER_IMAGE,
    changes: { name: 'other' },
    adminPassword: 'rebuilt',
    preserveEphemeral: true,
  },
  changePassword: { operation: 'changePassword', adminPassword: 'changed' },
  resize: {
    operation: 'resize',
    flavor: LEANER_FLAVOR,
    diskConfig: null,
    staysAllowed: true,
    confirmWindowMs: null,
    by: { userId: 'u1', projectId: 'p1' },
  },
  migrate: { operation: 'migrate', host: null, confirmWindowMs: null, by: { userId: 'u1', projectId: 'p1' } },
  evacuate: {
    operation: 'evacuate',
    host: null,
    adminPassword: null,
    onSharedStorage: false,
    endsStopped: false,
    by: { userId: 'u1', projectId: 'p1' },
  },
  liveMigrate: { operation: 'liveMigrate', host: null, by: { userId: 'u1', projectId: 'p1' } },
  shelve: { operation: 'shelve', imageId: OTHER_IMAGE.imageId, name: 'web-shelved', offloadAfterMs: 0 },
  shelveOffload: { operation: 'shelveOffload' },
  unshelve: { operation: 'unshelve', host: null },
  confirmResize: { operation: 'confirmResize' },
  revertResize: { operation: 'revertResize' },
  softDelete: { operation: 'softDelete', reclaimAfterMs: 3_600_000 },
  restore: { operation: 'restore' },
  createImage: { operation: 'createImage', imageId: SNAPSHOT_ID, name: 'snap', properties: { a: 'b' } },
  createBackup: {
    operation: 'createBackup',
    imageId: SNAPSHOT_ID,
    name: 'daily',
    properties: {},
    backupType: 'daily',
    rotation: 2,
  },
  attachVolume: { operation: 'attachVolume', volumeId: VOLUME_ID, request: A_VOLUME },
  detachVolume: { operation: 'detachVolume', volumeId: VOLUME_ID },
  attachInterface: { operation: 'attachInterface', request: { networkId: PORT.networkId } },
  detachInterface: { operation: 'detachInterface', portId: PORT.portId },
  swapVolume: { operation: 'swapVolume', volumeId: VOLUME_ID, newVolumeId: OTHER_VOLUME_ID },
  delete: { operation: 'delete' },
};

/** An instance that runs on `host-a`, changed as wanted. */
export function anInstance(changes: Partial<Instance> = {}): Instance {
  const { bootData: _, ...spec } = SPEC;
  return {
    ...spec,
    projectId: USER.projectId,
    userId: USER.userId,
    createdAtMs: 1_000,
    updatedAtMs: 2_000,
    launchedAtMs: 2_000,
    terminatedAtMs: null,
    deletedAtMs: null,
    vmState: 'active',
    taskState: null,
    powerState: 1,
    cell: 'cell1',
    host: 'host-a',
    availabilityZone: 'nova',
    hasUserData: false,
    locked: false,
    lockedReason: null,
    ports: [PORT],
    progress: 0,
    fault: null,
    operation: null,
    failedHosts: [],
    ...changes,
  };
}

/** An instance's actor that is told one message after the other. */
export class Told {
  readonly ctx = new RecordingContext(instance.at(ID));
  state: Instance | null;

  constructor(state: Instance | null = null) {
    this.state = state;
    if (state) this.ctx.put(instances, state.id, state);
  }

  tell(message: InstanceMessage): Instance {
    this.ctx.nowMs += 1_000;
    this.state = handle(this.state, message, this.ctx);
    if (!this.state) throw new Error('There is no instance.');
    this.ctx.put(instances, this.state.id, this.state);
    return this.state;
  }

  /** The id of the step that is under way. */
  get stepId(): string {
    const running = this.state?.operation;
    if (!running) throw new Error('No operation is under way.');
    return `${running.requestId}.${running.round}.${running.step}.${running.attempt}`;
  }

  /** The cell's answer to the claim that is under way. */
  claimed(host: string): Instance {
    return this.tell({ type: 'claimed', claimId: this.stepId, outcome: { ok: true, value: { host, zone: 'nova' } } });
  }

  noHost(): Instance {
    const error = { code: 'NoValidHost', reason: 'No valid host was found.', details: 'Of 1 hosts: none.' } as const;
    return this.tell({ type: 'claimed', claimId: this.stepId, outcome: { ok: false, error } });
  }

  portsBound(): Instance {
    return this.tell({ type: 'portsBound', requestId: this.stepId, outcome: { ok: true, value: [PORT] } });
  }

  /** The effect of the step that is under way has ended. */
  effectEnded(outcome: 'well' | 'badly', effectId = this.stepId): Instance {
    const error = { code: 'HypervisorFailed', reason: 'no disk' };
    return this.tell({
      type: 'effectEnded',
      effectId,
      name: 'driver.some',
      outcome: outcome === 'well' ? { ok: true, value: null } : { ok: false, error },
    });
  }

  begin(operation: UserOperation, requestId: string): Instance {
    return this.tell({ type: 'begin', ...REQUESTS[operation], requester: { ...USER, requestId } });
  }
}

/** What the volume service has been told: type, volumes by the names given here, and status. */
export const volumeTells = ({ ctx }: Told, names: Readonly<Record<string, string>>): readonly string[] =>
  ctx.tells.flatMap(({ to, message }) => {
    if (to !== 'volume/main') return [];
    const { type, volumeIds, volumeId, status }: Record<string, unknown> = { ...Object(message) };
    const ids: unknown[] = Array.isArray(volumeIds) ? volumeIds : volumeId === undefined ? [] : [volumeId];
    const named = ids.map((id) => names[String(id)] ?? String(id));
    return [[type, ...named, ...(status === undefined ? [] : [status])].join(' ')];
  });
