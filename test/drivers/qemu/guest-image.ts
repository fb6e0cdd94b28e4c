import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The program that builds the guest. It lies beside the checkout, not in it. */
const buildImage = fileURLToPath(new URL('../../../../shared/guest/build-image', import.meta.url));

/** Why there is no real guest here, or false. */
export const guestImageUnavailable: string | false = existsSync(buildImage)
  ? false
  : 'no ../shared/guest/build-image to build a guest with';

/** A bootable disk (qcow2), and the key of its content in an image store. */
export interface GuestImageFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Lower-case hex SHA-512 of the bytes. */
  readonly sha512: string;
}

/**
 * The disk of the project's test guest. Built once for a version of the program (7 to 22 s, longer when packages must be
 * downloaded) and kept below the system's directory for temporary files; tests that build it at the same time do no harm.
 */
export async function guestImage(): Promise<GuestImageFile> {
  const version = createHash('sha256')
    .update(await readFile(buildImage))
    .digest('hex')
    .slice(0, 12);
  const directory = join(tmpdir(), 'novella-test-guest');
  const path = join(directory, `guest-${version}.qcow2`);
  if (!existsSync(path)) {
    const building = join(directory, randomUUID());
    await mkdir(join(directory, 'debs'), { recursive: true });
    await mkdir(building);
    const env = { ...process.env, GUEST_DEBS: join(directory, 'debs') };
    try {
      await promisify(execFile)(buildImage, [join(building, 'guest.qcow2')], { env, timeout: 300_000 });
      await mkdir(dirname(path), { recursive: true });
      await rename(join(building, 'guest.qcow2'), path);
    } finally {
      await rm(building, { recursive: true, force: true });
    }
  }
  const bytes = await readFile(path);
  return { path, sizeBytes: bytes.length, sha512: createHash('sha512').update(bytes).digest('hex') };
}
