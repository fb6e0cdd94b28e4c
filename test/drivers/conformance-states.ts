import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { GuestEvent, GuestNic, GuestPower, Hypervisor } from '../../drivers/hypervisor.ts';
import { codeOf, type DriverUnderTest, orderFor, unwrap } from './driver-under-test.ts';
import { MemoryIntake } from './memory-intake.ts';

/** What the suite hands to a part of it. The driver changes when the suite opens another one. */
export interface SuitePart {
  readonly check: (name: string, body: () => Promise<void>) => void;
  readonly hypervisor: () => Hypervisor;
  readonly under: () => DriverUnderTest;
  readonly newGuest: () => string;
  readonly powerOf: (id: string) => Promise<GuestPower>;
  readonly start: () => Promise<void>;
}

/** A card that a guest gets later. */
const LATE_CARD: GuestNic = {
  portId: '88888888-8888-4888-8888-888888888888',
  networkId: '22222222-2222-4222-8222-222222222222',
  macAddress: 'fa:16:3e:00:00:08',
  mtu: 1450,
  addresses: [{ address: '10.28.0.15', version: 4, prefixLength: 24, gateway: '10.28.0.1', dnsServers: [] }],
};

/** What drivers must do beyond guests that run or are off: pause, suspend, rebuild, rescue, move, capture. */
export function stateChecks({ check, hypervisor, under, newGuest, powerOf, start }: SuitePart): void {
  check('a guest is paused, stays so, and goes on in the same process; it is no event', async () => {
    const id = newGuest();
    const report = unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec()));
    const events: GuestEvent[] = [];
    const unsubscribe = hypervisor().subscribe((event) => events.push(event));
    unwrap(await hypervisor().ensurePaused(orderFor(id)));
    unwrap(await hypervisor().ensurePaused(orderFor(id)));
    assert.equal(await powerOf(id), 'paused');
    assert.deepEqual(
      events.filter((event) => event.instanceId === id),
      [],
    );
    unsubscribe();
    assert.deepEqual(unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec())), report);
  });

  check('a suspended guest has no process, is still so for the next driver, and goes on', async () => {
    const id = newGuest();
    unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec()));
    const events: GuestEvent[] = [];
    const unsubscribe = hypervisor().subscribe((event) => events.push(event));
    unwrap(await hypervisor().ensureSuspended(orderFor(id)));
    unwrap(await hypervisor().ensureSuspended(orderFor(id)));
    unsubscribe();
    assert.deepEqual(
      events.filter((event) => event.instanceId === id),
      [],
    );
    const { power, processId } = unwrap(await hypervisor().inspect(id));
    assert.deepEqual([power, processId], ['suspended', null]);
    await hypervisor().close();
    await start();
    assert.equal(await powerOf(id), 'suspended');
    assert.equal(unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec())).power, 'running');
    unwrap(await hypervisor().ensureStopped(orderFor(id), 0));
    assert.equal(await powerOf(id), 'stopped', 'what was saved has been used up');
  });

  check('what was saved of a suspended guest is discarded by a stop and by a hard reboot', async () => {
    const id = newGuest();
    unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec()));
    unwrap(await hypervisor().ensureSuspended(orderFor(id)));
    unwrap(await hypervisor().ensureStopped(orderFor(id), 0));
    assert.equal(await powerOf(id), 'stopped');
    unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec()));
    unwrap(await hypervisor().ensureSuspended(orderFor(id)));
    const hard = { kind: 'hard', graceMs: 0 } as const;
    unwrap(await hypervisor().ensureRebooted(orderFor(id), under().spec(), hard));
    unwrap(await hypervisor().ensureStopped(orderFor(id), 0));
    assert.equal(await powerOf(id), 'stopped');
  });

  check('a guest that is off can be neither paused nor suspended, one that is not there is GuestNotFound', async () => {
    const id = newGuest();
    assert.equal(codeOf(await hypervisor().ensurePaused(orderFor(id))), 'GuestNotFound');
    assert.equal(codeOf(await hypervisor().ensureSuspended(orderFor(id))), 'GuestNotFound');
    unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec()));
    unwrap(await hypervisor().ensureStopped(orderFor(id), 0));
    assert.equal(codeOf(await hypervisor().ensurePaused(orderFor(id))), 'HypervisorFailed');
    assert.equal(codeOf(await hypervisor().ensureSuspended(orderFor(id))), 'HypervisorFailed');
  });

  check('a guest is rebuilt once for an order; an image that cannot be used leaves it as it is', async () => {
    const id = newGuest();
    const first = unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec()));
    const anew = { preserveEphemeral: false };
    const order = orderFor(id);
    const second = unwrap(await hypervisor().ensureRebuilt(order, under().spec(), anew));
    assert.equal(second.power, 'running');
    if (first.processId !== null) assert.notEqual(second.processId, first.processId);
    assert.deepEqual(unwrap(await hypervisor().ensureRebuilt(order, under().spec(), anew)), second);
    const unusable = await hypervisor().ensureRebuilt(orderFor(id), under().specWithTooLargeImage(), anew);
    assert.equal(codeOf(unusable), 'ImageUnusable');
    assert.deepEqual(unwrap(await hypervisor().inspect(id)), second);
  });

  check('a guest boots from a rescue image and from its own disk again', async () => {
    const id = newGuest();
    const hard = { kind: 'hard', graceMs: 0 } as const;
    unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec()));
    const rescue = { ...under().spec(), rescueImage: under().spec().image };
    assert.equal(unwrap(await hypervisor().ensureRebooted(orderFor(id), rescue, hard)).power, 'running');
    assert.equal(unwrap(await hypervisor().ensureRebooted(orderFor(id), under().spec(), hard)).power, 'running');
  });

  check('a guest that does not run is told of to another host, and made there once', async () => {
    const id = newGuest();
    assert.equal(codeOf(await hypervisor().exportGuest(orderFor(id))), 'GuestNotFound');
    unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec()));
    assert.equal(codeOf(await hypervisor().exportGuest(orderFor(id))), 'HypervisorFailed');
    unwrap(await hypervisor().ensureStopped(orderFor(id), 0));
    const exported = unwrap(await hypervisor().exportGuest(orderFor(id)));
    assert.equal(await powerOf(id), 'stopped');
    unwrap(await hypervisor().ensureAbsent(orderFor(id)));
    const order = orderFor(id);
    unwrap(await hypervisor().ensureImported(order, under().spec(), exported));
    unwrap(await hypervisor().ensureImported(order, under().spec(), exported));
    assert.equal(await powerOf(id), 'stopped');
    assert.equal(unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec())).power, 'running');
    const strange = { driver: 'another', facts: {} };
    assert.equal(
      codeOf(await hypervisor().ensureImported(orderFor(randomUUID()), under().spec(), strange)),
      'Unsupported',
    );
  });

  check('a guest that was off starts in the size of its spec, with larger disks or smaller memory', async () => {
    const id = newGuest();
    const spec = under().spec();
    unwrap(await hypervisor().ensureRunning(orderFor(id), spec));
    unwrap(await hypervisor().ensureStopped(orderFor(id), 0));
    const larger = { ...spec, rootGib: spec.rootGib + 1, vcpus: 2 };
    assert.equal(unwrap(await hypervisor().ensureRunning(orderFor(id), larger)).power, 'running');
    unwrap(await hypervisor().ensureStopped(orderFor(id), 0));
    // The disk stays as large as it is, and the guest starts all the same.
    assert.equal(unwrap(await hypervisor().ensureRunning(orderFor(id), spec)).power, 'running');
  });

  check('the root disk is captured while the guest runs, is paused, suspended or off, and it is left so', async () => {
    const id = newGuest();
    const intake = new MemoryIntake();
    assert.equal(codeOf(await hypervisor().captureRoot(orderFor(id), intake)), 'GuestNotFound');
    const captured = async (power: GuestPower): Promise<void> => {
      const root = unwrap(await hypervisor().captureRoot(orderFor(id), intake));
      assert.equal(intake.contents.get(root.contentId)?.length, root.sizeBytes);
      assert.equal(await powerOf(id), power);
    };
    unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec()));
    await captured('running');
    await captured('running');
    unwrap(await hypervisor().ensurePaused(orderFor(id)));
    await captured('paused');
    unwrap(await hypervisor().ensureSuspended(orderFor(id)));
    await captured('suspended');
    assert.equal(unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec())).power, 'running');
    unwrap(await hypervisor().ensureStopped(orderFor(id), 0));
    await captured('stopped');
    assert.equal(intake.held, 5);
  });

  check('a crash dump is asked for of a guest that runs, and of no other', async () => {
    const id = newGuest();
    assert.equal(codeOf(await hypervisor().triggerCrashDump(orderFor(id))), 'GuestNotFound');
    unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec()));
    unwrap(await hypervisor().triggerCrashDump(orderFor(id)));
    unwrap(await hypervisor().ensureStopped(orderFor(id), 0));
    assert.equal(codeOf(await hypervisor().triggerCrashDump(orderFor(id))), 'HypervisorFailed');
  });

  check('a volume that a guest does not have does not grow for it, and is not mirrored by one that runs', async () => {
    const id = newGuest();
    const volumeId = randomUUID();
    const grown = async () => unwrap(await hypervisor().ensureVolumeSize(orderFor(id), volumeId, 2));
    assert.equal(await grown(), false);
    unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec()));
    assert.equal(await grown(), false);
    const target = { volumeId: randomUUID(), readOnly: false, slot: 0, bootIndex: null };
    const mirrored = await hypervisor().ensureMirrored(orderFor(id), under().spec(), volumeId, target);
    assert.equal(codeOf(mirrored), 'HypervisorFailed');
    unwrap(await hypervisor().ensureVolumes(orderFor(id), under().spec()));
  });

  check('a guest gets a network card while it runs, once, and one that is not there needs none', async () => {
    const id = newGuest();
    const spec = under().spec();
    const late = { ...spec, nics: [...spec.nics, LATE_CARD] };
    unwrap(await hypervisor().ensureCards(orderFor(id), late));
    assert.equal(codeOf(await hypervisor().inspect(id)), 'GuestNotFound');
    const before = unwrap(await hypervisor().ensureRunning(orderFor(id), spec));
    for (let time = 0; time < 2; time++) unwrap(await hypervisor().ensureCards(orderFor(id), late));
    assert.deepEqual(unwrap(await hypervisor().ensureRunning(orderFor(id), late)).processId, before.processId);
    unwrap(await hypervisor().ensureStopped(orderFor(id), 0));
    unwrap(await hypervisor().ensureCards(orderFor(id), spec));
    assert.equal(unwrap(await hypervisor().ensureRunning(orderFor(id), spec)).power, 'running');
  });

  check('the password in a guest that runs is set, or that is said to be unsupported', async () => {
    const id = newGuest();
    const set = async () => codeOf(await hypervisor().ensurePassword(orderFor(id), 'secret'));
    const { setPassword } = hypervisor().capabilities;
    assert.equal(await set(), setPassword ? 'GuestNotFound' : 'Unsupported');
    unwrap(await hypervisor().ensureRunning(orderFor(id), under().spec()));
    assert.equal(await set(), setPassword ? 'none' : 'Unsupported');
    unwrap(await hypervisor().ensureStopped(orderFor(id), 0));
    assert.equal(await set(), setPassword ? 'HypervisorFailed' : 'Unsupported');
  });
}
