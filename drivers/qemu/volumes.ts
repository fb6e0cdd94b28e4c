import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageContent } from '../images.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { VolumeContent, VolumeOrder, VolumeSpec, VolumeStore } from '../volumes.ts';
import { diskBytes } from './grow-disks.ts';
import { isInstanceId, partSuffix, syncPath } from './guest-files.ts';
import { checkImage } from './image-check.ts';
import { intakeOfFile } from './intake-file.ts';
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

/** The file of a volume in a directory of volumes. One that several guests may have is raw: qcow2 is for one process alone. */
export const volumeFile = (directory: string, volumeId: string, shared = false): string =>
  join(directory, `${volumeId}.${shared ? 'raw' : 'qcow2'}`);

/** The file of a volume as it lies there, and its format. */
const bytesOf = (directory: string, volumeId: string): { readonly path: string; readonly format: Format } => {
  const raw = volumeFile(directory, volumeId, true);
  return existsSync(raw) ? { path: raw, format: 'raw' } : { path: volumeFile(directory, volumeId), format: 'qcow2' };
};

type Format = 'raw' | 'qcow2';

const noId = driverFailed({ code: 'HypervisorFailed', reason: 'a volume, and a snapshot of one, has a UUID' });

const snapshotFile = (directory: string, snapshotId: string): string => join(directory, `${snapshotId}.snapshot.qcow2`);

/**
 * Volumes as qcow2 files on this machine (raw where several guests may have one), each whole in itself: none refers to an
 * image or to another one. What is made is written under a name of its own and renamed when it is whole and on the disk, so a crash leaves nothing half. Orders for
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
    if (!isInstanceId(id)) return noId;
    const guarded = async (): Promise<DriverResult<T>> => {
      try {
        // What hinders it may pass, as a disk that is full does.
        ready ??= prepare().catch((error: unknown) => {
          ready = null;
          throw error;
        });
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

  const copy = (
    from: { readonly path: string; readonly format: Format },
    to: string,
    format: Format,
    order: VolumeOrder,
  ): Promise<DriverResult> => {
    // A raw file may be in use by several guests, which is no reason not to read it.
    const shared = from.format === 'raw' ? ['-U'] : [];
    return qemuImg(['convert', ...shared, '-f', from.format, '-O', format, from.path, to], order);
  };

  const snapshot = (id: string) => ({ path: snapshotFile(directory, id), format: 'qcow2' }) as const;

  const filled = async (content: VolumeContent, bytes: number, part: string, format: Format, order: VolumeOrder) => {
    switch (content.kind) {
      case 'blank':
        return qemuImg(['create', '-q', '-f', format, part, String(bytes)], order);
      case 'snapshot':
        if (!isInstanceId(content.snapshotId)) return noId;
        return copy(snapshot(content.snapshotId), part, format, order);
      case 'volume':
        if (!isInstanceId(content.volumeId)) return noId;
        return copy(bytesOf(directory, content.volumeId), part, format, order);
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
        return qemuImg(['convert', '-f', content.format, '-O', format, local.value, part], order);
      }
    }
  };

  const grown = async (path: string, format: Format, bytes: number, order: VolumeOrder): Promise<DriverResult> =>
    (format === 'raw' ? (await stat(path)).size : await diskBytes(path)) >= bytes
      ? driverOk(null)
      : qemuImg(['resize', '-q', '-f', format, path, String(bytes)], order);

  /** A volume of this content, made by way of another name. */
  const newFile = (path: string, { sizeGib, shared = false }: VolumeSpec, content: VolumeContent, order: VolumeOrder) =>
    made(path, async (part) => {
      const [bytes, format] = [sizeGib * GIB, shared ? 'raw' : 'qcow2'] as const;
      const outcome = await filled(content, bytes, part, format, order);
      return outcome.ok ? grown(part, format, bytes, order) : outcome;
    });

  return {
    ensureVolume: (order, spec) =>
      inTurn(spec.volumeId, () =>
        newFile(volumeFile(directory, spec.volumeId, spec.shared), spec, spec.content, order),
      ),
    ensureContent: (order, spec) =>
      inTurn(spec.volumeId, async () => {
        // Made beside it first: of an image that cannot be used nothing is lost.
        const fresh = `${volumeFile(directory, spec.volumeId, spec.shared)}.${randomUUID()}${partSuffix}`;
        const outcome = await newFile(fresh, spec, spec.content, order);
        if (!outcome.ok) return outcome;
        await rename(fresh, volumeFile(directory, spec.volumeId, spec.shared));
        await syncPath(directory);
        return driverOk(null);
      }),
    ensureVolumeAbsent: (_order, volumeId) =>
      inTurn(volumeId, async () => {
        await removed(volumeFile(directory, volumeId, true));
        return removed(volumeFile(directory, volumeId));
      }),
    ensureSize: (order, volumeId, sizeGib, growOpen) =>
      inTurn(volumeId, async () => {
        const open = growOpen === null ? driverOk(false) : await growOpen();
        if (!open.ok || open.value) return open.ok ? driverOk(null) : open;
        const { path, format } = bytesOf(directory, volumeId);
        return grown(path, format, sizeGib * GIB, order);
      }),
    ensureSnapshot: (order, snapshotId, volumeId, copyOpen) =>
      inTurn(volumeId, async () => {
        if (!isInstanceId(snapshotId)) return noId;
        return made(snapshotFile(directory, snapshotId), async (part) => {
          const open = copyOpen === null ? driverOk(false) : await copyOpen(part);
          if (!open.ok) return open;
          return open.value ? driverOk(null) : copy(bytesOf(directory, volumeId), part, 'qcow2', order);
        });
      }),
    ensureSnapshotAbsent: (_order, snapshotId) =>
      inTurn(snapshotId, () => removed(snapshotFile(directory, snapshotId))),
    capture: (order, volumeId, format, intake) =>
      inTurn(volumeId, async () => {
        const part = `${volumeFile(directory, volumeId)}.${randomUUID()}${partSuffix}`;
        try {
          const copied = await copy(bytesOf(directory, volumeId), part, format, order);
          if (!copied.ok) return copied;
          return await intakeOfFile(intake, part, format, order.signal);
        } finally {
          await rm(part, { force: true });
        }
      }),
  };
}
