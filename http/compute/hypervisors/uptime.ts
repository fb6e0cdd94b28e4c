import type { Host } from '../../../actors/host/row.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** How long, in the words of uptime(1): `5 min`, ` 3:07`, `93 days, 18:25`. */
function lengthOf(upMs: number): string {
  const days = Math.floor(upMs / DAY_MS);
  const hours = Math.floor((upMs % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((upMs % HOUR_MS) / MINUTE_MS);
  const rest = hours === 0 ? `${minutes} min` : `${String(hours).padStart(2)}:${twoDigits(minutes)}`;
  return days === 0 ? rest : `${days} ${days === 1 ? 'day' : 'days'}, ${rest}`;
}

/**
 * The line that uptime(1) prints on a host, its time in UTC; null: the host is down, or has not told. Nova passes that line on as it
 * is, and clients read it word by word. Users and load are those of the last look at the host.
 */
export function uptimeOf({ state, uptime, seenAtMs }: Host, nowMs: number): string | null {
  if (state !== 'up' || !uptime) return null;
  const time = new Date(nowMs).toISOString().slice(11, 19);
  const up = lengthOf(uptime.upMs + Math.max(0, nowMs - seenAtMs));
  const users = `${uptime.users} ${uptime.users === 1 ? 'user' : 'users'}`;
  const load = uptime.loadAverages.map((average) => average.toFixed(2)).join(', ');
  return ` ${time} up ${up},  ${users},  load average: ${load}`;
}
