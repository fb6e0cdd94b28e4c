import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { GuestEvent, Hypervisor } from '../../../drivers/hypervisor.ts';
import { codeOf, driverConformance, orderFor, until, unwrap } from '../conformance.ts';
import { imageOf, smallSpec } from '../specs.ts';
import { processesOf, qemuDirectory, qemuUnavailable } from './setup.ts';

driverConformance({
  name: 'qemu',
  unavailable: qemuUnavailable,
  skip: {
    'a guest that does not run is told of to another host, and made there once':
      'the disks of a guest lie on its host alone',
  },
  create: async () => {
    const directory = await qemuDirectory();
    const large = imageOf(2 * 1024 ** 3, { contentId: 'large' });
    await directory.addImage('large', new Uint8Array(0));
    await truncate(join(directory.root, 'large'), large.sizeBytes);
    return {
      open: async () => directory.open(),
      spec: () => smallSpec(),
      specWithTooLargeImage: () => smallSpec({ image: large }),
      crash: async (_, report) => {
        assert.ok(report.processId !== null);
        process.kill(report.processId, 'SIGKILL');
      },
      cleanUp: directory.cleanUp,
    };
  },
});

describe('qemu', { skip: qemuUnavailable }, () => {
  let directory: Awaited<ReturnType<typeof qemuDirectory>>;
  let hypervisor: Hypervisor;
  const made: string[] = [];
  const newGuest = () => {
    const id = randomUUID();
    made.push(id);
    return id;
  };
  before(async () => {
    directory = await qemuDirectory();
    hypervisor = directory.open();
    unwrap(await hypervisor.start());
  });
  after(async () => {
    for (const id of made) await hypervisor.ensureAbsent(orderFor(id));
    await hypervisor.close();
    await directory.cleanUp();
  });
  const restart = async () => {
    await hypervisor.close();
    hypervisor = directory.open();
    unwrap(await hypervisor.start());
  };

  test('a removed guest leaves no process and no file', async () => {
    const id = newGuest();
    unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec({ ephemeralGib: 1, swapMib: 64 })));
    assert.equal((await processesOf(id)).length, 1);
    unwrap(await hypervisor.ensureAbsent(orderFor(id)));
    assert.deepEqual(await processesOf(id), []);
    assert.equal(existsSync(join(directory.guests, id)), false);
  });

  test('disks grow to the size of the spec when the guest starts, and never shrink', async () => {
    const id = newGuest();
    const sizeOf = async (file: string): Promise<bigint> =>
      (await readFile(join(directory.guests, id, file))).readBigUInt64BE(24);
    const spec = smallSpec({ ephemeralGib: 1 });
    unwrap(await hypervisor.ensureRunning(orderFor(id), spec));
    unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
    const before = await sizeOf('disk.qcow2');
    const rootGib = Number(before / 1024n ** 3n) + 2;
    unwrap(await hypervisor.ensureRunning(orderFor(id), { ...spec, rootGib, ephemeralGib: 3 }));
    unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
    assert.equal(await sizeOf('disk.qcow2'), BigInt(rootGib) * 1024n ** 3n);
    assert.equal(await sizeOf('ephemeral.qcow2'), 3n * 1024n ** 3n);
    unwrap(await hypervisor.ensureRunning(orderFor(id), spec));
    assert.equal(await sizeOf('disk.qcow2'), BigInt(rootGib) * 1024n ** 3n);
  });

  test('a guest directory and its files are closed to other users', async () => {
    const id = newGuest();
    unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec()));
    assert.equal((await stat(directory.guests)).mode & 0o777, 0o700);
    assert.equal((await stat(join(directory.guests, id))).mode & 0o777, 0o700);
    assert.equal((await stat(join(directory.guests, id, 'config.iso'))).mode & 0o777, 0o600);
  });

  test('the root disk is kept over a stop and a start', async () => {
    const id = newGuest();
    unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec()));
    const { ino } = await stat(join(directory.guests, id, 'disk.qcow2'));
    unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
    unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec()));
    assert.equal((await stat(join(directory.guests, id, 'disk.qcow2'))).ino, ino);
  });

  test('a state directory deeper than a socket address, with spaces and commas, works', async () => {
    const deep = join(directory.root, 'a, b=c'.repeat(10), 'd'.repeat(100));
    const other = directory.open({ directory: deep });
    unwrap(await other.start());
    const id = randomUUID();
    const report = unwrap(await other.ensureRunning(orderFor(id), smallSpec()));
    assert.equal(unwrap(await other.inspect(id)).processId, report.processId);
    unwrap(await other.ensureAbsent(orderFor(id)));
    await other.close();
  });

  test('the forwarded port is told, kept over a restart, and another one taken when it is in use', async () => {
    const id = newGuest();
    const first = unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec()));
    const port = first.access[0]?.hostPort ?? 0;
    assert.deepEqual(first.access, [{ hostAddress: '127.0.0.1', hostPort: port, guestPort: 22 }]);
    await restart();
    assert.deepEqual(unwrap(await hypervisor.inspect(id)).access, first.access);
    unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
    assert.deepEqual(unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec())).access, first.access);
    unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(port, '127.0.0.1', resolve));
    const second = unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec()));
    blocker.close();
    assert.equal(second.access.length, 1);
    assert.notEqual(second.access[0]?.hostPort, port);
  });

  test('half-made files of an interrupted order are replaced, not used', async () => {
    const id = newGuest();
    await mkdir(join(directory.guests, id), { mode: 0o700 });
    await writeFile(join(directory.guests, id, 'disk.qcow2.0000.part'), 'half');
    await writeFile(join(directory.guests, id, 'guest.json'), '{"version":1,"inst');
    assert.equal(unwrap(await hypervisor.inspect(id)).power, 'stopped');
    unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec()));
    assert.ok(!(await readdir(join(directory.guests, id))).some((name) => name.endsWith('.part')));
    assert.match(await readFile(join(directory.guests, id, 'disk.qcow2'), 'latin1'), /^QFI/);
  });

  test('a half-made guest can be removed', async () => {
    const id = newGuest();
    await mkdir(join(directory.guests, id));
    assert.ok(unwrap(await hypervisor.inspectAll()).some((guest) => guest.instanceId === id));
    unwrap(await hypervisor.ensureAbsent(orderFor(id)));
    assert.equal(existsSync(join(directory.guests, id)), false);
  });

  test('how a guest ended while nobody watched is told by its traces', async () => {
    const [killed, terminated, stopped] = [newGuest(), newGuest(), newGuest()];
    const pids: number[] = [];
    for (const id of [killed, terminated, stopped]) {
      pids.push(unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec())).processId ?? 0);
    }
    unwrap(await hypervisor.ensureStopped(orderFor(stopped), 0));
    await hypervisor.close();
    process.kill(pids[0] ?? 0, 'SIGKILL');
    process.kill(pids[1] ?? 0, 'SIGTERM');
    await until(
      'both have ended',
      async () => [...(await processesOf(killed)), ...(await processesOf(terminated))].length === 0,
    );
    hypervisor = directory.open();
    unwrap(await hypervisor.start());
    assert.equal(unwrap(await hypervisor.inspect(killed)).power, 'crashed');
    assert.equal(unwrap(await hypervisor.inspect(terminated)).power, 'crashed');
    assert.equal(unwrap(await hypervisor.inspect(stopped)).power, 'stopped');
  });

  test('a process that merely has the number in the pid file is neither taken for the guest nor killed', async () => {
    const id = newGuest();
    unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec()));
    unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
    const bystander = spawn('sleep', ['600']);
    await writeFile(join(directory.guests, id, 'pid'), `${bystander.pid}\n`);
    assert.equal(unwrap(await hypervisor.inspect(id)).processId, null);
    unwrap(await hypervisor.ensureAbsent(orderFor(id)));
    assert.equal(bystander.exitCode, null);
    assert.equal(bystander.signalCode, null);
    bystander.kill();
  });

  test('a guest whose process hangs is found by its process id, never started twice, and can be removed', async () => {
    const id = newGuest();
    const { processId } = unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec()));
    await hypervisor.close();
    process.kill(processId ?? 0, 'SIGSTOP'); // it answers no more, as one that hangs
    hypervisor = directory.open();
    const started = hypervisor.start();
    unwrap(await started);
    assert.equal(unwrap(await hypervisor.inspect(id)).processId, processId);
    assert.equal(codeOf(await hypervisor.ensureRunning(orderFor(id), smallSpec())), 'Unreachable');
    assert.deepEqual(await processesOf(id), [processId]);
    unwrap(await hypervisor.ensureAbsent(orderFor(id)));
    assert.deepEqual(await processesOf(id), []);
  });

  test('a guest that a tool pauses and resumes is reported so', async () => {
    const id = newGuest();
    unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec()));
    const events: GuestEvent[] = [];
    const unsubscribe = hypervisor.subscribe((event) => events.push(event));
    const { connectQmp } = await import('../../../drivers/qemu/qmp-client.ts');
    const tool = await connectQmp(join(directory.guests, id, 'qmp-tools'), () => {});
    assert.ok(tool.ok);
    unwrap(await tool.client.execute('stop'));
    await until('paused', () => events.some((event) => event.instanceId === id && event.power === 'paused'));
    assert.equal(unwrap(await hypervisor.inspect(id)).power, 'paused');
    unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec()));
    assert.equal(unwrap(await hypervisor.inspect(id)).power, 'running');
    tool.client.close();
    unsubscribe();
  });

  for (const [what, bytes, format] of [
    ['a raw file declared as qcow2', Buffer.alloc(1024, 1), 'qcow2'],
    ['a qcow2 declared as raw', Buffer.from('QFI\u00fb\0\0\0\u0003'.padEnd(1024, '\0'), 'latin1'), 'raw'],
    ['a damaged qcow2', Buffer.from('QFI\u00fb\0\0\0\u0003'.padEnd(1024, '\0'), 'latin1'), 'qcow2'],
  ] as const) {
    test(`${what} is ImageUnusable and leaves nothing`, async () => {
      const id = newGuest();
      await directory.addImage('bad', bytes);
      const image = imageOf(bytes.length, { contentId: 'bad', format });
      assert.equal(codeOf(await hypervisor.ensureRunning(orderFor(id), smallSpec({ image }))), 'ImageUnusable');
      assert.equal(existsSync(join(directory.guests, id)), false);
    });
  }

  test('an image of which the store has no content is ImageUnusable', async () => {
    const result = await hypervisor.ensureRunning(
      orderFor(newGuest()),
      smallSpec({ image: imageOf(1, { contentId: 'none' }) }),
    );
    assert.equal(codeOf(result), 'ImageUnusable');
  });

  test('what is not an instance id reaches no file', async () => {
    for (const id of ['../../etc', '', 'a', randomUUID().toUpperCase()]) {
      assert.equal(codeOf(await hypervisor.inspect(id)), 'GuestNotFound');
      assert.equal(codeOf(await hypervisor.ensureAbsent(orderFor(id))), 'HypervisorFailed');
    }
  });

  test('a missing QEMU makes start fail with Unreachable', async () => {
    const other = directory.open({ qemuBinary: '/nonexistent/qemu' });
    assert.equal(codeOf(await other.start()), 'Unreachable');
    await other.close();
  });
});
