import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import type { CellAnswer, CellControl } from './cell-control.ts';

/** What the commands on cells work with. */
export interface CellCommandSources {
  /** Null as long as the cloud is being started. Absent: it has no such commands. */
  readonly cells?: () => CellControl | null;
  /** Hears of what an operator has changed. */
  readonly notice: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

const flag = v.optional(v.picklist(['0', '1']), '0');
const order = v.object({ force: flag, disabled: flag, cell: v.optional(v.pipe(v.string(), v.maxLength(255))) });
const cellName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_-]{0,62}$/, 'expected a name such as cell2'));

/** Cells of the running cloud: a part of the control app. Each answer says with which status the command is to exit. */
export function cellCommands({ cells = () => null, notice }: CellCommandSources): Hono {
  const app = new Hono();

  const run = async (
    c: Context,
    what: string | null,
    act: (cells: CellControl) => Promise<CellAnswer>,
  ): Promise<Response> => {
    const running = cells();
    if (running === null) return c.json({ reason: 'The cells are being started.' }, 409);
    const answer = await act(running);
    if (what !== null && answer.status === 0) notice(what, c.req.param());
    return c.json(answer);
  };
  const asked = (c: Context) => v.parse(order, c.req.query());

  app.get('/cells', (c) => c.json({ cells: cells()?.list() ?? [] }));
  app.get('/cell-hosts', (c) => c.json({ hosts: cells()?.hosts(asked(c).cell ?? null) ?? [] }));
  app.get('/cell-instances/:id', (c) => run(c, null, async (running) => running.verify(c.req.param('id'))));
  app.post('/cell-hosts/discover', (c) =>
    run(c, 'hosts discovered', (running) => running.discover(asked(c).cell ?? null)),
  );
  app.post('/cells/:name', async (c) => {
    const name = v.safeParse(cellName, c.req.param('name'));
    if (!name.success) return c.json({ status: 1, text: `The name is refused: ${name.issues[0].message}.` });
    return run(c, 'cell created', (running) => running.create(name.output, asked(c).disabled === '1'));
  });
  app.put('/cells/:name/enable', (c) =>
    run(c, 'cell enabled', (running) => running.setDisabled(c.req.param('name'), false)),
  );
  app.put('/cells/:name/disable', (c) =>
    run(c, 'cell disabled', (running) => running.setDisabled(c.req.param('name'), true)),
  );
  app.put('/cells/:name/stop', (c) => run(c, 'cell stopped', (running) => running.stop(c.req.param('name'))));
  app.put('/cells/:name/start', (c) => run(c, 'cell started', (running) => running.start(c.req.param('name'))));
  app.delete('/cells/:name', (c) =>
    run(c, 'cell deleted', (running) => running.delete(c.req.param('name'), asked(c).force === '1')),
  );
  app.delete('/cells/:name/hosts/:host', (c) =>
    run(c, 'host deleted', (running) => running.deleteHost(c.req.param('name'), c.req.param('host'))),
  );
  return app;
}
