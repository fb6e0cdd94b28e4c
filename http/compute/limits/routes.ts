import { type AllLimits, limitsOfProject, type ProjectUsage, projects } from '../../../actors/project/row.ts';
import { refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { lastOf, query } from '../../shape.ts';
import { always, stepped, until } from '../../stepped.ts';
import { viewOf } from '../field-view.ts';
import { anyText } from '../parameter-types.ts';
import { countGroups } from '../server-groups/reads.ts';
import type { ComputeServices } from '../services.ts';

const route = routesFor<ComputeServices>();

const showLimits = query({ tenant_id: always(lastOf(anyText)) }, { unknown: stepped('drop', ['2.75', 'refuse']) });

type Used = Pick<ProjectUsage, 'instances' | 'cores' | 'ramMib'> & { readonly serverGroups: number };

const NOTHING_USED: Omit<Used, 'serverGroups'> = { instances: 0, cores: 0, ramMib: 0 };

// Networks have their own service and limits; Nova shows none for them since Train.
const unlimited = until('2.35', () => -1);
const notCounted = until('2.35', () => 0);

const limitsView = viewOf<AllLimits, Used>({
  maxServerMeta: always((limits) => limits.metadataItems),
  maxPersonality: until('2.56', (limits) => limits.injectedFiles),
  maxPersonalitySize: until('2.56', (limits) => limits.injectedFileBytes),
  maxImageMeta: until('2.38', (limits) => limits.metadataItems),
  maxTotalInstances: always((limits) => limits.instances),
  maxTotalCores: always((limits) => limits.cores),
  maxTotalRAMSize: always((limits) => limits.ramMib),
  maxTotalKeypairs: always((limits) => limits.keyPairs),
  maxServerGroups: always((limits) => limits.serverGroups),
  maxServerGroupMembers: always((limits) => limits.serverGroupMembers),
  maxTotalFloatingIps: unlimited,
  maxSecurityGroups: unlimited,
  maxSecurityGroupRules: unlimited,
  totalInstancesUsed: always((_, used) => used.instances),
  totalCoresUsed: always((_, used) => used.cores),
  totalRAMUsed: always((_, used) => used.ramMib),
  totalServerGroupsUsed: always((_, used) => used.serverGroups),
  totalFloatingIpsUsed: notCounted,
  totalSecurityGroupsUsed: notCounted,
});

/** How much a project may have, and what it has. */
export const limitRoutes = [
  route({
    method: 'GET',
    path: '/limits',
    policy: { rule: 'os_compute_api:limits', target: 'none' },
    query: showLimits,
    success: 200,
    handler: (request, { reader, quota }) => {
      const { tenant_id: other } = request.query;
      const refusal = other === undefined ? null : request.refusalOf('os_compute_api:limits:other_project');
      if (refusal !== null) return refusal;
      const projectId = other ?? request.caller.projectId;
      if (projectId === null) return refuseWith(403);
      // The project's, whatever is set for the user; Nova: `get_project_quotas`.
      const limits = limitsOfProject(reader, quota, projectId);
      const used: Used = {
        ...(projects.read(reader, projectId) ?? NOTHING_USED),
        serverGroups: countGroups(reader, projectId),
      };
      const absolute = limitsView.at(request.version)(limits, used);
      return reply({ limits: { rate: [], absolute } });
    },
  }),
];
