import { type ProjectUsage, projects } from '../../../actors/project/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { emptyReply, refuse, reply } from '../../reply.ts';
import { type Found, routesFor } from '../../route.ts';
import type { ComputeServices } from '../services.ts';
import { ofUser, updateQuotaSet } from './requests.ts';
import { quotaDetailView, quotaSetView } from './views.ts';

const route = routesFor<ComputeServices>();

/** What a project has; nothing, when it has never had anything. Whether there is such a project is not asked. */
const usageOf = (reader: Reader, projectId: string): ProjectUsage =>
  projects.read(reader, projectId) ?? { projectId, instances: 0, cores: 0, ramMib: 0 };

/** The project of the path is the target of the policy: readers see their own. */
const projectOf = ({ params }: { readonly params: { readonly id: string } }): Found<string> => ({
  value: params.id,
  target: { project_id: params.id },
});

/** Limits by project. All projects have the limits of the configuration. */
export const quotaSetRoutes = [
  route({
    method: 'GET',
    path: '/os-quota-sets/{id}',
    policy: { rule: 'os_compute_api:os-quota-sets:show', target: 'subject' },
    query: ofUser,
    success: 200,
    subject: projectOf,
    handler: ({ subject, version }, { reader, quota }) =>
      reply({ quota_set: quotaSetView.at(version)(quota, usageOf(reader, subject)) }),
  }),
  route({
    method: 'GET',
    path: '/os-quota-sets/{id}/detail',
    policy: { rule: 'os_compute_api:os-quota-sets:detail', target: 'subject' },
    query: ofUser,
    success: 200,
    subject: projectOf,
    handler: ({ subject, version }, { reader, quota }) =>
      reply({ quota_set: quotaDetailView.at(version)(quota, usageOf(reader, subject)) }),
  }),
  route({
    method: 'GET',
    path: '/os-quota-sets/{id}/defaults',
    policy: { rule: 'os_compute_api:os-quota-sets:defaults', target: 'subject' },
    success: 200,
    subject: projectOf,
    handler: ({ subject, version }, { reader, quota }) =>
      reply({ quota_set: quotaSetView.at(version)(quota, usageOf(reader, subject)) }),
  }),
  route({
    method: 'PUT',
    path: '/os-quota-sets/{id}',
    policy: { rule: 'os_compute_api:os-quota-sets:update', target: 'subject' },
    body: updateQuotaSet,
    query: ofUser,
    success: 200,
    subject: projectOf,
    // Limits of single projects are not kept yet; to answer 200 would be a lie.
    handler: () => refuse({ code: 'NotSupported' }),
  }),
  route({
    method: 'DELETE',
    path: '/os-quota-sets/{id}',
    policy: { rule: 'os_compute_api:os-quota-sets:delete', target: 'subject' },
    query: ofUser,
    success: 202,
    subject: projectOf,
    // A project without limits of its own has the defaults already.
    handler: () => emptyReply(),
  }),
];
