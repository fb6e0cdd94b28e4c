import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { guestDisks } from '../../../drivers/qemu/disks.ts';
import type { Guest } from '../../../drivers/qemu/host.ts';
import type { QmpClient } from '../../../drivers/qemu/qmp-client.ts';
import { runQmpJob } from '../../../drivers/qemu/qmp-job.ts';
import { startProcess } from '../../../drivers/qemu/start-process.ts';
import { driverFailed, driverOk } from '../../../drivers/result.ts';
import { codeOf } from '../conformance.ts';
import { smallSpec } from '../specs.ts';
import { fakeGuest } from './fake-guest.ts';

const signal = new AbortController().signal;

/** QEMU that answers nothing in time until it is asked a third time how a job is; `knows`: it has the job then. */
function busy(knows: boolean): QmpClient {
  const late = driverFailed({ code: 'TimedOut', reason: 'QMP did not answer' });
  let job = '';
  let looks = 0;
  return {
    async execute(command, args = {}) {
      if (command === 'snapshot-save') job = String(args['job-id']);
      if (command === 'query-jobs') looks += 1;
      if (looks < 3) return late;
      return driverOk(command === 'query-jobs' && knows ? [{ id: job, status: 'concluded' }] : []);
    },
    closed: new Promise(() => {}),
    close: () => {},
  };
}

test('a job that keeps QEMU from answering, as the saving of much memory does, is waited for', async () => {
  assert.equal(codeOf(await runQmpJob(busy(true), 'snapshot-save', {}, 600_000, signal)), 'none');
});

test('a job that QEMU does not have is not waited for', async () => {
  assert.equal(codeOf(await runQmpJob(busy(false), 'snapshot-save', {}, 600_000, signal)), 'HypervisorFailed');
});

for (const [loadMemory, code] of [
  [true, 'HypervisorFailed'],
  [false, 'TimedOut'],
] as const) {
  test(`a process that ${loadMemory ? 'loads memory' : 'loads nothing'} and does not answer for minutes is ${
    loadMemory ? 'waited for to its end' : 'waited for no longer'
  }`, async (t) => {
    const { host, guest } = await fakeGuest(t);
    const [qemu, goes] = [join(host.guestsDirectory, 'qemu'), join(guest.directory, 'goes')];
    await writeFile(goes, '');
    await writeFile(qemu, '#!/bin/sh\ntouch begun\nwhile test -e goes; do sleep 0.05; done\ntouch gone\nexit 1\n', {
      mode: 0o700,
    });
    const machine = {
      instanceId: guest.instanceId,
      accelerator: 'tcg',
      vcpus: 1,
      memoryMib: 64,
      disks: guestDisks(smallSpec()),
      volumes: [],
      volumesDirectory: host.volumesDirectory,
      guestAgent: false,
      nics: [],
      cardPorts: 0,
      sshPort: null,
      loadMemory,
      machineType: null,
      arrives: false,
    } as const;
    let [aheadMs, looks] = [0, 0];
    const now = performance.now.bind(performance);
    t.mock.method(performance, 'now', () => now() + aheadMs);
    const watched: Guest = {
      ...guest,
      get attachment() {
        looks += 1;
        return null;
      },
    };
    const started = startProcess({ ...host, qemu }, watched, machine, signal);
    while (!existsSync(join(guest.directory, 'begun'))) await sleep(10);
    aheadMs = 300_000;
    const [seen, outcome] = [looks, started.then(() => 'told')];
    if (!loadMemory) await outcome;
    while (loadMemory && looks < seen + 3) assert.notEqual(await Promise.race([outcome, sleep(10)]), 'told');
    await rm(goes);
    assert.equal(codeOf((await started).error), code);
    while (!existsSync(join(guest.directory, 'gone'))) await sleep(10);
  });
}
