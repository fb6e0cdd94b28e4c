import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { GuestEvent, Hypervisor, MigrationProgress } from '../../../drivers/hypervisor.ts';
import { createSimHypervisor } from '../../../drivers/sim/index.ts';
import { codeOf, orderFor, unwrap } from '../conformance.ts';
import { processesOf, qemuUnavailable } from './setup.ts';
import { diskySpec, monitor, onlyProcess, startedGuest, twoHosts } from './two-hosts.ts';

describe('live migration between two hosts of QEMU', { skip: qemuUnavailable }, () => {
  let hosts: Awaited<ReturnType<typeof twoHosts>>;
  let a: Hypervisor;
  let b: Hypervisor;
  const made: string[] = [];
  const started = async (spec = diskySpec()): Promise<string> => {
    const id = await startedGuest(a, join(hosts.root, 'a', 'guests'), spec);
    made.push(id);
    return id;
  };
  const powers = async (id: string): Promise<readonly string[]> => {
    const seen = [];
    for (const host of [a, b]) {
      const report = await host.inspect(id);
      seen.push(report.ok ? report.value.power : report.error.code);
    }
    return seen;
  };
  before(async () => {
    hosts = await twoHosts();
    [a, b] = await hosts.open();
  });
  after(async () => {
    for (const id of made) for (const host of [a, b]) await host.ensureAbsent(orderFor(id));
    for (const host of [a, b]) await host.close();
    await hosts.cleanUp();
  });

  test('a guest goes over with its disks, stands still until it is taken over, and is ended where it was', async () => {
    const id = await started();
    const events: GuestEvent[] = [];
    const seen: MigrationProgress[] = [];
    const ends = [a, b].map((host) => host.subscribe((event) => events.push(event)));
    const order = orderFor(id);
    unwrap(await a.ensureMigrated(order, diskySpec(), b, { progress: (progress) => seen.push(progress) }));
    assert.deepEqual(await powers(id), ['paused', 'paused']);
    unwrap(await a.ensureMigrated(order, diskySpec(), b));
    assert.deepEqual(await powers(id), ['paused', 'paused'], 'repeated, it changes nothing');
    unwrap(await b.ensureTakenOver(order, a));
    unwrap(await b.ensureTakenOver(order, a));
    assert.deepEqual(await powers(id), ['stopped', 'running']);
    unwrap(await a.ensureMigrated(order, diskySpec(), b));
    assert.deepEqual(await powers(id), ['stopped', 'running'], 'an answer that was lost is given again');
    for (const end of ends) end();
    assert.deepEqual(events, [], 'what was ordered is no event');
    const report = unwrap(await b.inspect(id));
    assert.equal(report.processId, await onlyProcess(id));
    assert.equal(report.access.length, 1);
    const last = seen.at(-1);
    assert.ok(last?.memory && last.memory.totalBytes > 64 * 1024 ** 2, JSON.stringify(seen));
    assert.ok(last.disk && last.disk.processedBytes >= 8 * 1024 ** 2, JSON.stringify(seen));
    unwrap(await b.ensureStopped(orderFor(id), 0));
    for (const file of ['disk.qcow2', 'ephemeral.qcow2', 'swap.qcow2']) {
      const [one, other] = [join(hosts.directoryOf('a', id), file), join(hosts.directoryOf('b', id), file)];
      const compared = spawnSync('qemu-img', ['compare', one, other], { encoding: 'utf8' });
      assert.equal(compared.status, 0, `${file}: ${compared.stdout}${compared.stderr}`);
    }
    const config = (host: 'a' | 'b') => readFileSync(join(hosts.directoryOf(host, id), 'config.iso'));
    assert.deepEqual(config('b'), config('a'));
    unwrap(await a.ensureAbsent(orderFor(id)));
    assert.equal(unwrap(await b.ensureRunning(orderFor(id), diskySpec())).power, 'running');
  });

  test('a paused guest arrives paused, goes on there, and can go back', async () => {
    const id = await started();
    unwrap(await a.ensurePaused(orderFor(id)));
    unwrap(await a.ensureMigrated(orderFor(id), diskySpec(), b));
    unwrap(await b.ensureTakenOver(orderFor(id), a));
    assert.deepEqual(await powers(id), ['stopped', 'paused']);
    unwrap(await b.ensureRunning(orderFor(id), diskySpec()));
    unwrap(await a.ensureAbsent(orderFor(id)));
    unwrap(await b.ensureMigrated(orderFor(id), diskySpec(), a));
    unwrap(await a.ensureTakenOver(orderFor(id), b));
    assert.deepEqual(await powers(id), ['running', 'stopped']);
    await onlyProcess(id);
  });

  test('taken back after it has arrived, the guest goes on where it was', async () => {
    const id = await started();
    const report = unwrap(await a.inspect(id));
    unwrap(await a.ensureMigrated(orderFor(id), diskySpec(), b));
    unwrap(await b.ensureAbsent(orderFor(id)));
    assert.deepEqual(unwrap(await a.ensureRunning(orderFor(id), diskySpec())), report);
    assert.equal(hosts.hasFiles('b', id), false);
    await monitor(hosts.directoryOf('a', id), 'qemu-io root "write -P 0x11 0 1M"');
    assert.equal(await onlyProcess(id), report.processId);
  });

  for (const [name, when] of [
    [
      'aborted while its disks are copied, the guest goes on where it was, and nothing of it is there',
      ({ disk, memory }: MigrationProgress) => disk !== null && memory === null,
    ],
    [
      'aborted while its memory is copied, the guest goes on where it was, and nothing of it is there',
      ({ memory }: MigrationProgress) => memory !== null,
    ],
  ] as const) {
    test(name, async () => {
      const id = await started();
      const report = unwrap(await a.inspect(id));
      const abort = new AbortController();
      const progress = (seen: MigrationProgress): void => {
        if (when(seen)) abort.abort();
      };
      const order = orderFor(id, randomUUID(), abort.signal);
      assert.equal(codeOf(await a.ensureMigrated(order, diskySpec(), b, { progress })), 'TimedOut');
      assert.deepEqual(unwrap(await a.inspect(id)), report);
      assert.equal(hosts.hasFiles('b', id), false);
      assert.equal(await onlyProcess(id), report.processId);
      assert.deepEqual(JSON.parse(await queryJobs(id)), []);
      unwrap(await a.ensureMigrated(orderFor(id), diskySpec(), b));
      unwrap(await b.ensureTakenOver(orderFor(id), a));
      assert.deepEqual(await powers(id), ['stopped', 'running'], 'and it can go later');
    });
  }

  const queryJobs = async (id: string): Promise<string> => {
    const { connectQmp } = await import('../../../drivers/qemu/qmp-client.ts');
    const tool = await connectQmp(join(hosts.directoryOf('a', id), 'qmp-tools'), () => {});
    assert.ok(tool.ok);
    const jobs = unwrap(await tool.client.execute('query-jobs'));
    const nodes = JSON.stringify(unwrap(await tool.client.execute('query-named-block-nodes', { flat: true })));
    assert.ok(!nodes.includes('move-'), 'no node of a mirror is left');
    tool.client.close();
    return JSON.stringify(jobs);
  };

  test('a process that dies where the guest goes to leaves it where it was', async () => {
    const id = await started();
    const report = unwrap(await a.inspect(id));
    let killed = false;
    const progress = ({ memory }: MigrationProgress): void => {
      if (memory === null || killed) return;
      killed = true;
      const text = readFileSync(join(hosts.directoryOf('b', id), 'pid'), 'latin1');
      process.kill(Number(text), 'SIGKILL');
    };
    assert.equal(codeOf(await a.ensureMigrated(orderFor(id), diskySpec(), b, { progress })), 'HypervisorFailed');
    assert.deepEqual(unwrap(await a.inspect(id)), report);
    assert.equal(await onlyProcess(id), report.processId);
    assert.equal(hosts.hasFiles('b', id), false);
  });

  test('a host without room for the guest refuses it, and the guest goes on', async () => {
    const id = await started();
    const { memoryMib } = unwrap(await b.inventory());
    const large = diskySpec({ memoryMib: memoryMib + 1 });
    assert.equal(codeOf(await a.ensureMigrated(orderFor(id), large, b)), 'OutOfResources');
    const huge = diskySpec({ rootGib: 1 });
    const grown = spawnSync('qemu-img', ['--version']).status === 0 && (await started({ ...huge, rootGib: 100_000 }));
    assert.ok(grown);
    const terms = { overCommit: false };
    assert.equal(codeOf(await a.ensureMigrated(orderFor(grown), huge, b, terms)), 'OutOfResources');
    assert.deepEqual(
      [await powers(id), await powers(grown)],
      [
        ['running', 'GuestNotFound'],
        ['running', 'GuestNotFound'],
      ],
    );
  });

  test('a guest whose devices are not those of the spec is refused by QEMU, and goes on', async () => {
    const id = await started();
    const other = diskySpec({ memoryMib: 96 });
    assert.equal(codeOf(await a.ensureMigrated(orderFor(id), other, b)), 'HypervisorFailed');
    assert.deepEqual(await powers(id), ['running', 'GuestNotFound']);
    assert.deepEqual(
      readdirSync(join(hosts.root, 'b', 'guests')).filter((name) => name === id),
      [],
    );
  });

  test('forced, a migration under way comes to its end, and the guest runs', async () => {
    const id = await started();
    const forced: Promise<unknown>[] = [];
    const progress = (seen: MigrationProgress): void => {
      if (seen.disk !== null && forced.length === 0) forced.push(a.forceMigration(orderFor(id)));
    };
    unwrap(await a.ensureMigrated(orderFor(id), diskySpec(), b, { progress }));
    unwrap(await b.ensureTakenOver(orderFor(id), a));
    assert.equal(forced.length, 1);
    assert.deepEqual(await powers(id), ['stopped', 'running']);
    unwrap(await a.forceMigration(orderFor(id)));
    assert.deepEqual(await powers(id), ['stopped', 'running'], 'without one it changes nothing');
  });

  test('one that does not run, is not there, or goes to another kind of host is refused', async () => {
    const missing = randomUUID();
    assert.notEqual(codeOf(await a.ensureMigrated(orderFor(missing), diskySpec(), b)), 'none');
    assert.equal(codeOf(await b.ensureTakenOver(orderFor(missing), a)), 'GuestNotFound');
    const id = await started();
    const inventory = unwrap(await a.inventory());
    const { realClock } = await import('../../../runtime/clock.ts');
    const sim = createSimHypervisor({ inventory, clock: realClock, random: () => 0.5 });
    assert.equal(codeOf(await a.ensureMigrated(orderFor(id), diskySpec(), sim)), 'Unsupported');
    unwrap(await a.ensureStopped(orderFor(id), 0));
    assert.equal(codeOf(await a.ensureMigrated(orderFor(id), diskySpec(), b)), 'HypervisorFailed');
    assert.deepEqual(await processesOf(id), []);
  });

  test('what is left there of one that never arrived is not taken for the guest', async () => {
    const id = await started();
    unwrap(await a.ensureStopped(orderFor(id), 0));
    const leave = async (): Promise<void> => {
      unwrap(await b.ensureRunning(orderFor(id), diskySpec()));
      unwrap(await b.ensureStopped(orderFor(id), 0));
      const path = join(hosts.directoryOf('b', id), 'guest.json');
      const arrival = { state: 'arriving', power: 'running' };
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), arrival }));
    };
    await leave();
    unwrap(await b.ensureImported(orderFor(id), diskySpec(), unwrap(await a.exportGuest(orderFor(id)))));
    const [one, other] = [
      join(hosts.directoryOf('a', id), 'disk.qcow2'),
      join(hosts.directoryOf('b', id), 'disk.qcow2'),
    ];
    assert.equal(spawnSync('qemu-img', ['compare', one, other]).status, 0);
    await leave();
    const { ino } = statSync(other);
    // As long as it has another name its number is not given to a new file.
    linkSync(other, join(hosts.directoryOf('a', id), 'left.qcow2'));
    unwrap(await b.ensureRunning(orderFor(id), diskySpec()));
    assert.notEqual(statSync(other).ino, ino);
  });
});
