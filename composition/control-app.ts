import { Hono } from 'hono';
import { type CellCommandSources, cellCommands } from './control-cells.ts';
import { type ConsolidationCommandSources, consolidationCommands } from './control-consolidation.ts';
import { type ScheduleCommandSources, scheduleCommands } from './control-schedule.ts';
import { type ShardCommandSources, shardCommands } from './control-shards.ts';
import { type DeadLetterName, deadLetterName, LETTERS_LISTED_MAX, parseDeadLetterName } from './dead-letters.ts';
import { ANSWER_MS_MAX, type Asked, figuresOf, type SeenShard, within } from './inside.ts';
import type { OperatorRequest } from './operator-requests.ts';
import type { Report } from './report.ts';
import { reportText } from './report-text.ts';

/** What the control app works with. */
export interface ControlSources
  extends ShardCommandSources,
    CellCommandSources,
    ConsolidationCommandSources,
    ScheduleCommandSources {
  /** The shard that owns an actor. */
  readonly shardOf: (kind: string, id: string) => string;
  readonly report: (reason: string) => Promise<Report>;
  readonly log: { level: string };
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/**
 * The operator's commands, as JSON over HTTP. It is for the control socket only, which nobody but the owner can open; so it
 * asks for no token. A shard that hangs makes its part say so, after a second.
 */
export function controlApp(sources: ControlSources): Hono {
  const { clock, shards, shardOf, report, log, notice } = sources;
  const app = new Hono();
  const ask = (shard: SeenShard, request: OperatorRequest): Promise<Asked<unknown>> =>
    within(clock, ANSWER_MS_MAX, (async () => shard.call(request))());
  const askOf = async (name: string, request: OperatorRequest): Promise<Asked<unknown>> => {
    const shard = shards().find((known) => known.name === name);
    return shard ? ask(shard, request) : { ok: false, reason: `There is no shard ${name}.` };
  };

  app.get('/report', async (c) => {
    const made = await report('asked for through the control socket');
    return c.req.query('format') === 'json' ? c.json(made) : c.text(reportText(made));
  });

  app.get('/stats', async (c) => {
    const all = await Promise.all(
      shards().map(async (shard) => ({
        name: shard.name,
        restarts: shard.restarts,
        figures: await figuresOf(clock, shard),
      })),
    );
    return c.json({ shards: all });
  });

  app.get('/dead-letters', async (c) => {
    const listed = await Promise.all(
      shards().map(async (shard) => ({
        shard: shard.name,
        letters: await ask(shard, { type: 'deadLetters', limit: LETTERS_LISTED_MAX }),
      })),
    );
    return c.json({ shards: listed });
  });

  const change = async (given: string, type: 'retryDeadLetter' | 'dropDeadLetter'): Promise<Asked<unknown>> => {
    const name: DeadLetterName | null = parseDeadLetterName(given);
    if (name === null) return { ok: false, reason: 'This is no name of a dead letter.' };
    const changed = await askOf(name.shard, { type, key: name.key });
    if (changed.ok)
      notice(type === 'retryDeadLetter' ? 'dead letter retried' : 'dead letter dropped', {
        letter: deadLetterName(name),
      });
    return changed;
  };
  app.post('/dead-letters/:name/retry', async (c) => {
    const changed = await change(c.req.param('name'), 'retryDeadLetter');
    return c.json(changed, changed.ok ? 200 : 409);
  });
  app.delete('/dead-letters/:name', async (c) => {
    const changed = await change(c.req.param('name'), 'dropDeadLetter');
    return c.json(changed, changed.ok ? 200 : 409);
  });

  app.get('/inspect/:kind/:id', async (c) => {
    const { kind, id } = c.req.param();
    const found = await askOf(shardOf(kind, id), { type: 'inspect', kind, id });
    return c.json(found, found.ok ? 200 : 409);
  });

  app.get('/log-level', (c) => c.json({ level: log.level }));
  app.put('/log-level/:level', async (c) => {
    const level = LOG_LEVELS.find((known) => known === c.req.param('level'));
    if (level === undefined) return c.json({ reason: `The levels are ${LOG_LEVELS.join(', ')}.` }, 400);
    log.level = level;
    const isOn = level === 'debug';
    await Promise.all(shards().map((shard) => ask(shard, { type: 'logDecisions', isOn })));
    notice('log level changed', { level });
    return c.json({ level });
  });

  app.route('/', shardCommands(sources));
  app.route('/', cellCommands(sources));
  app.route('/', scheduleCommands(sources));
  app.route('/', consolidationCommands(sources));
  app.notFound((c) => c.json({ reason: 'There is no such command.' }, 404));
  app.onError((error, c) => c.json({ reason: error.message }, 500));
  return app;
}
