import { limitsOfClass } from '../../../actors/project/row.ts';
import { changeRegistry } from '../../../actors/registry/client.ts';
import { refuse, refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import { limitsIn } from '../quota-sets/requests.ts';
import type { ComputeServices } from '../services.ts';
import { updateQuotaClass } from './requests.ts';
import { quotaClassView } from './views.ts';

const route = routesFor<ComputeServices>();

/** Longest name of a class. */
const NAME_LENGTH_MAX = 255;

/** Limits under a name. Those of `default` hold for every project that has no own ones; other classes limit nothing. */
export const quotaClassSetRoutes = [
  route({
    method: 'GET',
    path: '/os-quota-class-sets/{id}',
    policy: { rule: 'os_compute_api:os-quota-class-sets:show', target: 'none' },
    query: noQuery,
    success: 200,
    handler: ({ params: { id }, version }, { reader, quota }) =>
      reply({ quota_class_set: quotaClassView.at(version)(limitsOfClass(reader, quota, id), { id }) }),
  }),
  route({
    method: 'PUT',
    path: '/os-quota-class-sets/{id}',
    policy: { rule: 'os_compute_api:os-quota-class-sets:update', target: 'none' },
    body: updateQuotaClass,
    success: 200,
    handler: async ({ params: { id: name }, body, version }, { system, reader, quota }) => {
      if (name.length < 1 || name.length > NAME_LENGTH_MAX)
        return refuseWith(
          400,
          `Invalid input received: quota_class_name has ${name.length} characters, more than ${NAME_LENGTH_MAX}.`,
        );
      const set = await changeRegistry(system, { type: 'setQuotaClass', name, limits: limitsIn(body.quota_class_set) });
      if (!set.ok) return refuse(set.error);
      return reply({ quota_class_set: quotaClassView.at(version)(limitsOfClass(reader, quota, name), { id: null }) });
    },
  }),
];
