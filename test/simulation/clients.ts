import { hosts } from '../../actors/host/row.ts';
import { beginOperation } from '../../actors/instance/client.ts';
import type { InstanceSpec, OperationRequest, PlainOperation, RebuildRequest } from '../../actors/instance/protocol.ts';

import { guestHost, type InstanceFlavor, type InstanceImage, instances } from '../../actors/instance/row.ts';
import { createInstances } from '../../actors/project/client.ts';
import { doAside, unlock } from './asides.ts';
import { useInterface } from './interfaces.ts';
import { blockDevicesOf, useVolume } from './volumes.ts';
import type { World } from './world.ts';

export const REQUESTER = { userId: 'u0', projectId: 'p0', isAdmin: false };

export const SPEC: Omit<InstanceSpec, 'id' | 'name' | 'flavor'> = {
  description: null,
  hostname: 'guest',
  requestedZone: null,
  requestedHost: null,
  reservationId: 'r-0',
  launchIndex: 0,
  image: {
    imageId: '7b1b1a5c-5ffa-4a2e-9f5e-5f6f0b3d7e01',
    contentId: 'ab',
    format: 'raw',
    sizeBytes: 1,
    minDiskGib: 0,
    minRamMib: 0,
    properties: {},
  },
  keyName: null,
  metadata: {},
  tags: [],
  configDrive: true,
  accessIpV4: null,
  accessIpV6: null,
  diskConfig: 'MANUAL',
  securityGroups: [],
  networks: 'auto',
  bootData: { userData: null, publicKey: null, keyType: null, adminPassword: 'secret' },
};

const OTHER_IMAGE: InstanceImage = {
  imageId: '7b1b1a5c-5ffa-4a2e-9f5e-5f6f0b3d7e02',
  contentId: 'cd',
  format: 'raw',
  sizeBytes: 1,
  minDiskGib: 0,
  minRamMib: 0,
  properties: {},
};

/** What was acknowledged to clients: it must be true for ever after. */
export interface Acknowledged {
  readonly created: Set<string>;
  readonly deleted: Set<string>;
}

/** What the clients of a history know. */
export interface Known extends Acknowledged {
  /** Instances that were asked to stop, whatever was answered. */
  readonly stopsAsked: Set<string>;
}

/** What clients do. */
type ClientOperation =
  | PlainOperation
  | 'softReboot'
  | 'rescue'
  | 'rebuild'
  | 'resize'
  | 'migrate'
  | 'evacuate'
  | 'liveMigrate'
  | 'shelve'
  | 'unshelve'
  | Kept;

/** What needs something of its own, but leaves the instance where it is. */
type Kept = 'softDelete' | 'createImage' | 'createBackup';

const OPERATIONS: readonly ClientOperation[] = [
  'stop',
  'start',
  'softReboot',
  'hardReboot',
  'pause',
  'unpause',
  'suspend',
  'resume',
  'rescue',
  'unrescue',
  'rebuild',
  'resize',
  'migrate',
  'liveMigrate',
  'shelve',
  'shelveOffload',
  'unshelve',
  'confirmResize',
  'revertResize',
  'softDelete',
  'restore',
  'createImage',
  'createBackup',
];

/**
 * What may leave an instance stopped. A paused guest that an outage ends has lost what it was paused in; one that waits
 * for the confirmation of its move is not started again by an outage, as in Nova. A shelve that fails has powered off what
 * was paused or suspended. A resume that is said to have failed may have used up what was suspended: an outage before the
 * next look leaves nothing to go on with.
 */
const STOPPING: readonly ClientOperation[] = ['stop', 'pause', 'resume', 'resize', 'migrate', 'shelve'];

/** The operation with what it is to be asked with. */
function requestFor(world: World, operation: ClientOperation, id: string): OperationRequest {
  const by = { userId: REQUESTER.userId, projectId: REQUESTER.projectId };
  const confirmWindowMs = world.happens(0.3) ? world.upTo(20_000) : null;
  switch (operation) {
    case 'rescue':
      return { operation, image: OTHER_IMAGE, adminPassword: 'secret' };
    case 'rebuild':
      return { operation, ...newContentOf(world, id), changes: {}, adminPassword: 'secret', preserveEphemeral: false };
    case 'resize': {
      const staysAllowed = world.happens(0.5);
      return { operation, flavor: someFlavor(world), diskConfig: null, staysAllowed, confirmWindowMs, by };
    }
    case 'migrate':
      return { operation, host: null, confirmWindowMs, by };
    case 'softDelete':
      return { operation, reclaimAfterMs: 1_000 + world.upTo(10_000) };
    case 'createImage':
      return { operation, imageId: world.random.uuid(), name: 'snap', properties: {} };
    case 'createBackup': {
      const backup = { backupType: 'daily', rotation: world.upTo(3), name: 'backup', properties: {} };
      return { operation, imageId: world.random.uuid(), ...backup };
    }
    case 'shelve': {
      const offloadAfterMs = world.happens(0.5) ? 0 : world.upTo(20_000);
      return { operation, imageId: world.random.uuid(), name: 'shelved', offloadAfterMs };
    }
    case 'unshelve':
      return { operation, host: null };
    case 'liveMigrate':
      return { operation, host: null, by };
    case 'evacuate':
      return { operation, host: null, adminPassword: null, onSharedStorage: false, endsStopped: false, by };
    default:
      return { operation };
  }
}

