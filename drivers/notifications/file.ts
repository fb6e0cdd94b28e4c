import { type FileHandle, open } from 'node:fs/promises';
import type { NotificationSink } from '../notifications.ts';
import { driverFailed, driverOk } from '../result.ts';

const NEWLINE = 10;

/** Whether the file ends in the middle of a line: the machine went down while it was written. That line comes again, whole. */
async function isTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== NEWLINE;
}

/** Appends notifications to a file, a line each, and waits until they are on the disk. The file is made with mode 0600. */
export const fileSink = (path: string): NotificationSink => ({
  async deliver(bodies) {
    try {
      const file = await open(path, 'a+', 0o600);
      try {
        const before = (await isTorn(file)) ? '\n' : '';
        await file.appendFile(`${before}${bodies.map((body) => `${body}\n`).join('')}`);
        await file.datasync();
      } finally {
        await file.close();
      }
      return driverOk(null);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return driverFailed({ code: 'Unreachable', reason: `the file of notifications cannot be written: ${reason}` });
    }
  },
});
