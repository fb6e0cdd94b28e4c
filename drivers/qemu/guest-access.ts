import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isInstanceId } from './guest-files.ts';
import { findGuestProcess } from './guest-process.ts';
import { readGuestRecord } from './guest-record.ts';

/** How a guest of this machine is reached. */
interface GuestAccess {
  readonly instanceId: string;
  readonly processId: number | null;
  /** Port on 127.0.0.1 that leads to the guest's port 22; null when it has no address. */
  readonly sshPort: number | null;
}

/**
 * The guests below a QEMU driver's directory, by id, as their files and processes show them: for a person at the
 * machine, with or without a controller running. A directory without guests has none.
 */
export async function listGuestAccess(directory: string): Promise<readonly GuestAccess[]> {
  const guests = await realpath(join(directory, 'guests')).catch(() => null);
  if (guests === null) return [];
  const found: GuestAccess[] = [];
  for (const instanceId of (await readdir(guests)).filter(isInstanceId).sort()) {
    const guestDirectory = join(guests, instanceId);
    const record = await readGuestRecord(guestDirectory);
    const processId = await findGuestProcess({ instanceId, directory: guestDirectory });
    if (record) found.push({ instanceId, processId, sshPort: record.sshPort });
  }
  return found;
}
