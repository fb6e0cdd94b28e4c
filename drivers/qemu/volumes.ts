import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageContent } from '../images.ts';
import { capturedRoot } from '../intake-result.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { VolumeContent, VolumeOrder, VolumeStore } from '../volumes.ts';
import { diskBytes } from './grow-disks.ts';
import { isInstanceId, partSuffix, syncPath } from './guest-files.ts';
import { checkImage } from './image-check.ts';
import { limits } from './limits.ts';
import { runProgram } from './program.ts';

const GIB = 1024 ** 3;

/** What the store is made with. */
export interface QemuVolumesOptions {
  /** Absolute; made when it is not there. */
  readonly directory: string;
  readonly qemuImgBinary: string;
  readonly images: ImageContent;
}

/** The file of a volume in a directory of volumes. */
export const volumeFile = (directory: string, volumeId: string): string => join(directory, `${volumeId}.qcow2`);

const snapshotFile = (directory: string, snapshotId: string): string => join(directory, `${snapshotId}.snapshot.qcow2`);

/**
 * Volumes as qcow2 files on this machine, each whole in itself: none refers to an image or to another one. What is made is
 * written under a name of its own and renamed when it is whole and on the disk, so a crash leaves nothing half. Orders for
 * one volume run one after the other.
 */
export function createQemuVolumes({ directory, qemuImgBinary, images }: QemuVolumesOptions): VolumeStore {
  const turns = new Map<string, Promise<unknown>>();
  let ready: Promise<void> | null = null;

  /** What a process that died had been writing is worth nothing. */
  const prepare = async (): Promise<void> => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(directory)) {
      if (name.endsWith(partSuffix)) await rm(join(directory, name), { force: true });
    }
  };

  const inTurn = async <T>(id: string, act: () => Promise<DriverResult<T>>): Promise<DriverResult<T>> => {
    if (!isInstanceId(id)) return driverFailed({ code: 'HypervisorFailed', reason: 'a volume has a UUID' });
    const guarded = async (): Promise<DriverResult<T>> => {
      try {
        ready ??= prepare();
        await ready;
        return await act();
      } catch (error) {
        const full = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
        return driverFailed({ code: full ? 'OutOfResources' : 'HypervisorFailed', reason: String(error) });
      }
    };
    const mine = (turns.get(id) ?? Promise.resolve()).then(guarded);
    turns.set(id, mine);
    const outcome = await mine;
    if (turns.get(id) === mine) turns.delete(id);
    return outcome;
  };

  const qemuImg = async (args: readonly string[], { signal }: VolumeOrder): Promise<DriverResult> => {
    const copies = args[0] === 'convert';
    const bounds = copies ? { timeoutMs: limits.captureMs, memoryBytesMax: limits.captureMemoryBytesMax } : {};
    const outcome = await runProgram(qemuImgBinary, args, { cwd: directory, signal, ...bounds });
    switch (outcome.how) {
      case 'ended':
        return driverOk(null);
      case 'aborted':
        return driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });
      case 'late':
        return driverFailed({ code: 'TimedOut', reason: `qemu-img ${args[0]} took too long` });
      case 'failed': {
        const code = outcome.message.includes('No space left') ? 'OutOfResources' : 'HypervisorFailed';
        return driverFailed({ code, reason: `qemu-img ${args[0]}: ${outcome.message}` });
      }
    }
  };

  /** Makes a file by way of another name. One that is there stays. */
  const made = async (path: string, make: (part: string) => Promise<DriverResult>): Promise<DriverResult> => {
    if (existsSync(path)) return driverOk(null);
    const part = `${path}.${randomUUID()}${partSuffix}`;
    const outcome = await make(part);
    if (!outcome.ok) {
      await rm(part, { force: true });
      return outcome;
    }
    await syncPath(part);
    await rename(part, path);
    await syncPath(directory);
    return driverOk(null);
  };

  const removed = async (path: string): Promise<DriverResult> => {
    await rm(path, { force: true });
    return driverOk(null);
  };

  const copy = (from: string, to: string, order: VolumeOrder): Promise<DriverResult> =>
    qemuImg(['convert', '-f', 'qcow2', '-O', 'qcow2', from, to], order);

  const filled = async (content: VolumeContent, bytes: number, part: string, order: VolumeOrder) => {
    switch (content.kind) {
      case 'blank':
        return qemuImg(['create', '-q', '-f', 'qcow2', part, String(bytes)], order);
      case 'snapshot':
        return copy(snapshotFile(directory, content.snapshotId), part, order);
      case 'volume':
        return copy(volumeFile(directory, content.volumeId), part, order);
      case 'image': {
        const local = await images.ensureLocal(content.contentId, order.signal);
        if (!local.ok) return local;
        const { signal } = order;
        const size = await checkImage(local.value, content, { qemuImg: qemuImgBinary, signal, cwd: directory });
        if (!size.ok) return size;
        if (size.value > bytes) {
          const reason = `image ${content.imageId}: its disk of ${size.value} bytes does not fit into ${bytes} bytes`;
          return driverFailed({ code: 'ImageUnusable', reason });
        }
        return qemuImg(['convert', '-f', content.format, '-O', 'qcow2', local.value, part], order);
      }
    }
  };

  const grown = async (path: string, bytes: number, order: VolumeOrder): Promise<DriverResult> =>
    (await diskBytes(path)) >= bytes
      ? driverOk(null)
      : qemuImg(['resize', '-q', '-f', 'qcow2', path, String(bytes)], order);

  return {
    ensureVolume: (order, { volumeId, sizeGib, content }) =>
      inTurn(volumeId, () =>
        made(volumeFile(directory, volumeId), async (part) => {
          const bytes = sizeGib * GIB;
          const outcome = await filled(content, bytes, part, order);
          return outcome.ok ? grown(part, bytes, order) : outcome;
        }),
      ),
    ensureVolumeAbsent: (_order, volumeId) => inTurn(volumeId, () => removed(volumeFile(directory, volumeId))),
    ensureSize: (order, volumeId, sizeGib) =>
      inTurn(volumeId, () => grown(volumeFile(directory, volumeId), sizeGib * GIB, order)),
    ensureSnapshot: (order, snapshotId, volumeId, copyOpen) =>
      inTurn(volumeId, () =>
        made(snapshotFile(directory, snapshotId), async (part) => {
          const open = copyOpen === null ? driverOk(false) : await copyOpen(part);
          if (!open.ok) return open;
          return open.value ? driverOk(null) : copy(volumeFile(directory, volumeId), part, order);
        }),
      ),
    ensureSnapshotAbsent: (_order, snapshotId) =>
      inTurn(snapshotId, () => removed(snapshotFile(directory, snapshotId))),
    capture: (order, volumeId, format, intake) =>
      inTurn(volumeId, async () => {
        const part = `${volumeFile(directory, volumeId)}.${randomUUID()}${partSuffix}`;
        try {
          const from = volumeFile(directory, volumeId);
          const copied = await qemuImg(['convert', '-f', 'qcow2', '-O', format, from, part], order);
          if (!copied.ok) return copied;
          const { size: expectedBytes } = await stat(part);
          const upload = { diskFormat: format, expectedBytes, signal: order.signal };
          return capturedRoot(await intake.put(createReadStream(part), upload), format);
        } finally {
          await rm(part, { force: true });
        }
      }),
  };
}
