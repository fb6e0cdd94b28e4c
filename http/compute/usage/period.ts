import { type Refusal, refuseWith } from '../../reply.ts';

/** A span of time, in milliseconds since the epoch. */
export interface Period {
  readonly startMs: number;
  readonly stopMs: number;
}

const TIME =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:T(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,6})?| (\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,6}))$/;

/** A time in one of the three forms that Nova reads here, in UTC; null: none of them. */
const parseTime = (text: string): number | null => {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [, year = '', month = '', day = '', h1, m1, s1, f1, h2, m2, s2, f2] = match;
  const [hour = '', minute = '', second = '', fraction = ''] = [h1 ?? h2, m1 ?? m2, s1 ?? s2, f1 ?? f2];
  const parts = [Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)] as const;
  const date = new Date(Date.UTC(...parts));
  date.setUTCFullYear(parts[0], parts[1], parts[2]);
  const isSame =
    date.getUTCMonth() === parts[1] &&
    date.getUTCDate() === parts[2] &&
    date.getUTCHours() === parts[3] &&
    date.getUTCMinutes() === parts[4] &&
    date.getUTCSeconds() === parts[5];
  return isSame && parts[0] > 0 ? date.getTime() + Math.trunc(Number(`0${fraction}`) * 1000) : null;
};

/** The period of a query: what is left out or empty is now, and it ends now at the latest. */
export const periodOf = (
  { start, end }: { readonly start?: readonly string[] | undefined; readonly end?: readonly string[] | undefined },
  nowMs: number,
): Period | Refusal => {
  const read = (texts: readonly string[] | undefined, otherwise: number): number | null =>
    texts?.[0] ? parseTime(texts[0]) : otherwise;
  // Nova asks the clock twice, so that a period without bounds is short but not empty.
  const [startMs, stopMs] = [read(start, nowMs - 1), read(end, nowMs)];
  if (startMs === null || stopMs === null)
    return refuseWith(400, 'Invalid datetime string: Datetime is in invalid format');
  if (startMs >= stopMs) return refuseWith(400, 'Invalid start time. The start time cannot occur after the end time.');
  return { startMs, stopMs: Math.min(stopMs, nowMs) };
};
