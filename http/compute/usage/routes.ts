import { PAGE_LENGTH_MAX, type Page, pageLinks, pageOf } from '../../paging.ts';
import { reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { stepped } from '../../stepped.ts';
import type { ComputeServices } from '../services.ts';
import { periodOf } from './period.ts';
import { serversWithin } from './reads.ts';
import { listUsages, showUsage } from './requests.ts';
import { projectUsages } from './views.ts';

const route = routesFor<ComputeServices>();

const COLLECTION = 'os-simple-tenant-usage';

/** Before there were pages, the first servers are all that is counted; no link tells of more. */
const hasPages = stepped(false, ['2.40', true]);
const FIRST_PAGE: Page = { limit: PAGE_LENGTH_MAX, marker: null };

/** How long the servers of projects ran in a period, and how much of a host they had. */
export const usageRoutes = [
  route({
    method: 'GET',
    path: '/os-simple-tenant-usage',
    policy: { rule: 'os_compute_api:os-simple-tenant-usage:list', target: 'own' },
    query: listUsages,
    success: 200,
    handler: (request, { reader, clock }) => {
      const { query, version } = request;
      const nowMs = clock.now();
      const period = periodOf(query, nowMs);
      if ('kind' in period) return period;
      const page = hasPages.at(version) ? pageOf(query) : FIRST_PAGE;
      const servers = serversWithin(reader, period, null, page);
      if ('kind' in servers) return servers;
      const ids = servers.map(({ id }) => id);
      return reply({
        tenant_usages: projectUsages(servers, period, nowMs, query.detailed?.[0] === '1'),
        tenant_usages_links: hasPages.at(version) ? pageLinks(request, COLLECTION, page, ids) : undefined,
      });
    },
  }),
  route({
    method: 'GET',
    path: '/os-simple-tenant-usage/{id}',
    policy: { rule: 'os_compute_api:os-simple-tenant-usage:show', target: 'subject' },
    query: showUsage,
    success: 200,
    subject: ({ params: { id } }) => ({ value: id, target: { project_id: id } }),
    handler: (request, { reader, clock }) => {
      const { subject: projectId, query, version } = request;
      const nowMs = clock.now();
      const period = periodOf(query, nowMs);
      if ('kind' in period) return period;
      const page = hasPages.at(version) ? pageOf(query) : FIRST_PAGE;
      const servers = serversWithin(reader, period, projectId, page);
      if ('kind' in servers) return servers;
      const ids = servers.map(({ id }) => id);
      const path = `${COLLECTION}/${encodeURIComponent(projectId)}`;
      return reply({
        tenant_usage: projectUsages(servers, period, nowMs, true)[0] ?? {},
        tenant_usage_links: hasPages.at(version) ? pageLinks(request, path, page, ids) : undefined,
      });
    },
  }),
];
