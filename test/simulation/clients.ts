import { beginOperation } from '../../actors/instance/client.ts';
import type { InstanceSpec, UserOperation } from '../../actors/instance/protocol.ts';
import { instances } from '../../actors/instance/row.ts';
import { createInstances } from '../../actors/project/client.ts';
import type { World } from './world.ts';

const REQUESTER = { userId: 'u0', projectId: 'p0', isAdmin: false };

const SPEC: Omit<InstanceSpec, 'id' | 'name' | 'flavor'> = {
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

/** A client that makes an instance, does things to it, and perhaps removes it; it repeats what was not acknowledged. */
export async function useInstance(world: World, id: string, known: Known): Promise<void> {
  await world.sleep(world.upTo(10_000));
  await create(world, id);
  known.created.add(id);
  const operations: UserOperation[] = ['stop', 'start', 'softReboot', 'hardReboot'];
  for (let count = world.upTo(3); count > 0; count--) {
    await world.sleep(world.upTo(8_000));
    // A refusal is an answer, too: the instance may be busy, or in ERROR.
    const operation = operations[world.upTo(operations.length)] ?? 'stop';
    if (operation === 'stop') known.stopsAsked.add(id);
    await begin(world, id, operation);
  }
  if (world.happens(0.3)) return;
  await world.sleep(world.upTo(8_000));
  while (!(await begin(world, id, 'delete'))) await world.sleep(500);
  known.deleted.add(id);
}

async function create(world: World, id: string): Promise<void> {
  const memoryMib = [256, 512, 1_024, 100_000][world.upTo(20) === 0 ? 3 : world.upTo(3)] ?? 256;
  const flavor = {
    flavorId: `f${memoryMib}`,
    name: 'f',
    vcpus: 1,
    memoryMib,
    rootGib: 1,
    ephemeralGib: 0,
    swapMib: 0,
    extraSpecs: {},
  };
  const spec: InstanceSpec = { ...SPEC, id, name: id, flavor };
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
async function begin(world: World, id: string, operation: UserOperation): Promise<boolean> {
  const requestId = `req-${world.random.uuid()}`;
  const asked = beginOperation(world.system, id, operation, { ...REQUESTER, requestId });
  if (world.happens(world.rates.asksTwice)) {
    void beginOperation(world.system, id, operation, { ...REQUESTER, requestId: `req-${world.random.uuid()}` });
  }
  const begun = await asked;
  // A delete whose answer was lost may have been done all the same.
  return begun.ok || (operation === 'delete' && instances.read(world.rows, id)?.deletedAtMs !== null);
}
