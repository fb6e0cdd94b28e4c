import { type Logger, pino } from 'pino';
import type { Settings } from './settings.ts';

export type { Logger } from 'pino';

/** The log: JSON lines on standard error, so that standard output is for people and pipes. */
export const createLog = (level: Settings['logLevel']): Logger =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }));
