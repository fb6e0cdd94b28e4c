import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { codeOf, orderFor, unwrap } from '../conformance.ts';
import { smallSpec } from '../specs.ts';
import { processesOf, qemuDirectory, qemuUnavailable } from './setup.ts';

const controller = fileURLToPath(new URL('./killed-controller.ts', import.meta.url));

/** Starts a controller that does one order, and kills it (SIGKILL) so long after it has begun. */
async function killWhile(directory: string, what: string, instanceId: string, orderId: string, afterMs: number) {
  const child = spawn(process.execPath, ['--import', 'tsx', controller, directory, instanceId, orderId, what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await sleep(afterMs);
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

// An order takes 60 to 150 ms: the moments lie before, in and after each of its steps.
const momentsMs = [0, 5, 12, 20, 30, 45, 60, 80, 110, 150];

describe('a controller killed at any moment of an order', { skip: qemuUnavailable }, () => {
  test('leaves a start that the same order completes, with one process', async () => {
    const directory = await qemuDirectory();
    for (const afterMs of momentsMs) {
      const [id, orderId] = [randomUUID(), randomUUID()];
      await killWhile(join(directory.root, 'state'), 'start', id, orderId, afterMs);
      const hypervisor = directory.open();
      unwrap(await hypervisor.start());
      const report = unwrap(await hypervisor.ensureRunning(orderFor(id, orderId), smallSpec()));
      assert.deepEqual(await processesOf(id), [report.processId], `after ${afterMs} ms`);
      unwrap(await hypervisor.ensureAbsent(orderFor(id)));
      assert.deepEqual(await processesOf(id), []);
      await hypervisor.close();
    }
    await directory.cleanUp();
  });

  test('leaves a start that ensureAbsent undoes, also right after the crash', async () => {
    const directory = await qemuDirectory();
    for (const afterMs of momentsMs) {
      const id = randomUUID();
      await killWhile(join(directory.root, 'state'), 'start', id, randomUUID(), afterMs);
      const hypervisor = directory.open();
      unwrap(await hypervisor.start());
      unwrap(await hypervisor.ensureAbsent(orderFor(id)));
      assert.equal(codeOf(await hypervisor.inspect(id)), 'GuestNotFound');
      await sleep(150); // longer than a process of the killed controller would take to come up
      assert.deepEqual(await processesOf(id), [], `after ${afterMs} ms`);
      assert.equal(existsSync(join(directory.guests, id)), false);
      await hypervisor.close();
    }
    await directory.cleanUp();
  });

  test('leaves a reboot that the same order completes: the guest runs, as one new process', async () => {
    const directory = await qemuDirectory();
    for (const afterMs of momentsMs.filter((_, at) => at % 2 === 0)) {
      const [id, orderId] = [randomUUID(), randomUUID()];
      const first = directory.open();
      unwrap(await first.start());
      const old = unwrap(await first.ensureRunning(orderFor(id), smallSpec()));
      await first.close();
      await killWhile(join(directory.root, 'state'), 'reboot', id, orderId, afterMs);
      const second = directory.open();
      unwrap(await second.start());
      const report = unwrap(
        await second.ensureRebooted(orderFor(id, orderId), smallSpec(), { kind: 'hard', graceMs: 0 }),
      );
      assert.notEqual(report.processId, old.processId);
      assert.deepEqual(await processesOf(id), [report.processId], `after ${afterMs} ms`);
      unwrap(await second.ensureAbsent(orderFor(id)));
      await second.close();
    }
    await directory.cleanUp();
  });

  test('leaves a removal that the same order completes', async () => {
    const directory = await qemuDirectory();
    for (const afterMs of [0, 2, 5, 10, 20]) {
      const [id, orderId] = [randomUUID(), randomUUID()];
      const first = directory.open();
      unwrap(await first.start());
      unwrap(await first.ensureRunning(orderFor(id), smallSpec()));
      await first.close();
      await killWhile(join(directory.root, 'state'), 'remove', id, orderId, afterMs);
      const second = directory.open();
      unwrap(await second.start());
      unwrap(await second.ensureAbsent(orderFor(id, orderId)));
      assert.deepEqual(await processesOf(id), [], `after ${afterMs} ms`);
      assert.equal(existsSync(join(directory.guests, id)), false);
      await second.close();
    }
    await directory.cleanUp();
  });
});
