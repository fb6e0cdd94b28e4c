import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reports kept in a directory; older ones are removed. */
const REPORTS_MAX = 20;
/** Reports of one millisecond that get names of their own. */
const SAME_TIME_MAX = 100;

/**
 * Writes a report of mode 0600 at once and without the event loop, named after its time (ISO 8601) and a label. Returns its file;
 * throws what the file system throws.
 */
export function writeReportFile(directory: string, text: string, at: string, label = ''): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const file = writeNew(directory, at.replaceAll(':', '') + (label === '' ? '' : `-${label}`), text);
  const reports = readdirSync(directory).filter((entry) => entry.endsWith('.txt'));
  for (const old of reports.sort().slice(0, -REPORTS_MAX)) rmSync(join(directory, old), { force: true });
  return file;
}

function writeNew(directory: string, name: string, text: string): string {
  for (let again = 0; ; again++) {
    const file = join(directory, again === 0 ? `${name}.txt` : `${name}-${again}.txt`);
    try {
      writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
      return file;
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!isTaken || again >= SAME_TIME_MAX) throw error;
    }
  }
}
