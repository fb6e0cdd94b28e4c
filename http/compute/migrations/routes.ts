import { changeLiveMigration } from '../../../actors/instance/client.ts';
import type { Migration } from '../../../actors/instance/migrations/row.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import { pageLinks, pageOf } from '../../paging.ts';
import { type Answer, echoed, emptyReply, type Refusal, refuse, refuseWith, reply } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { routesFor } from '../../route.ts';
import type { ShapeOutput } from '../../shape.ts';
import { noQuery } from '../no-query.ts';
import { requesterOf, serverByServerId } from '../servers/lookup.ts';
import type { ComputeServices } from '../services.ts';
import { isLiveAndInProgress, liveMigrationsOf, migrationOfServer, pageOfMigrations } from './reads.ts';
import { forceComplete, hasPages, listMigrations } from './requests.ts';
import { migrationView, serverMigrationView } from './views.ts';

const route = routesFor<ComputeServices>();

const notFound = (server: Instance, id: string, status = 404): Refusal =>
  refuseWith(status, `Migration ${echoed(id)} not found for instance ${server.id}`);

const TRUE_WORDS: ReadonlySet<string> = new Set(['1', 't', 'true', 'on', 'y', 'yes']);

const listAnswer = (
  request: RequestContext & { readonly query: ShapeOutput<typeof listMigrations> },
  { reader }: ComputeServices,
): Answer => {
  const { query, version, caller } = request;
  const [since, before] = [query['changes-since'], query['changes-before']];
  if (since !== undefined && before !== undefined && before < since)
    return refuseWith(400, 'The value of changes-since must be less than or equal to changes-before.');
  // An empty one is none. Who names no project asks for those of all, and is not shown his own instead.
  const projectId = query.project_id || undefined;
  if (projectId === undefined || projectId !== caller.projectId) {
    const refusal = request.refusalOf('os_compute_api:os-migrations:index:all_projects');
    if (refusal !== null) return refusal;
  }
  const page = hasPages.at(version) ? pageOf(query) : null;
  const found = pageOfMigrations(reader, page, {
    status: query.status?.at(-1),
    host: query.host?.at(-1),
    sourceHost: query.source_compute?.at(-1),
    instanceId: query.instance_uuid?.at(-1),
    type: query.migration_type?.at(-1),
    userId: query.user_id,
    projectId,
    hidden: TRUE_WORDS.has(query.hidden?.at(-1)?.toLowerCase() ?? ''),
    changedSinceMs: since,
    changedBeforeMs: before,
  });
  if (found === null) return refuse({ code: 'MarkerNotFound', marker: echoed(page?.marker ?? '') });
  const view = migrationView.at(version);
  const sight = { reader, links: request, hosts: request.allows('os_compute_api:os-migrations:index:host') };
  const links =
    page === null
      ? undefined
      : pageLinks(
          request,
          'os-migrations',
          page,
          found.map(({ uuid }) => uuid),
        );
  return reply({ migrations: found.map((migration) => view(migration, sight)), migrations_links: links });
};

type AboutServer = RequestContext & { readonly subject: Instance };

const sightOf = (request: AboutServer, { reader }: ComputeServices) => {
  const target = { project_id: request.subject.projectId };
  return { reader, links: request, hosts: request.allows('os_compute_api:servers:migrations:index:host', target) };
};

/** A live migration in progress, by its number; Nova tells why another one is not shown. */
const liveMigration = (
  { subject: server, params }: AboutServer & { readonly params: { readonly id: string } },
  { reader }: ComputeServices,
): Migration | Refusal => {
  const migration = migrationOfServer(reader, server.id, params.id);
  if (migration === undefined) return notFound(server, params.id);
  const { number, type } = migration;
  if (type !== 'live-migration')
    return refuseWith(404, `Migration ${number} for server ${server.id} is not a live-migration.`);
  return isLiveAndInProgress(migration)
    ? migration
    : refuseWith(404, `Live migration ${number} for server ${server.id} is not in progress.`);
};

/** Refuses what needs a live migration under way. */
const notMigrating = ({ subject }: AboutServer, action: string): Refusal | null =>
  subject.taskState === 'migrating'
    ? null
    : refuse({
        code: 'InstanceInvalidState',
        instanceId: subject.id,
        action,
        attribute: 'task_state',
        state: subject.taskState ?? 'None',
      });

/** Has something done to the migration that a path names; `unknown`: the status when the server has none of it. */
const changeAnswer = async (
  request: AboutServer & { readonly params: { readonly id: string } },
  { reader, system }: ComputeServices,
  what: 'abortMigration' | 'forceMigration',
  unknown: number,
): Promise<Answer> => {
  const { subject: server, params } = request;
  const migration = migrationOfServer(reader, server.id, params.id);
  if (migration === undefined) return notFound(server, params.id, unknown);
  const changed = await changeLiveMigration(system, server.id, migration.number, what, requesterOf(request));
  return changed.ok ? emptyReply() : refuse(changed.error);
};

/** Moves of servers between sizes and hosts. */
export const migrationRoutes = [
  route({
    method: 'GET',
    path: '/os-migrations',
    policy: { rule: 'os_compute_api:os-migrations:index', target: 'own' },
    query: listMigrations,
    success: 200,
    handler: listAnswer,
  }),
  route({
    method: 'GET',
    path: '/servers/{server_id}/migrations',
    from: '2.23',
    policy: { rule: 'os_compute_api:servers:migrations:index', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: (request, services) => {
      const view = serverMigrationView.at(request.version);
      const sight = sightOf(request, services);
      const found = liveMigrationsOf(services.reader, request.subject.id);
      return reply({ migrations: found.map((migration) => view(migration, sight)) });
    },
  }),
  route({
    method: 'GET',
    path: '/servers/{server_id}/migrations/{id}',
    from: '2.23',
    policy: { rule: 'os_compute_api:servers:migrations:show', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: (request, services) => {
      const migration = liveMigration(request, services);
      if ('kind' in migration) return migration;
      return reply({ migration: serverMigrationView.at(request.version)(migration, sightOf(request, services)) });
    },
  }),
  route({
    method: 'DELETE',
    path: '/servers/{server_id}/migrations/{id}',
    from: '2.24',
    policy: { rule: 'os_compute_api:servers:migrations:delete', target: 'subject' },
    success: 202,
    subject: serverByServerId,
    handler: (request, services) =>
      notMigrating(request, 'abort live migration') ?? changeAnswer(request, services, 'abortMigration', 404),
  }),
  route({
    method: 'POST',
    path: '/servers/{server_id}/migrations/{id}/action',
    action: 'force_complete',
    from: '2.22',
    policy: { rule: 'os_compute_api:servers:migrations:force_complete', target: 'subject' },
    body: forceComplete,
    success: 202,
    subject: serverByServerId,
    handler: (request, services) =>
      notMigrating(request, 'force_complete') ?? changeAnswer(request, services, 'forceMigration', 400),
  }),
];
