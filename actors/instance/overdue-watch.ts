import type { Context } from '../../runtime/context.ts';

/** What may take too long, as far as the settings say when. */
export type Overdue = 'build' | 'reboot' | 'rescue' | 'plugging';

const timerOf = (what: Overdue): string => `${what}-overdue`;

/** Has the instance told when something may have taken too long; null or absent: never. A later one takes an earlier one's place. */
export function watch(what: Overdue, afterMs: number | null | undefined, ctx: Context): void {
  if (afterMs === null || afterMs === undefined) return;
  ctx.setTimer(timerOf(what), afterMs, { type: 'overdue', what });
}

/** It has come to its end. */
export const unwatch = (what: Overdue, ctx: Context): void => ctx.cancelTimer(timerOf(what));
