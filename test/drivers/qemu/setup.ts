import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageContent } from '../../../drivers/images.ts';
import { createQemuHypervisor, type QemuHypervisorOptions } from '../../../drivers/qemu/index.ts';
import { driverFailed, driverOk } from '../../../drivers/result.ts';

/** Why the tests with QEMU cannot run here, or false. */
export const qemuUnavailable: string | false = ['qemu-system-x86_64', 'qemu-img'].every(
  (program) => spawnSync(program, ['--version']).status === 0,
)
  ? false
  : 'qemu-system-x86_64 or qemu-img is not installed';

/** An image store in which the content id is the name of a file in a directory. */
export const imagesIn = (directory: string): ImageContent => ({
  async ensureLocal(contentId) {
    const path = join(directory, contentId);
    return existsSync(path)
      ? driverOk(path)
      : driverFailed({ code: 'ImageUnusable', reason: `no content ${contentId}` });
  },
});

/** A directory for one driver, with images beside it; `open` makes a driver on it. */
export async function qemuDirectory(accel: QemuHypervisorOptions['accel'] = 'tcg') {
  const root = await mkdtemp(join(tmpdir(), 'novella-qemu-test-'));
  const images = imagesIn(root);
  return {
    root,
    guests: join(root, 'state', 'guests'),
    addImage: (name: string, bytes: Uint8Array) => writeFile(join(root, name), bytes),
    open: (changes: Partial<QemuHypervisorOptions> = {}) =>
      createQemuHypervisor({ directory: join(root, 'state'), images, accel, hostname: 'test-host', ...changes }),
    cleanUp: () => rm(root, { recursive: true, force: true }),
  };
}

/** The processes whose arguments name a guest. */
export async function processesOf(instanceId: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const argv = await readFile(`/proc/${entry}/cmdline`, 'latin1').catch(() => '');
    if (argv.split('\0').includes(instanceId)) found.push(Number(entry));
  }
  return found;
}
