import { Hono } from 'hono';
import type { MovesExplainer } from './moves-explainer.ts';

/** What the commands on consolidation work with. */
export interface ConsolidationCommandSources {
  /** Null as long as the cloud is being started. Absent: it has no such commands. */
  readonly moves?: () => MovesExplainer | null;
}

/** What would be moved: a part of the control app. */
export function consolidationCommands({ moves = () => null }: ConsolidationCommandSources): Hono {
  const app = new Hono();
  app.get('/consolidation/plan', async (c) => {
    const explainer = moves();
    if (explainer === null) return c.json({ reason: 'The cells are being started.' }, 409);
    const explained = await explainer.explain(c.req.query());
    return explained.ok ? c.json({ cells: explained.value }) : c.json({ reason: explained.error }, 400);
  });
  return app;
}
