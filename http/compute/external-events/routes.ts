import { instance } from '../../../actors/instance/protocol.ts';
import { reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { readServer } from '../servers/lookup.ts';
import type { ComputeServices } from '../services.ts';
import { createEvents } from './requests.ts';
import { told } from './told.ts';

const route = routesFor<ComputeServices>();

/** Events that mean nothing without a tag. */
const TAG_REQUIRED: ReadonlySet<string> = new Set(['volume-extended', 'power-update', 'accelerator-request-bound']);

/**
 * What other services tell of servers. Each event is answered with a code of its own: that it was taken, not what comes of
 * it. What our own services do is known without them.
 */
export const externalEventRoutes = [
  route({
    method: 'POST',
    path: '/os-server-external-events',
    policy: { rule: 'os_compute_api:os-server-external-events:create', target: 'none' },
    body: createEvents,
    success: 200,
    handler: ({ body }, { reader, system }) => {
      const events = body.events.map((event) => {
        const server = readServer(reader, event.server_uuid);
        const failed = (code: number) => ({ ...event, status: 'failed', code });
        if (server === undefined || server.deletedAtMs !== null) return failed(404);
        if (TAG_REQUIRED.has(event.name) && event.tag === undefined) return failed(400);
        if (server.host === null) return failed(422);
        const message = told(event, server, reader);
        if (message !== null) system.tell(instance.at(server.id), { type: 'externalEvent', event: message });
        return { ...event, status: 'completed', code: 200 };
      });
      return reply({ events }, { status: events.every(({ code }) => code === 200) ? 200 : 207 });
    },
  }),
];
