import { Hono } from 'hono';
import * as v from 'valibot';
import type { Clock } from '../runtime/clock.ts';
import type { ShardThreads } from '../runtime/threads/shard-threads.ts';
import { type Asked, type SeenShard, within } from './inside.ts';
import { RETENTION_ROWS_MAX } from './retention-job.ts';

/** What the commands on shards work with. */
export interface ShardCommandSources {
  readonly clock: Clock;
  readonly shards: () => readonly SeenShard[];
  /** Null as long as they are being started. */
  readonly threads: () => Pick<ShardThreads, 'threadStats' | 'move'> | null;
  /** Hears of what an operator has changed. */
  readonly notice: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** How long a move or a piece of retention may take, in milliseconds: both wait for commits. */
const DONE_MS_MAX = 10_000;

const number = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
const order = v.object({
  what: v.picklist(['archive', 'purge']),
  beforeMs: v.optional(number),
  rowsMax: v.pipe(number, v.minValue(1), v.maxValue(RETENTION_ROWS_MAX)),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(2_000)), ''),
});

/** Where shards are and where they are to be, and rows of deleted instances: a part of the control app. */
export function shardCommands({ clock, shards, threads, notice }: ShardCommandSources): Hono {
  const app = new Hono();

  app.get('/shards', async (c) => {
    const running = threads();
    if (running === null) return c.json({ reason: 'The shards are being started.' }, 409);
    const told = await within(clock, DONE_MS_MAX, running.threadStats());
    return told.ok ? c.json({ threads: told.value }) : c.json({ reason: told.reason }, 409);
  });

  app.post('/shards/:name/move/:thread', async (c) => {
    const { name, thread } = c.req.param();
    const to = v.safeParse(number, thread);
    const running = threads();
    if (!to.success || running === null) return c.json({ reason: 'A shard is moved to the number of a thread.' }, 400);
    const moved = await within(clock, DONE_MS_MAX, running.move(name, to.output));
    if (!moved.ok) return c.json({ reason: moved.reason }, 409);
    notice('shard moved', { shard: name, to: to.output });
    return c.json({ shard: name, thread: to.output });
  });

  app.post('/shards/:name/retention/:what', async (c) => {
    const { name, what } = c.req.param();
    const given = v.safeParse(order, { ...c.req.query(), what });
    if (!given.success) return c.json({ reason: `This cannot be asked: ${given.issues[0].message}` }, 400);
    const { beforeMs = Number.POSITIVE_INFINITY, ...rest } = given.output;
    const shard = shards().find((known) => known.name === name);
    if (!shard) return c.json({ reason: `There is no shard ${name}.` }, 409);
    const asked = (async (): Promise<unknown> => shard.call({ type: 'retain', order: { ...rest, beforeMs } }))();
    const piece: Asked<unknown> = await within(clock, DONE_MS_MAX, asked);
    if (!piece.ok) return c.json({ reason: piece.reason }, 409);
    notice(`rows of deleted instances: ${what}`, { shard: name, ...Object(piece.value) });
    return c.json(piece.value);
  });

  return app;
}
