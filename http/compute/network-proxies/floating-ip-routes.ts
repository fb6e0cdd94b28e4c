import * as v from 'valibot';
import { floatingIpTable } from '../../../actors/network/row.ts';
import { isUuidLike } from '../../formats.ts';
import { type JsonType, typeCheck } from '../../keywords.ts';
import { textOrNull } from '../../parameter.ts';
import { echoed, emptyReply, type Refusal, refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { object, query, type Shape } from '../../shape.ts';
import { always, mapSteps } from '../../stepped.ts';
import type { ComputeServices } from '../services.ts';
import { allocate, changedFloatingIp, findFloatingIp, floatingIpBody, pools } from './floating-ips.ts';

const route = routesFor<ComputeServices>();

const objectOrNull: readonly JsonType[] = ['object', 'null'];
const isObjectOrNull = typeCheck(objectOrNull);
const pool = object({ pool: always(v.optional(textOrNull())) }, { unknown: 'drop' });

/** Body of POST /os-floating-ips: may be absent. */
export const createFloatingIp: Shape<{ readonly pool?: string | null | undefined } | null> = mapSteps(pool, (schema) =>
  v.pipe(
    v.unknown(),
    v.rawCheck(({ dataset, addIssue }) => {
      const problem = dataset.typed ? isObjectOrNull(dataset.value) : null;
      if (problem !== null) addIssue({ message: problem });
    }),
    v.union([v.null(), schema]),
  ),
);

/** Query of GET /os-floating-ip-pools. */
export const listPools = query({}, { unknown: 'drop' });

const notFound = (id: string): Refusal =>
  isUuidLike(id)
    ? refuseWith(404, `Floating IP not found for ID ${id}`)
    : refuseWith(400, `Invalid ID received ${echoed(id)}.`);

/** Floating IPs as they were shown and made up to 2.35. */
export const floatingIpRoutes = [
  route({
    method: 'GET',
    path: '/os-floating-ip-pools',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-floating-ip-pools', target: 'none' },
    query: listPools,
    success: 200,
    handler: (_request, { reader }) => reply({ floating_ip_pools: pools(reader).map(({ name }) => ({ name })) }),
  }),
  route({
    method: 'GET',
    path: '/os-floating-ips',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-floating-ips:list', target: 'own' },
    success: 200,
    handler: ({ caller }, { reader }) => {
      const ids = caller.projectId === null ? [] : [...floatingIpTable.ids(reader, 'project', [caller.projectId])];
      const rows = ids.flatMap((id) => floatingIpTable.read(reader, id) ?? []);
      return reply({ floating_ips: rows.map((row) => floatingIpBody(row, reader)) });
    },
  }),
  route({
    method: 'POST',
    path: '/os-floating-ips',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-floating-ips:create', target: 'own' },
    body: createFloatingIp,
    success: 200,
    handler: async ({ body, caller }, services) => {
      const made = await allocate(body?.pool ?? null, caller.projectId ?? '', services);
      return 'kind' in made ? made : reply({ floating_ip: floatingIpBody(made, services.reader) });
    },
  }),
  route({
    method: 'GET',
    path: '/os-floating-ips/{id}',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-floating-ips:show', target: 'own' },
    success: 200,
    handler: ({ params, caller }, { reader }) => {
      const row = findFloatingIp(params.id, caller, reader);
      return row === null ? notFound(params.id) : reply({ floating_ip: floatingIpBody(row, reader) });
    },
  }),
  route({
    method: 'DELETE',
    path: '/os-floating-ips/{id}',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-floating-ips:delete', target: 'own' },
    success: 202,
    handler: async ({ params, caller }, services) => {
      const row = findFloatingIp(params.id, caller, services.reader);
      if (row === null) return notFound(params.id);
      const deleted = await changedFloatingIp(services, { type: 'deleteFloatingIp', id: row.id });
      if (deleted.ok) return emptyReply();
      return deleted.refusal ?? notFound(params.id);
    },
  }),
];