/** What a rebuild is of: the image, or new content for the volume that is booted from. */
function newContentOf(world: World, id: string): Pick<RebuildRequest, 'image' | 'reimage'> {
  const row = instances.read(world.rows, id);
  const root = row?.volumes?.find(({ bootIndex }) => bootIndex === 0);
  if (row?.image !== null || root === undefined) return { image: OTHER_IMAGE };
  const { imageId, contentId, format, sizeBytes } = OTHER_IMAGE;
  const content = { kind: 'image', imageId, contentId, format, sizeBytes } as const;
  return { image: null, reimage: { volumeId: root.volumeId, content, imageMetadataJson: '{}' } };
}

/** A client that makes an instance, does things to it, and perhaps removes it; it repeats what was not acknowledged. */
export async function useInstance(world: World, id: string, known: Known, operationsMax: number): Promise<void> {
  await world.sleep(world.upTo(10_000));
  await create(world, id);
  known.created.add(id);
  for (let count = world.upTo(operationsMax + 1); count > 0; count--) {
    await world.sleep(world.upTo(8_000));
    if (world.happens(0.25)) await useVolume(world, id);
    if (world.happens(0.2)) await useInterface(world, id);
    // A refusal is an answer, too: the instance may be busy, or in ERROR.
    const operation = isOnDeadHost(world, id) ? 'evacuate' : (OPERATIONS[world.upTo(OPERATIONS.length)] ?? 'stop');
    if (STOPPING.includes(operation)) known.stopsAsked.add(id);
    if (isRefusedByFront(world, id, operation)) continue;
    await begin(world, id, operation);
    if (world.happens(0.25)) await doAside(world, id, known);
    const after = followedBy(world, operation);
    if (after === null) continue;
    await world.sleep(world.upTo(10_000));
    await begin(world, id, after);
  }
  if (world.happens(0.3)) return;
  await world.sleep(world.upTo(8_000));
  while (!(await begin(world, id, 'delete'))) {
    await world.sleep(500);
    // A lock whose answer was lost may have waited in a mailbox for longer than anybody looked for it.
    await unlock(world, id);
  }
  known.deleted.add(id);
}

/** What a client that has begun one thing has in mind as the next. */
function followedBy(world: World, operation: ClientOperation): ClientOperation | null {
  if (operation === 'shelve') return world.happens(0.5) ? 'unshelve' : null;
  if (operation !== 'resize' && operation !== 'migrate') return null;
  return world.happens(0.5) ? 'confirmResize' : 'revertResize';
}

/** What the front refuses of an instance that boots from a volume. */
function isRefusedByFront(world: World, id: string, operation: ClientOperation): boolean {
  const isRefused = operation === 'createBackup' || operation === 'createImage';
  return isRefused && instances.read(world.rows, id)?.image === null;
}

/** Whether the front would take an evacuation: the host is thought to be down. */
function isOnDeadHost(world: World, id: string): boolean {
  const row = instances.read(world.rows, id);
  const host = row ? guestHost(row) : null;
  return host !== null && hosts.read(world.rows, host)?.state === 'down';
}

/** A flavor of so much memory. */
export const flavorOf = (memoryMib: number, vcpus = 1): InstanceFlavor => ({
  flavorId: `f${memoryMib}`,
  name: 'f',
  vcpus,
  memoryMib,
  rootGib: 1,
  ephemeralGib: 0,
  swapMib: 0,
  extraSpecs: {},
});

/** One of a few sizes; now and then one that no host has. */
function someFlavor(world: World): InstanceFlavor {
  const memoryMib = [256, 512, 1_024, 100_000][world.upTo(20) === 0 ? 3 : world.upTo(3)] ?? 256;
  return flavorOf(memoryMib, memoryMib / 256);
}

async function create(world: World, id: string): Promise<void> {
  const blockDevices = blockDevicesOf(world);
  const image = blockDevices.some(({ bootIndex }) => bootIndex === 0) ? null : SPEC.image;
  const spec: InstanceSpec = { ...SPEC, id, name: id, flavor: someFlavor(world), image, blockDevices };
  for (;;) {
    if (instances.read(world.rows, id)) return;
    const requester = { ...REQUESTER, requestId: `req-${world.random.uuid()}` };
    const asked = createInstances(world.system, [spec], requester);
    if (world.happens(world.rates.asksTwice)) void createInstances(world.system, [spec], requester);
    const created = await asked;
    if (created.ok) return;
    await world.sleep(200 + world.upTo(2_000));
  }
}

/** Asks once for an operation. True: taken. */
async function begin(world: World, id: string, operation: ClientOperation): Promise<boolean> {
  const requestId = `req-${world.random.uuid()}`;
  const asked = beginOperation(world.system, id, requestFor(world, operation, id), { ...REQUESTER, requestId });
  if (world.happens(world.rates.asksTwice)) {
    void beginOperation(world.system, id, requestFor(world, operation, id), {
      ...REQUESTER,
      requestId: `req-${world.random.uuid()}`,
    });
  }
  const begun = await asked;
  if (begun.ok) return true;
  // A delete whose answer was lost may have been done all the same. Without a row, the instance is still to be made.
  const row = instances.read(world.rows, id);
  return operation === 'delete' && row !== undefined && row.deletedAtMs !== null;
}
