import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { GuestNic, GuestSpec, Hypervisor } from '../../../drivers/hypervisor.ts';
import { qemuArguments } from '../../../drivers/qemu/command-line.ts';
import { guestDisks } from '../../../drivers/qemu/disks.ts';
import { readGuestRecord } from '../../../drivers/qemu/guest-record.ts';
import { createQemuHypervisor } from '../../../drivers/qemu/index.ts';
import { codeOf, orderFor, until, unwrap } from '../conformance.ts';
import { imageOf, smallSpec } from '../specs.ts';
import { type GuestImageFile, guestImage, guestImageUnavailable } from './guest-image.ts';
import { imagesIn, qemuDirectory, qemuUnavailable } from './setup.ts';
import { monitor, onlyProcess, twoHosts } from './two-hosts.ts';

const QEMU = 'qemu-system-x86_64';
const bootLimitMs = 120_000;

/** A card of a network of its own. */
const card = (at: number): GuestNic => ({
  portId: `11111111-1111-4111-8111-1111111111${10 + at}`,
  networkId: '22222222-2222-4222-8222-222222222222',
  macAddress: `fa:16:3e:00:00:${10 + at}`,
  mtu: 1450,
  addresses: [{ address: `10.2${at}.0.15`, version: 4, prefixLength: 24, gateway: `10.2${at}.0.1`, dnsServers: [] }],
});
const withCards = (...numbers: readonly number[]): GuestSpec => smallSpec({ nics: numbers.map(card) });

