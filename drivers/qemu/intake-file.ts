import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { CapturedRoot } from '../hypervisor.ts';
import type { DiskFormat, ImageIntake } from '../images.ts';
import { capturedRoot } from '../intake-result.ts';
import type { DriverResult } from '../result.ts';

/**
 * Puts the bytes of a file into an image store. The file is not open afterwards, also where the store has refused it unread: one
 * that is removed then gives its room back. Throws what the file system throws.
 */
export async function intakeOfFile(
  intake: ImageIntake,
  path: string,
  diskFormat: DiskFormat,
  signal: AbortSignal,
): Promise<DriverResult<CapturedRoot>> {
  const { size: expectedBytes } = await stat(path);
  const bytes = createReadStream(path);
  try {
    return capturedRoot(await intake.put(bytes, { diskFormat, expectedBytes, signal }), diskFormat);
  } finally {
    bytes.destroy();
  }
}
