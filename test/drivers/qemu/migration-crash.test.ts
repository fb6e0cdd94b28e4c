import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Hypervisor } from '../../../drivers/hypervisor.ts';
import { connectQmp } from '../../../drivers/qemu/qmp-client.ts';
import { endGuests } from '../../process/guests.ts';
import { codeOf, orderFor, until, unwrap } from '../conformance.ts';
import { qemuUnavailable } from './setup.ts';
import { diskySpec, monitor, onlyProcess, startedGuest, twoHosts } from './two-hosts.ts';

const controller = fileURLToPath(new URL('./killed-migration.ts', import.meta.url));

/** Starts a controller that migrates a guest, and kills it (SIGKILL) so long after it has begun. */
async function killWhile(root: string, id: string, orderId: string, what: 'whole' | 'half', afterMs: number) {
  const args = ['--import', 'tsx', controller, root, id, orderId, what];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await sleep(afterMs);
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

// A migration takes 300 to 400 ms: the moments lie before, in and after each of its steps.
describe('a controller killed at any moment of a live migration', { skip: qemuUnavailable }, () => {
  let hosts: Awaited<ReturnType<typeof twoHosts>>;
  before(async () => {
    hosts = await twoHosts();
  });
  after(async () => {
    for (const host of opened) await host.close();
    await endGuests(hosts.root);
    await hosts.cleanUp();
  });
  const opened: Hypervisor[] = [];
  const open = async (): Promise<readonly [Hypervisor, Hypervisor]> => {
    const both = await hosts.open();
    opened.push(...both);
    return both;
  };

  /** A guest on the first host, and no driver that holds it. */
  const left = async (): Promise<string> => {
    const [a, b] = await open();
    const id = await startedGuest(a, join(hosts.root, 'a', 'guests'));
    for (const host of [a, b]) await host.close();
    return id;
  };

  for (const afterMs of [0, 120, 180, 240, 300, 400]) {
    test(`after ${afterMs} ms it leaves one that the same order completes: the guest runs there alone`, async () => {
      const [id, orderId] = [await left(), randomUUID()];
      await killWhile(hosts.root, id, orderId, 'whole', afterMs);
      const [a, b] = await open();
      unwrap(await a.ensureMigrated(orderFor(id, orderId), diskySpec(), b));
      unwrap(await b.ensureTakenOver(orderFor(id, orderId), a));
      const report = unwrap(await b.inspect(id));
      assert.deepEqual([report.power, report.processId], ['running', await onlyProcess(id)]);
      unwrap(await a.ensureAbsent(orderFor(id)));
      await monitor(hosts.directoryOf('b', id), 'qemu-io root "write -P 0x33 0 1M"');
      unwrap(await b.ensureAbsent(orderFor(id)));
      for (const host of [a, b]) await host.close();
    });
  }

  for (const afterMs of [150, 220, 300, 400]) {
    test(`after ${afterMs} ms it leaves one that can be given up: the guest runs on here alone`, async () => {
      const id = await left();
      const pid = await onlyProcess(id);
      await killWhile(hosts.root, id, randomUUID(), 'half', afterMs);
      const [a, b] = await open();
      unwrap(await b.ensureAbsent(orderFor(id)));
      assert.equal(unwrap(await a.ensureRunning(orderFor(id), diskySpec())).power, 'running');
      assert.equal(await onlyProcess(id), pid);
      assert.equal(codeOf(await b.inspect(id)), 'GuestNotFound');
      assert.equal(hosts.hasFiles('b', id), false);
      await monitor(hosts.directoryOf('a', id), 'qemu-io root "write -P 0x33 0 1M"');
      unwrap(await a.ensureAbsent(orderFor(id)));
      for (const host of [a, b]) await host.close();
    });
  }

  test('one that nobody watches any more is ended by the next driver: the guest does not wait for ever', async () => {
    const id = await left();
    const path = join(hosts.root, 'nowhere');
    const nowhere = createServer((socket) => void socket.on('error', () => {}).resume()).unref();
    await new Promise<void>((resolve) => nowhere.listen(path, resolve));
    const tool = await connectQmp(join(hosts.directoryOf('a', id), 'qmp-tools'), () => {});
    assert.ok(tool.ok);
    const { client } = tool;
    try {
      const capabilities = [{ capability: 'pause-before-switchover', state: true }];
      unwrap(await client.execute('migrate-set-capabilities', { capabilities }));
      unwrap(await client.execute('migrate', { uri: `unix:${path}` }));
      await until('it waits before its last step', async () =>
        JSON.stringify(unwrap(await client.execute('query-migrate'))).includes('"pre-switchover"'),
      );
      const [a] = await open();
      assert.equal(unwrap(await a.inspect(id)).power, 'running');
    } finally {
      client.close();
      nowhere.close();
    }
  });
});
