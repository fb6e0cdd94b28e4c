import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { qcow2Image } from '../../drivers/image-store/qcow2-image.ts';
import { imageService } from './image-service.ts';

const run = promisify(execFile);

const isInstalled = await run('openstack', ['--version']).then(
  () => true,
  () => false,
);

test('the openstack client creates, lists, shows, changes, saves and deletes images', {
  skip: !isInstalled,
}, async () => {
  const service = await imageService();
  const endpoint = await service.listen();
  const directory = await mkdtemp(join(tmpdir(), 'novella-openstack-'));
  const options = ['--os-auth-type', 'admin_token', '--os-token', 'admin', '--os-endpoint', `${endpoint}/v2`];
  const openstack = async (...command: string[]): Promise<string> =>
    (await run('openstack', [...options, 'image', ...command], { timeout: 60_000 })).stdout;
  const shown = async (): Promise<Record<string, unknown>> => JSON.parse(await openstack('show', '-f', 'json', 'disk'));
  try {
    const qcow2 = join(directory, 'disk.qcow2');
    await writeFile(qcow2, qcow2Image());
    const file = ['--disk-format', 'qcow2', '--file', qcow2];
    const more = ['--public', '--min-ram', '64', '--property', 'hw_disk_bus=virtio', '--tag', 'one'];
    await openstack('create', ...file, ...more, 'disk');
    const created = await shown();
    assert.deepEqual([created['status'], created['virtual_size'], created['min_ram']], ['active', 10 * 1024 ** 3, 64]);

    assert.match(await openstack('list', '-f', 'value', '-c', 'Name', '-c', 'Status', '--public'), /^disk active$/m);
    await openstack(
      'set',
      '--name',
      'disk',
      '--min-disk',
      '3',
      '--property',
      'os_distro=debian',
      '--tag',
      'two',
      'disk',
    );
    const changed = await shown();
    // The client sends tags as an unordered set.
    const tags = Array.isArray(changed['tags']) ? changed['tags'].sort() : [];
    assert.deepEqual([changed['min_disk'], tags], [3, ['one', 'two']]);
    assert.match(JSON.stringify(changed['properties']), /"os_distro": ?"debian"/);
    await openstack('unset', '--property', 'os_distro', '--tag', 'one', 'disk');
    assert.doesNotMatch(JSON.stringify(await shown()), /debian/);

    const saved = join(directory, 'saved');
    await openstack('save', '--file', saved, 'disk');
    assert.deepEqual(await readFile(saved), qcow2Image());

    const lie = join(directory, 'lie.raw');
    await writeFile(lie, randomBytes(3_000_000));
    const refused = await openstack('create', '--disk-format', 'qcow2', '--file', lie, 'lie').then(
      () => '',
      (error: unknown) => (error instanceof Error && 'stderr' in error ? String(error.stderr) : ''),
    );
    assert.match(refused, /not what it says it is: declared as qcow2, but its content is raw/);

    await openstack('delete', 'disk');
    assert.equal(await openstack('list', '-f', 'value', '-c', 'Name'), '');
  } finally {
    await service.close();
    await rm(directory, { recursive: true, force: true });
  }
});
