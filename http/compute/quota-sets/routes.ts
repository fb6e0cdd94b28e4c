import { forgetLimits, setLimits } from '../../../actors/project/client.ts';
import {
  type AllLimits,
  DEFAULT_CLASS,
  limitsOfClass,
  limitsOfProject,
  limitsOfUser,
  projects,
  type Usage,
  usageOfUser,
} from '../../../actors/project/row.ts';
import { emptyReply, type Refusal, refuse, refuseWith, reply } from '../../reply.ts';
import { type Found, routesFor } from '../../route.ts';
import { countGroups } from '../server-groups/reads.ts';
import type { ComputeServices } from '../services.ts';
import { limitsIn, ofUser, updateQuotaSet } from './requests.ts';
import { type QuotaSight, quotaDetailView, quotaSetView } from './views.ts';

const route = routesFor<ComputeServices>();

/** Longest id of a project or a user. Nova: columns of 255 characters. */
const ID_LENGTH_MAX = 255;

const NO_USAGE: Usage = { instances: 0, cores: 0, ramMib: 0 };

/** The project of the path is the target of the policy: readers see their own. Whether there is such a project is not asked. */
const projectOf = ({ params }: { readonly params: { readonly id: string } }): Found<string> => ({
  value: params.id,
  target: { project_id: params.id },
});

const userOf = ({ query }: { readonly query: { readonly user_id?: string | undefined } }): string | null =>
  query.user_id === undefined || query.user_id === '' ? null : query.user_id;

const limitsOf = ({ reader, quota }: ComputeServices, projectId: string, userId: string | null): AllLimits =>
  userId === null ? limitsOfProject(reader, quota, projectId) : limitsOfUser(reader, quota, projectId, userId);

const sightOf = ({ reader }: ComputeServices, projectId: string, userId: string | null): QuotaSight => {
  const usage = projects.read(reader, projectId);
  return {
    id: projectId,
    usage: userId === null ? (usage ?? NO_USAGE) : usageOfUser(usage, userId),
    serverGroups: countGroups(reader, projectId),
  };
};

/** Refuses ids that cannot be of a project or a user. */
const tooLong = (projectId: string, userId: string | null): Refusal | null => {
  if (projectId.length > ID_LENGTH_MAX)
    return refuseWith(400, `Project ID ${projectId.slice(0, ID_LENGTH_MAX)} is not a valid project.`);
  if (userId !== null && userId.length > ID_LENGTH_MAX)
    return refuseWith(400, `Invalid input received: user_id is longer than ${ID_LENGTH_MAX} characters.`);
  return null;
};

/** Limits by project, and by user of a project. */
export const quotaSetRoutes = [
  route({
    method: 'GET',
    path: '/os-quota-sets/{id}',
    policy: { rule: 'os_compute_api:os-quota-sets:show', target: 'subject' },
    query: ofUser,
    success: 200,
    subject: projectOf,
    handler: (request, services) => {
      const { subject: id, version } = request;
      const limits = limitsOf(services, id, userOf(request));
      return reply({ quota_set: quotaSetView.at(version)(limits, sightOf(services, id, null)) });
    },
  }),
  route({
    method: 'GET',
    path: '/os-quota-sets/{id}/detail',
    policy: { rule: 'os_compute_api:os-quota-sets:detail', target: 'subject' },
    query: ofUser,
    success: 200,
    subject: projectOf,
    handler: (request, services) => {
      const { subject: id, version } = request;
      const userId = userOf(request);
      const limits = limitsOf(services, id, userId);
      return reply({ quota_set: quotaDetailView.at(version)(limits, sightOf(services, id, userId)) });
    },
  }),
  route({
    method: 'GET',
    path: '/os-quota-sets/{id}/defaults',
    policy: { rule: 'os_compute_api:os-quota-sets:defaults', target: 'subject' },
    success: 200,
    subject: projectOf,
    handler: ({ subject: id, version }, services) => {
      const limits = limitsOfClass(services.reader, services.quota, DEFAULT_CLASS);
      return reply({ quota_set: quotaSetView.at(version)(limits, sightOf(services, id, null)) });
    },
  }),
  route({
    method: 'PUT',
    path: '/os-quota-sets/{id}',
    policy: { rule: 'os_compute_api:os-quota-sets:update', target: 'subject' },
    body: updateQuotaSet,
    query: ofUser,
    success: 200,
    subject: projectOf,
    handler: async (request, services) => {
      const { subject: id, version } = request;
      const userId = userOf(request);
      const refusal = tooLong(id, userId);
      if (refusal !== null) return refusal;
      const { force = false, ...asked } = request.body.quota_set;
      const set = await setLimits(services.system, id, userId, limitsIn(asked), force);
      if (!set.ok) return refuse(set.error);
      const sight = { ...sightOf(services, id, userId), id: null };
      return reply({ quota_set: quotaSetView.at(version)(limitsOf(services, id, userId), sight) });
    },
  }),
  route({
    method: 'DELETE',
    path: '/os-quota-sets/{id}',
    policy: { rule: 'os_compute_api:os-quota-sets:delete', target: 'subject' },
    query: ofUser,
    success: 202,
    subject: projectOf,
    handler: async (request, { system }) => {
      const userId = userOf(request);
      // What has such an id has no limits of its own.
      if (tooLong(request.subject, userId) !== null) return emptyReply();
      const forgotten = await forgetLimits(system, request.subject, userId);
      return forgotten.ok ? emptyReply() : refuse(forgotten.error);
    },
  }),
];
