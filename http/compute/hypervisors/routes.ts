import type { Reader } from '../../../runtime/store.ts';
import { isUuidLike } from '../../formats.ts';
import { PAGE_LENGTH_MAX, type Page, pageLinks, pageOf } from '../../paging.ts';
import { type Answer, type Refusal, refuse, refuseWith, reply } from '../../reply.ts';
import type { ApiRequest } from '../../request.ts';
import { routesFor } from '../../route.ts';
import type { ShapeOutput } from '../../shape.ts';
import { stepped } from '../../stepped.ts';
import { numericId } from '../numeric-id.ts';
import { canonicalUuid } from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';
import { allHypervisors, type Hypervisor, hypervisorByUuid } from './reads.ts';
import { listHypervisors, showHypervisor } from './requests.ts';
import { uptimeOf } from './uptime.ts';
import { briefHypervisor, type HypervisorSight, hypervisorView, statisticsOf } from './views.ts';

const route = routesFor<ComputeServices>();

const byNumber = (reader: Reader, id: string): Hypervisor | Refusal =>
  allHypervisors(reader).find(({ host }) => String(numericId(host.hypervisorId)) === id) ??
  refuse({ code: 'HypervisorNotFound', hypervisorId: id });

const byUuid = (reader: Reader, id: string): Hypervisor | Refusal => {
  if (!isUuidLike(id)) return refuseWith(400, `Invalid uuid ${id}`);
  return hypervisorByUuid(reader, canonicalUuid(id)) ?? refuse({ code: 'HypervisorNotFound', hypervisorId: id });
};

/** The hypervisor of the id that a microversion has. */
const find = stepped(byNumber, ['2.53', byUuid]);

const numberMarker = ({ host }: Hypervisor): string => String(numericId(host.hypervisorId));
const markerOf = stepped(numberMarker, ['2.53', ({ host }: Hypervisor) => host.hypervisorId]);

/** Before 2.33 there are no pages: all hypervisors come at once. */
const pageLengthMax = stepped(Number.POSITIVE_INFINITY, ['2.33', PAGE_LENGTH_MAX]);

const matching = (reader: Reader, pattern: string): readonly Hypervisor[] | Refusal => {
  const wanted = pattern.toLowerCase();
  const found = allHypervisors(reader).filter(({ inventory }) =>
    inventory.hypervisorHostname.toLowerCase().includes(wanted),
  );
  return found.length > 0 ? found : refuseWith(404, `No hypervisor matching '${pattern}' could be found.`);
};

const pageFrom = (
  all: readonly Hypervisor[],
  { limit, marker }: Page,
  idOf: (hypervisor: Hypervisor) => string,
): readonly Hypervisor[] | Refusal => {
  if (marker === null) return all.slice(0, limit);
  const at = all.findIndex((hypervisor) => idOf(hypervisor) === marker);
  return at < 0 ? refuseWith(400, `marker [${marker}] not found`) : all.slice(at + 1, at + 1 + limit);
};

type Show = (hypervisor: Hypervisor, sight: HypervisorSight) => object;
type ListRequest = ApiRequest<never, unknown, ShapeOutput<typeof listHypervisors>, undefined>;

const listOf =
  (path: string, view: { at(version: ListRequest['version']): Show }) =>
  (request: ListRequest, { reader, clock }: ComputeServices): Answer => {
    const { query, version } = request;
    const pattern = query.hypervisor_hostname_pattern;
    const sight = { reader, withServers: query.with_servers ?? false, nowMs: clock.now() };
    const show = view.at(version);
    if (pattern !== undefined) {
      if (query.limit !== undefined || query.marker !== undefined)
        return refuseWith(
          400,
          'Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.',
        );
      const found = matching(reader, pattern);
      return 'kind' in found ? found : reply({ hypervisors: found.map((one) => show(one, sight)) });
    }
    const page = pageOf(query, pageLengthMax.at(version));
    const idOf = markerOf.at(version);
    const found = pageFrom(allHypervisors(reader), page, idOf);
    if ('kind' in found) return found;
    return reply({
      hypervisors: found.map((one) => show(one, sight)),
      hypervisors_links: pageLinks(request, path, page, found.map(idOf)),
    });
  };

const listMatching =
  (withServers: boolean) =>
  (
    { params, version }: ApiRequest<'id', unknown, undefined, undefined>,
    { reader, clock }: ComputeServices,
  ): Answer => {
    const found = matching(reader, params.id);
    if ('kind' in found) return found;
    const show = briefHypervisor.at(version);
    return reply({ hypervisors: found.map((one) => show(one, { reader, withServers, nowMs: clock.now() })) });
  };

/** Hypervisors: what hosts have and what is used of it. For administrators. */
export const hypervisorRoutes = [
  route({
    method: 'GET',
    path: '/os-hypervisors',
    policy: { rule: 'os_compute_api:os-hypervisors:list', target: 'none' },
    query: listHypervisors,
    success: 200,
    handler: listOf('os-hypervisors', briefHypervisor),
  }),
  route({
    method: 'GET',
    path: '/os-hypervisors/detail',
    policy: { rule: 'os_compute_api:os-hypervisors:list-detail', target: 'none' },
    query: listHypervisors,
    success: 200,
    handler: listOf('os-hypervisors/detail', hypervisorView),
  }),
  route({
    method: 'GET',
    path: '/os-hypervisors/statistics',
    until: '2.87',
    policy: { rule: 'os_compute_api:os-hypervisors:statistics', target: 'none' },
    success: 200,
    handler: (_, { reader }) => reply({ hypervisor_statistics: statisticsOf(reader, allHypervisors(reader)) }),
  }),
  route({
    method: 'GET',
    path: '/os-hypervisors/{id}',
    policy: { rule: 'os_compute_api:os-hypervisors:show', target: 'none' },
    query: showHypervisor,
    success: 200,
    handler: ({ params, query, version }, { reader, clock }) => {
      const found = find.at(version)(reader, params.id);
      if ('kind' in found) return found;
      const sight = { reader, withServers: query.with_servers ?? false, nowMs: clock.now() };
      return reply({ hypervisor: hypervisorView.at(version)(found, sight) });
    },
  }),
  route({
    method: 'GET',
    path: '/os-hypervisors/{id}/uptime',
    until: '2.87',
    policy: { rule: 'os_compute_api:os-hypervisors:uptime', target: 'none' },
    success: 200,
    handler: ({ params, version }, { reader, clock }) => {
      const found = find.at(version)(reader, params.id);
      if ('kind' in found) return found;
      const nowMs = clock.now();
      const uptime = uptimeOf(found.host, nowMs);
      if (uptime === null) return refuseWith(400, `Compute service of ${found.host.name} is unavailable at this time.`);
      const hypervisor = briefHypervisor.at(version)(found, { reader, withServers: false, nowMs });
      return reply({ hypervisor: { ...hypervisor, uptime } });
    },
  }),
  route({
    method: 'GET',
    path: '/os-hypervisors/{id}/search',
    until: '2.52',
    policy: { rule: 'os_compute_api:os-hypervisors:search', target: 'none' },
    success: 200,
    handler: listMatching(false),
  }),
  route({
    method: 'GET',
    path: '/os-hypervisors/{id}/servers',
    until: '2.52',
    policy: { rule: 'os_compute_api:os-hypervisors:servers', target: 'none' },
    success: 200,
    handler: listMatching(true),
  }),
];