describe('network cards of a guest of QEMU', { skip: qemuUnavailable }, () => {
  let hosts: Awaited<ReturnType<typeof twoHosts>>;
  let [a, b]: readonly Hypervisor[] = [];
  const made: string[] = [];
  const on = (host: Hypervisor | undefined): Hypervisor => {
    assert.ok(host);
    return host;
  };
  const started = async (spec: GuestSpec): Promise<string> => {
    const id = randomUUID();
    made.push(id);
    unwrap(await on(a).ensureRunning(orderFor(id), spec));
    return id;
  };
  /** The places of a guest's cards and their addresses, as QEMU tells. */
  const shown = async (host: 'a' | 'b', id: string): Promise<readonly string[]> => {
    const told = await monitor(hosts.directoryOf(host, id), 'info network');
    return [...told.matchAll(/^(nic\d+): .*macaddr=([0-9a-f:]+)/gm)].map(([, name, mac]) => `${name} ${mac}`).sort();
  };
  const recordOf = async (host: 'a' | 'b', id: string) => {
    const record = await readGuestRecord(hosts.directoryOf(host, id));
    assert.ok(record);
    return record;
  };
  const changeRecord = async (id: string, changes: object): Promise<void> => {
    const path = join(hosts.directoryOf('a', id), 'guest.json');
    await writeFile(path, JSON.stringify({ ...(await recordOf('a', id)), ...changes }));
  };
  before(async () => {
    hosts = await twoHosts();
    [a, b] = await hosts.open();
  });
  after(async () => {
    for (const id of made) for (const host of [a, b]) await on(host).ensureAbsent(orderFor(id));
    for (const host of [a, b]) await on(host).close();
    await hosts.cleanUp();
  });

  test('come while it runs, once however often it is ordered, and are there after a start', async () => {
    const id = await started(withCards(0));
    for (let time = 0; time < 2; time++) unwrap(await on(a).ensureCards(orderFor(id), withCards(0, 1)));
    const both = ['nic0 fa:16:3e:00:00:10', 'nic1 fa:16:3e:00:00:11'];
    assert.deepEqual(await shown('a', id), both);
    unwrap(await on(a).ensureStopped(orderFor(id), 0));
    unwrap(await on(a).ensureCards(orderFor(id), withCards(0, 1)));
    unwrap(await on(a).ensureRunning(orderFor(id), withCards(0, 1)));
    assert.deepEqual(await shown('a', id), both);
    unwrap(await on(a).ensureStopped(orderFor(id), 0));
    unwrap(await on(a).ensureRunning(orderFor(id), withCards(1)));
    assert.deepEqual(await shown('a', id), both.slice(1), 'a card keeps its place');
  });

  test('bring the way into a guest that had none, and no second one', async () => {
    const id = await started(smallSpec({ nics: [] }));
    assert.deepEqual(unwrap(await on(a).inspect(id)).access, []);
    unwrap(await on(a).ensureCards(orderFor(id), withCards(0)));
    const [way] = unwrap(await on(a).inspect(id)).access;
    assert.equal(way?.guestPort, 22);
    unwrap(await on(a).ensureCards(orderFor(id), withCards(0, 1)));
    assert.deepEqual(unwrap(await on(a).inspect(id)).access, [way]);
    assert.match(
      await monitor(hosts.directoryOf('a', id), 'info usernet'),
      new RegExp(`${way?.hostPort} +10\\.20\\.0\\.15`),
    );
  });

  test('of which a controller that died has left one half, or only the word of it, are made whole', async () => {
    const id = await started(withCards(0));
    const { nics } = await recordOf('a', id);
    await changeRecord(id, { nics: [...(nics ?? []), { ...card(1), slot: 5 }] });
    await monitor(hosts.directoryOf('a', id), 'netdev_add user,id=net5');
    unwrap(await on(a).ensureCards(orderFor(id), withCards(0, 1)));
    assert.deepEqual(await shown('a', id), ['nic0 fa:16:3e:00:00:10', 'nic5 fa:16:3e:00:00:11']);
  });

  test('of which a controller that died has left one half are taken back, when they are not wanted any more', async () => {
    const id = await started(withCards(0));
    const { nics } = await recordOf('a', id);
    await changeRecord(id, { nics: [...(nics ?? []), { ...card(1), slot: 1 }] });
    await monitor(hosts.directoryOf('a', id), 'netdev_add user,id=net1');
    unwrap(await on(a).ensureCards(orderFor(id), withCards(0)));
    assert.deepEqual((await recordOf('a', id)).nics, nics);
    assert.doesNotMatch(await monitor(hosts.directoryOf('a', id), 'info network'), /net1/);
  });

  test('that have no room any more are refused, and those that are there stay', async () => {
    const all = Array.from({ length: 16 }, (_, at) => at);
    const id = await started(withCards(...all.slice(1)));
    unwrap(await on(a).ensureCards(orderFor(id), withCards(...all.slice(1), 0)));
    assert.equal(codeOf(await on(a).ensureCards(orderFor(id), withCards(...all.slice(1), 0, 16))), 'HypervisorFailed');
    assert.equal((await shown('a', id)).length, 16);
  });

  test('are not taken from one that stands still, nor changed in one without ports for them, and it is said why', async () => {
    const id = await started(withCards(0, 1));
    unwrap(await on(a).ensurePaused(orderFor(id)));
    const still = await on(a).ensureCards(orderFor(id), withCards(0));
    assert.match(JSON.stringify(still), /stands still/);
    await changeRecord(id, { cardPorts: 0 });
    for (const cards of [withCards(0), withCards(0, 1, 2)]) {
      const fixed = await on(a).ensureCards(orderFor(id), cards);
      assert.equal(codeOf(fixed), 'Unsupported');
      assert.match(JSON.stringify(fixed), /a hard reboot/);
    }
    unwrap(await on(a).ensureCards(orderFor(id), withCards(1, 0)));
    assert.equal((await shown('a', id)).length, 2);
  });

  test('that came while it ran go with it to another host, and into memory that is saved', async () => {
    const id = await started(withCards(0, 1, 2));
    unwrap(await on(a).ensureStopped(orderFor(id), 0));
    unwrap(await on(a).ensureRunning(orderFor(id), withCards(0, 2)));
    unwrap(await on(a).ensureCards(orderFor(id), withCards(0, 2, 3)));
    const cards = ['nic0 fa:16:3e:00:00:10', 'nic1 fa:16:3e:00:00:13', 'nic2 fa:16:3e:00:00:12'];
    // One that a controller which died was about to give it, and that nobody wants any more.
    const { nics } = await recordOf('a', id);
    await changeRecord(id, { nics: [...(nics ?? []), { ...card(4), slot: 7 }] });
    unwrap(await on(a).ensureMigrated(orderFor(id), withCards(0, 2, 3), on(b)));
    unwrap(await on(b).ensureTakenOver(orderFor(id), on(a)));
    assert.deepEqual(await shown('b', id), cards);
    unwrap(await on(b).ensureCards(orderFor(id), withCards(0, 2, 3, 4)));
    unwrap(await on(b).ensureSuspended(orderFor(id)));
    // What else is wanted by then waits for a start that is none of saved memory.
    unwrap(await on(b).ensureRunning(orderFor(id), withCards(0)));
    assert.deepEqual(await shown('b', id), [...cards, 'nic3 fa:16:3e:00:00:14']);
    await onlyProcess(id);
  });

  test('stay as they are in one that an older version has started, also elsewhere, until a hard reboot', async () => {
    const id = await started(withCards(0, 1));
    unwrap(await on(a).ensureStopped(orderFor(id), 0));
    const { cardPorts, nics, ...record } = await recordOf('a', id);
    assert.equal(cardPorts, 16);
    const older = { ...record, nics: nics?.map(({ slot, ...nic }) => nic), sshPort: null, ending: null };
    await writeFile(join(hosts.directoryOf('a', id), 'guest.json'), JSON.stringify(older));
    const argv = qemuArguments({
      instanceId: id,
      accelerator: 'tcg',
      vcpus: 1,
      memoryMib: 64,
      disks: guestDisks(smallSpec()),
      volumes: [],
      volumesDirectory: join(hosts.root, 'volumes'),
      guestAgent: false,
      nics: (await recordOf('a', id)).nics ?? [],
      cardPorts: 0,
      sshPort: null,
      loadMemory: false,
      machineType: null,
      arrives: false,
    });
    assert.ok(argv.includes('virtio-net-pci,netdev=net1,id=nic1,mac=fa:16:3e:00:00:11'));
    spawn(QEMU, argv, { cwd: hosts.directoryOf('a', id), detached: true, stdio: 'ignore' }).unref();
    const answers = async () => (await shown('a', id).catch(() => [])).length === 2;
    await until('it answers', answers, bootLimitMs);
    assert.equal(codeOf(await on(a).ensureCards(orderFor(id), withCards(0))), 'Unsupported');
    unwrap(await on(a).ensureMigrated(orderFor(id), withCards(0, 1), on(b)));
    unwrap(await on(b).ensureTakenOver(orderFor(id), on(a)));
    assert.equal((await shown('b', id)).length, 2);
    assert.equal(codeOf(await on(b).ensureCards(orderFor(id), withCards(0, 1, 2))), 'Unsupported');
    unwrap(await on(b).ensureRebooted(orderFor(id), withCards(0, 1), { kind: 'hard', graceMs: 0 }));
    unwrap(await on(b).ensureCards(orderFor(id), withCards(0, 1, 2)));
    assert.equal((await shown('b', id)).length, 3);
  });
});

