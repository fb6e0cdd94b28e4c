import { open, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import type { GuestImage } from '../hypervisor.ts';
import { IMAGE_SIGNATURES, QCOW2_EXTERNAL_DATA, QCOW2_MAGIC } from '../image-signatures.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { runProgram } from './program.ts';

/**
 * What is wrong with the first bytes of an image of the declared format; null when nothing is. Read by ourselves, before
 * qemu-img opens the file: merely opening a qcow2 with an external data file opens that other file too.
 */
export function imageHeaderProblem(header: Buffer, format: GuestImage['format']): string | null {
  const starts = (at: number, magic: string) => header.toString('latin1', at, at + magic.length) === magic;
  if (format === 'raw') {
    const other = IMAGE_SIGNATURES.find(({ at, magic }) => at >= 0 && starts(at, magic));
    return other === undefined ? null : `declared as raw, but it is a ${other.format} image`;
  }
  if (!starts(0, QCOW2_MAGIC) || header.length < 72) return 'declared as qcow2, but it is not one';
  const version = header.readUInt32BE(4);
  if (version !== 2 && version !== 3) return `qcow2 version ${version} is not supported`;
  if (header.readBigUInt64BE(8) !== 0n) return 'it has a backing file';
  if (version === 2) return null;
  if (header.length < 104) return 'its qcow2 header is cut off';
  return (header.readBigUInt64BE(72) & QCOW2_EXTERNAL_DATA) === 0n ? null : 'it has an external data file';
}

const imageInfo = v.object({
  format: v.string(),
  'virtual-size': v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  'backing-filename': v.optional(v.string()),
  'format-specific': v.optional(
    v.object({ data: v.optional(v.object({ 'data-file': v.optional(v.string()), corrupt: v.optional(v.boolean()) })) }),
  ),
});

const unusable = (image: GuestImage, reason: string) =>
  driverFailed({ code: 'ImageUnusable', reason: `image ${image.imageId}: ${reason}` });

/**
 * Checks that a file is what the image says, and answers the size of the disk in it, in bytes. The format is given
 * to qemu-img, never guessed by it: guessing opens a user's bytes with every format driver there is.
 * Errors: ImageUnusable, TimedOut.
 */
export async function checkImage(
  path: string,
  image: GuestImage,
  tools: { readonly qemuImg: string; readonly cwd: string; readonly signal: AbortSignal },
): Promise<DriverResult<number>> {
  if (!isAbsolute(path)) return unusable(image, 'the image store gave a relative path');
  try {
    const file = await open(path, 'r');
    try {
      const header = Buffer.alloc(512);
      const { bytesRead } = await file.read(header, 0, header.length, 0);
      const problem = imageHeaderProblem(header.subarray(0, bytesRead), image.format);
      if (problem !== null) return unusable(image, problem);
    } finally {
      await file.close();
    }
    const { size } = await stat(path);
    if (size !== image.sizeBytes) return unusable(image, `it has ${size} bytes, not ${image.sizeBytes}`);
  } catch (error) {
    return unusable(
      image,
      `it cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`,
    );
  }

  const outcome = await runProgram(tools.qemuImg, ['info', '--output=json', '-U', '-f', image.format, path], tools);
  if (outcome.how === 'aborted') return driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });
  if (outcome.how === 'late') return unusable(image, 'qemu-img took too long to read it');
  if (outcome.how === 'failed') return unusable(image, outcome.message);
  const info = v.safeParse(v.pipe(v.string(), v.parseJson(), imageInfo), outcome.output);
  if (!info.success) return unusable(image, 'qemu-img does not understand it');
  const specific = info.output['format-specific']?.data;
  if (info.output.format !== image.format)
    return unusable(image, `declared as ${image.format}, but it is ${info.output.format}`);
  if (info.output['backing-filename'] !== undefined) return unusable(image, 'it has a backing file');
  if (specific?.['data-file'] !== undefined) return unusable(image, 'it has an external data file');
  if (specific?.corrupt === true) return unusable(image, 'it is marked as damaged');
  return driverOk(info.output['virtual-size']);
}
