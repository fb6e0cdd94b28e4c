import * as v from 'valibot';
import { storageProblem } from '../../../actors/instance/client.ts';
import { parameter, type Schema } from '../../parameter.ts';
import { refuseWith } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { shape } from '../../shape.ts';
import { always, stepped, until } from '../../stepped.ts';
import * as types from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';
import { beginAnswer, stateRefusal } from './begin.ts';
import { serverById } from './lookup.ts';
import { hostElsewhere, hostOrNull, movedBy } from './resize-routes.ts';

const route = routesFor<ComputeServices>();

const TRUE_WORDS = ['True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes'] as const;
const FALSE_WORDS = ['False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no'] as const;
const TRUES: ReadonlySet<unknown> = new Set([true, ...TRUE_WORDS]);

/** Whether disks are copied: a boolean, or `auto` (null). */
const blockMigration: Schema<boolean | null> = parameter(
  { type: ['boolean', 'string'], enum: [true, ...TRUE_WORDS, false, ...FALSE_WORDS, 'auto'] },
  (value) => (value === 'auto' ? null : TRUES.has(value)),
);

/** Whether what is said of the disks is checked before the answer. Later it is a part of the migration. */
const checksFirst = stepped(true, ['2.34', false]);

/** The action os-migrateLive. `force` passed by the scheduler from 2.30 to 2.67: here by its filters, and the host must have room. */
export const liveMigrateServer = shape('os-migrateLive', {
  block_migration: stepped<Schema<boolean | null>>(types.boolean, ['2.25', blockMigration]),
  disk_over_commit: until('2.24', types.boolean),
  host: always(hostOrNull),
  force: stepped(undefined, ['2.30', v.optional(types.boolean)], ['2.68', undefined]),
});

/** Servers to another host while they run. */
export const serverLiveMigrationRoutes = [
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'os-migrateLive',
    policy: { rule: 'os_compute_api:os-migrate-server:migrate_live', target: 'subject' },
    body: liveMigrateServer,
    success: 202,
    subject: serverById,
    handler: (request, services) => {
      const { subject } = request;
      const body = request.body['os-migrateLive'];
      const { host, force = false, block_migration: isBlock, disk_over_commit: overCommit } = body;
      if (host !== null) {
        const target = { project_id: subject.projectId };
        const refused = request.refusalOf('os_compute_api:os-migrate-server:migrate_live:host', target);
        if (refused !== null) return refused;
      }
      if (force && host === null) return refuseWith(400, "Can't force to a non-provided destination");
      const refused =
        stateRefusal(request, 'liveMigrate') ?? (host === null ? null : hostElsewhere(host, subject, services));
      if (refused !== null) return refused;
      if (host !== null && host === subject.host)
        return refuseWith(400, `Unable to migrate instance (${subject.id}) to current host (${host}).`);
      const problem = checksFirst.at(request.version) ? storageProblem(subject, isBlock) : null;
      if (problem !== null) return refuseWith(400, problem.message);
      return beginAnswer(request, services, {
        operation: 'liveMigrate',
        host,
        ...(isBlock === null ? {} : { blockMigration: isBlock }),
        ...(overCommit === undefined ? {} : { overCommit }),
        ...(force ? { isHostForced: force } : {}),
        by: movedBy(request),
      });
    },
  }),
];