describe('network cards of a real guest', { skip: qemuUnavailable || guestImageUnavailable }, () => {
  const id = randomUUID();
  let directory: Awaited<ReturnType<typeof qemuDirectory>>;
  let hypervisor: Hypervisor;
  let image: GuestImageFile;
  const open = (): Hypervisor =>
    createQemuHypervisor({
      directory: join(directory.root, 'state'),
      images: imagesIn(directory.root),
      accel: 'tcg',
      hostname: 'test-host',
    });
  const spec = (...numbers: readonly number[]): GuestSpec => ({
    ...withCards(...numbers),
    memoryMib: 128,
    image: imageOf(image.sizeBytes, { contentId: image.sha512, format: 'qcow2' }),
  });
  const says = (words: RegExp): Promise<void> =>
    until(
      `the guest says ${words}`,
      async () => words.test(unwrap(await hypervisor.consoleOutput(id, null))),
      bootLimitMs,
    );

  before(async () => {
    image = await guestImage();
    directory = await qemuDirectory();
    await directory.addImage(image.sha512, await readFile(image.path));
    hypervisor = open();
    unwrap(await hypervisor.start());
  });
  after(async () => {
    await hypervisor.ensureAbsent(orderFor(id));
    await hypervisor.close();
    await directory.cleanUp();
  });

  test('come and go while it runs, and it sees that, also after its controller was another one', async () => {
    unwrap(await hypervisor.ensureRunning(orderFor(id), spec(0)));
    await says(/^guest-ready /m);
    unwrap(await hypervisor.ensureCards(orderFor(id), spec(0, 1)));
    await says(/guest-event action=add kind=nic name=eth1 mac=fa:16:3e:00:00:11/);
    const [way] = unwrap(await hypervisor.inspect(id)).access;
    await hypervisor.close();
    hypervisor = open();
    unwrap(await hypervisor.start());
    // The first card led to the port of ssh: the second one does now.
    for (let time = 0; time < 2; time++) unwrap(await hypervisor.ensureCards(orderFor(id), spec(1)));
    await says(/guest-event action=remove kind=nic name=eth0/);
    assert.deepEqual(unwrap(await hypervisor.inspect(id)).access, [way]);
    const guest = join(directory.guests, id);
    assert.match(await monitor(guest, 'info usernet'), new RegExp(`${way?.hostPort} +10\\.21\\.0\\.15`));
    unwrap(await hypervisor.ensureCards(orderFor(id), spec(1, 2)));
    await says(/guest-event action=add kind=nic name=eth\d mac=fa:16:3e:00:00:12/);
    unwrap(await hypervisor.ensureCards(orderFor(id), spec()));
    assert.deepEqual(unwrap(await hypervisor.inspect(id)).access, []);
    assert.deepEqual((await readGuestRecord(guest))?.nics, []);
    assert.equal((await monitor(guest, 'info network')).trim(), '');
  });
});
