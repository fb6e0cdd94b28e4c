import { type Logger, pino } from 'pino';
import { Recent } from './recent.ts';
import type { Settings } from './settings.ts';

export type { Logger } from 'pino';

/** Longest line that is kept for reports, in characters. */
const LINE_LENGTH_MAX = 2_000;
/** Bytes of lines that wait to be written: those beyond are lost. */
const WAITING_MAX = 1_048_576;

/**
 * The log: JSON lines on standard error, so that standard output is for people and pipes. Warnings and errors are kept in `recent`, too.
 * Lines that cannot be written, as to a full disk, are lost; that ends nothing else.
 */
export function createLog(level: Settings['logLevel'], recent: Recent<string> = new Recent(0)): Logger {
  const out = pino.destination({ dest: 2, sync: true, maxLength: WAITING_MAX });
  out.on('error', () => {});
  const kept = { write: (line: string) => recent.add(line.slice(0, LINE_LENGTH_MAX).trimEnd()) };
  const streams = pino.multistream([
    { level: 'trace', stream: out },
    { level: 'warn', stream: kept },
  ]);
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, streams);
}
