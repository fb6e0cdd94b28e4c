import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { copyVolume } from '../../../drivers/qemu/copy-volume.ts';
import type { QmpClient } from '../../../drivers/qemu/qmp-client.ts';
import { volumeNode } from '../../../drivers/qemu/volume-nodes.ts';
import { driverFailed, driverOk } from '../../../drivers/result.ts';
import { codeOf } from '../conformance.ts';
import { fakeAttachment, fakeGuest } from './fake-guest.ts';

/** QEMU with a volume, and at most one copy of it under way, as far as copying asks it. `begun` is called with a copy's beginning. */
function copier(volumeId: string, begun: () => void) {
  const nodes = new Set([volumeNode({ volumeId, bootIndex: null })]);
  const jobs = new Map<string, { readonly id: string; readonly type: string; readonly status: string }>();
  const execute: QmpClient['execute'] = async (command, args = {}) => {
    const [node, id] = [String(args['node-name']), String(args['id'] ?? args['job-id'])];
    switch (command) {
      case 'query-named-block-nodes':
        return driverOk([...nodes].map((name) => ({ 'node-name': name, image: { 'virtual-size': 1024 } })));
      case 'query-jobs':
        return driverOk([...jobs.values()].map((job) => ({ ...job })));
      case 'blockdev-add':
        nodes.add(node);
        return driverOk({});
      case 'blockdev-backup':
        jobs.set(id, { id, type: 'backup', status: 'running' });
        begun();
        return driverOk({});
      case 'job-cancel':
        jobs.set(id, { id, type: 'backup', status: 'concluded' });
        return driverOk({});
      case 'job-dismiss':
        jobs.delete(id);
        return driverOk({});
      case 'blockdev-del':
        if (jobs.size > 0 || !nodes.has(node)) return driverFailed({ code: 'HypervisorFailed', reason: 'in use' });
        nodes.delete(node);
        return driverOk({});
      default:
        throw new Error(command);
    }
  };
  return { execute, nodes, jobs };
}

test('a copy of a volume that is given up leaves neither its job nor its file open in the guest', async (t) => {
  const [volumeId, given] = [randomUUID(), new AbortController()];
  const qemu = copier(volumeId, () => given.abort());
  const { host, guest } = await fakeGuest(t, { attachment: fakeAttachment(qemu.execute) });
  const path = `${guest.directory}/copy.qcow2`;
  assert.equal(codeOf(await copyVolume(host, guest, volumeId, path, 'no', given.signal)), 'TimedOut');
  assert.deepEqual([...qemu.nodes], [volumeNode({ volumeId, bootIndex: null })]);
  assert.equal(qemu.jobs.size, 0);
});
