import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { GuestSpec, Hypervisor } from '../../../drivers/hypervisor.ts';
import { createQemuHypervisor } from '../../../drivers/qemu/index.ts';
import { connectQmp } from '../../../drivers/qemu/qmp-client.ts';
import { orderFor, unwrap } from '../conformance.ts';
import { smallSpec } from '../specs.ts';
import { imagesIn, processesOf, qemuDirectory } from './setup.ts';

/** Opens the drivers of two hosts whose directories are below one root, with the same images and volumes. */
export async function openHosts(root: string): Promise<readonly [Hypervisor, Hypervisor]> {
  const of = (name: string): Hypervisor =>
    createQemuHypervisor({
      directory: join(root, name),
      volumesDirectory: join(root, 'volumes'),
      images: imagesIn(root),
      accel: 'tcg',
      hostname: name,
    });
  const both = [of('a'), of('b')] as const;
  for (const one of both) unwrap(await one.start());
  return both;
}

/** A directory for two hosts. */
export async function twoHosts() {
  const { root, cleanUp } = await qemuDirectory();
  const directoryOf = (host: 'a' | 'b', instanceId: string): string => join(root, host, 'guests', instanceId);
  return {
    root,
    cleanUp,
    directoryOf,
    open: () => openHosts(root),
    hasFiles: (host: 'a' | 'b', instanceId: string): boolean => existsSync(directoryOf(host, instanceId)),
  };
}

/** A blank guest with three disks. */
export const diskySpec = (changes: Partial<GuestSpec> = {}): GuestSpec =>
  smallSpec({ ephemeralGib: 1, swapMib: 64, ...changes });

/** Runs a command of the human monitor of a guest, by the monitor that is left to tools. */
export async function monitor(guestDirectory: string, command: string): Promise<string> {
  const tool = await connectQmp(join(guestDirectory, 'qmp-tools'), () => {});
  if (!tool.ok) throw new Error(tool.failure.reason);
  const answer = unwrap(await tool.client.execute('human-monitor-command', { 'command-line': command }));
  tool.client.close();
  return String(answer);
}

/** A guest that runs on a host, with something written to its disks. */
export async function startedGuest(
  hypervisor: Hypervisor,
  guestsDirectory: string,
  spec = diskySpec(),
): Promise<string> {
  const id = randomUUID();
  unwrap(await hypervisor.ensureRunning(orderFor(id), spec));
  await monitor(join(guestsDirectory, id), 'qemu-io root "write -P 0x5a 1M 8M"');
  return id;
}

/** The only process of a guest; throws when there is none, or there are several. */
export async function onlyProcess(instanceId: string): Promise<number> {
  const found = await processesOf(instanceId);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`processes of ${instanceId}: ${found.join()}`);
  return found[0];
}
