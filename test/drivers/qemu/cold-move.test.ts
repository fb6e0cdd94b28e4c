import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Hypervisor } from '../../../drivers/hypervisor.ts';
import { endGuests } from '../../process/guests.ts';
import { codeOf, orderFor, unwrap } from '../conformance.ts';
import { qemuUnavailable } from './setup.ts';
import { diskySpec, onlyProcess, startedGuest, twoHosts } from './two-hosts.ts';

describe('a guest that is off and goes to a host with something left of it', { skip: qemuUnavailable }, () => {
  let hosts: Awaited<ReturnType<typeof twoHosts>>;
  let a: Hypervisor;
  let b: Hypervisor;
  before(async () => {
    hosts = await twoHosts();
    [a, b] = await hosts.open();
  });
  after(async () => {
    for (const host of [a, b]) await host?.close();
    await endGuests(hosts.root);
    await hosts.cleanUp();
  });

  const rootOf = (host: 'a' | 'b', id: string): string => join(hosts.directoryOf(host, id), 'disk.qcow2');
  const isSame = (id: string): boolean =>
    spawnSync('qemu-img', ['compare', rootOf('a', id), rootOf('b', id)]).status === 0;
  /** A guest that has been taken to the second host before, and has written to its disk here since then. */
  const movedBefore = async () => {
    const id = await startedGuest(a, join(hosts.root, 'a', 'guests'));
    unwrap(await a.ensureStopped(orderFor(id), 0));
    const order = orderFor(id);
    unwrap(await b.ensureImported(order, diskySpec(), unwrap(await a.exportGuest(orderFor(id)))));
    assert.equal(isSame(id), true);
    const written = spawnSync('qemu-io', ['-f', 'qcow2', '-c', 'write -P 0x77 2M 1M', rootOf('a', id)]);
    assert.equal(written.status, 0, String(written.stderr));
    assert.equal(isSame(id), false);
    return { id, order, exported: unwrap(await a.exportGuest(orderFor(id))) };
  };

  test('has the disks that it has now, and not those of the move before', async () => {
    const { id, order, exported } = await movedBefore();
    unwrap(await b.ensureImported(order, diskySpec(), exported));
    assert.equal(isSame(id), false, 'an order that is repeated copies nothing again');
    unwrap(await b.ensureImported(orderFor(id), diskySpec(), exported));
    assert.equal(isSame(id), true);
    assert.equal(unwrap(await b.inspect(id)).power, 'stopped');
  });

  test('does not go where a process of it runs', async () => {
    const { id, exported } = await movedBefore();
    unwrap(await b.ensureRunning(orderFor(id), diskySpec()));
    const pid = await onlyProcess(id);
    assert.equal(codeOf(await b.ensureImported(orderFor(id), diskySpec(), exported)), 'HypervisorFailed');
    assert.equal(await onlyProcess(id), pid);
  });

  test('is left alone where it comes from', async () => {
    const { id, exported } = await movedBefore();
    unwrap(await a.ensureImported(orderFor(id), diskySpec(), exported));
    assert.equal(unwrap(await a.inspect(id)).power, 'stopped');
    assert.equal(hosts.hasFiles('a', id), true);
  });
});
