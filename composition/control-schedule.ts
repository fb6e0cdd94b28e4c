import { Hono } from 'hono';
import type { ScheduleExplainer } from './schedule-explainer.ts';

/** What the commands on decisions work with. */
export interface ScheduleCommandSources {
  /** Null as long as the cloud is being started. Absent: it has no such commands. */
  readonly schedule?: () => ScheduleExplainer | null;
}

/** How the scheduler would decide: a part of the control app. */
export function scheduleCommands({ schedule = () => null }: ScheduleCommandSources): Hono {
  const app = new Hono();
  app.get('/schedule/explain', async (c) => {
    const explainer = schedule();
    if (explainer === null) return c.json({ reason: 'The cells are being started.' }, 409);
    const explained = await explainer.explain(c.req.query());
    return explained.ok ? c.json({ cells: explained.value }) : c.json({ reason: explained.error }, 400);
  });
  return app;
}
