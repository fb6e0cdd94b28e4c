import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { GuestEvent, GuestSpec, Hypervisor } from '../../../drivers/hypervisor.ts';
import { readGuestRecord } from '../../../drivers/qemu/guest-record.ts';
import { orderFor, until, unwrap } from '../conformance.ts';
import { imageOf, smallSpec } from '../specs.ts';
import { type GuestImageFile, guestImage, guestImageUnavailable } from './guest-image.ts';
import { processesOf, qemuDirectory, qemuUnavailable } from './setup.ts';

/** The slowest boot seen under load took 22 s of the guest's time. */
const bootLimitMs = 120_000;

/** A shell script as long as user data may be, so that the config drive has a file of many sectors. */
const userData = Buffer.from(
  `#!/bin/sh\necho userdata-ran \${#filler}\nfiller='${'x'.repeat(40_000)}'\necho userdata-end \${#filler}\n`,
);

describe('qemu with a real guest', { skip: qemuUnavailable || guestImageUnavailable }, () => {
  const id = randomUUID();
  let directory: Awaited<ReturnType<typeof qemuDirectory>>;
  let hypervisor: Hypervisor;
  let image: GuestImageFile;

  const spec = (): GuestSpec =>
    smallSpec({
      memoryMib: 128,
      image: imageOf(image.sizeBytes, { contentId: image.sha512, format: 'qcow2' }),
      metadata: {
        metaData: { uuid: id, hostname: 'vm-one.novella', public_keys: {} },
        networkData: {
          links: [{ id: 'tap1', type: 'ovs', ethernet_mac_address: 'fa:16:3e:00:00:01', mtu: 1450 }],
          networks: [
            {
              id: 'network0',
              type: 'ipv4',
              link: 'tap1',
              ip_address: '10.20.0.15',
              netmask: '255.255.255.0',
              routes: [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway: '10.20.0.1' }],
            },
          ],
          services: [],
        },
        userData,
      },
    });
  const readyLines = async (): Promise<readonly string[]> =>
    unwrap(await hypervisor.consoleOutput(id, null)).match(/^guest-ready .*\r?\n/gm) ?? [];
  /** A root shell on the serial console. */
  const loggedIn = async () => {
    const socket = connect(join(directory.guests, id, 'console'));
    let seen = '';
    socket.on('data', (data) => {
      seen += data.toString('latin1');
    });
    const answers = async (what: RegExp): Promise<string> => {
      await until(`${what} on the console`, () => what.test(seen), bootLimitMs);
      const found = what.exec(seen)?.[0] ?? '';
      seen = '';
      return found;
    };
    socket.write('\n');
    await answers(/ login: $/);
    socket.write('root\n');
    await answers(/Password: $/);
    socket.write('guest\n');
    await answers(/# /);
    return { write: (text: string) => void socket.write(text), answers, close: () => void socket.destroy() };
  };
  /** What the kernel has drawn at its start: the same as long as its memory is. */
  const bootIdInGuest = async (): Promise<string> => {
    const shell = await loggedIn();
    shell.write('cat /proc/sys/kernel/random/boot_id\n');
    const bootId = await shell.answers(/[0-9a-f]{8}-[0-9a-f-]{27}\r?\n/);
    shell.write('exit\n');
    await shell.answers(/ login: $/);
    shell.close();
    return bootId.trim();
  };
  const ready = async (count: number): Promise<string> => {
    await until(`ready line ${count}`, async () => (await readyLines()).length >= count, bootLimitMs);
    return (await readyLines())[count - 1] ?? '';
  };

  before(async () => {
    image = await guestImage();
    directory = await qemuDirectory();
    await directory.addImage(image.sha512, await readFile(image.path));
    hypervisor = directory.open();
    unwrap(await hypervisor.start());
  });
  after(async () => {
    await hypervisor.ensureAbsent(orderFor(id));
    await hypervisor.close();
    await directory.cleanUp();
  });

  test('it boots, reads its name, address and user data from the config drive, and says so on the console', async () => {
    unwrap(await hypervisor.ensureRunning(orderFor(id), spec()));
    const line = await ready(1);
    assert.match(
      line,
      new RegExp(`hostname=vm-one.novella uuid=${id} addresses=10.20.0.15 source=config-drive boots=1 `),
    );
    const console = unwrap(await hypervisor.consoleOutput(id, null));
    assert.match(console, /userdata-end 40000\r?\n/);
    assert.match(console, /guest-userdata rc=0/);
    assert.equal(unwrap(await hypervisor.consoleOutput(id, 3)).split('\n').length, 3);
  });

  test('its ssh server answers on the forwarded port', async () => {
    const [way] = unwrap(await hypervisor.inspect(id)).access;
    assert.ok(way);
    const banner = await new Promise<string>((resolve, reject) => {
      const socket = connect(way.hostPort, way.hostAddress);
      socket.setTimeout(30_000, () => reject(new Error('no banner')));
      socket.once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.once('error', reject);
    });
    assert.match(banner, /^SSH-2\.0-dropbear/);
  });

  test('it goes on without the driver, with the same process, and the log has no gap', async () => {
    const report = unwrap(await hypervisor.inspect(id));
    await hypervisor.close();
    assert.deepEqual(await processesOf(id), [report.processId]);
    hypervisor = directory.open();
    unwrap(await hypervisor.start());
    assert.deepEqual(unwrap(await hypervisor.inspect(id)), report);
    assert.equal((await readyLines()).length, 1);
  });

  test('suspended, it has no process; resumed, it goes on in the same boot with the memory it had', async () => {
    const before = await bootIdInGuest();
    unwrap(await hypervisor.ensureSuspended(orderFor(id)));
    assert.deepEqual(await processesOf(id), []);
    assert.equal(unwrap(await hypervisor.inspect(id)).power, 'suspended');
    const machineType = (await readGuestRecord(join(directory.guests, id)))?.machineType ?? '';
    assert.match(machineType, /^pc-q35-[0-9.]+$/);
    unwrap(await hypervisor.ensureRunning(orderFor(id), spec()));
    const [processId = 0] = await processesOf(id);
    assert.ok(readFileSync(`/proc/${processId}/cmdline`, 'utf8').split('\0').includes(machineType));
    assert.equal(await bootIdInGuest(), before);
    assert.equal((await readyLines()).length, 1);
  });

  test('a soft reboot is a clean shutdown and a new start, once for its order', async () => {
    const order = orderFor(id);
    const soft = { kind: 'soft', graceMs: bootLimitMs } as const;
    const first = unwrap(await hypervisor.inspect(id));
    const second = unwrap(await hypervisor.ensureRebooted(order, spec(), soft));
    assert.notEqual(second.processId, first.processId);
    assert.match(await ready(2), / boots=2 /);
    assert.match(unwrap(await hypervisor.consoleOutput(id, null)), /guest-event powerbutton[\s\S]*guest-stopping/);
    assert.deepEqual(unwrap(await hypervisor.ensureRebooted(order, spec(), soft)), second);
  });

  test('a stop with a grace lets the guest shut itself down, and is no event', async () => {
    const events: GuestEvent[] = [];
    const unsubscribe = hypervisor.subscribe((event) => events.push(event));
    unwrap(await hypervisor.ensureStopped(orderFor(id), bootLimitMs));
    unsubscribe();
    assert.equal(unwrap(await hypervisor.inspect(id)).power, 'stopped');
    assert.equal(unwrap(await hypervisor.consoleOutput(id, null)).match(/guest-stopping/g)?.length, 2);
    assert.deepEqual(events, []);
  });

  test('a guest that shuts itself down is reported as stopped', async () => {
    unwrap(await hypervisor.ensureRunning(orderFor(id), spec()));
    assert.match(await ready(3), / boots=3 /);
    const events: GuestEvent[] = [];
    const unsubscribe = hypervisor.subscribe((event) => events.push(event));
    const serial = await loggedIn();
    serial.write('poweroff\n');
    await until('an event', () => events.length > 0, bootLimitMs);
    serial.close();
    unsubscribe();
    assert.deepEqual(events, [{ instanceId: id, power: 'stopped', reason: 'guest shut itself down' }]);
    assert.equal(unwrap(await hypervisor.inspect(id)).power, 'stopped');
  });

  test('removed, it leaves no process and no file', async () => {
    unwrap(await hypervisor.ensureRunning(orderFor(id), spec()));
    unwrap(await hypervisor.ensureAbsent(orderFor(id)));
    assert.deepEqual(await processesOf(id), []);
    assert.equal(existsSync(join(directory.guests, id)), false);
  });
});
