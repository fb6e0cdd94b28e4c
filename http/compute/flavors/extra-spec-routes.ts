import { changeRegistry } from '../../../actors/registry/client.ts';
import { type Answer, emptyReply, refuse, refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { stepped } from '../../stepped.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';
import { extraSpecProblem } from './extra-spec-rules.ts';
import { createExtraSpecs, type ExtraSpecValue, updateExtraSpec } from './requests.ts';
import { flavorSubject } from './visible.ts';

const route = routesFor<ComputeServices>();

const specCheck = stepped((): string | null => null, ['2.86', extraSpecProblem]);

type Given = Readonly<Record<string, ExtraSpecValue>>;

/** Stores extra specs that pass the check, and answers with the body as it came, as Nova does. */
const setSpecs = async (
  { system }: ComputeServices,
  flavorId: string,
  given: Given,
  check: (name: string, value: string) => string | null,
  body: unknown,
): Promise<Answer> => {
  const extraSpecs = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  for (const [name, value] of Object.entries(extraSpecs)) {
    const problem = check(name, value);
    if (problem !== null) return refuseWith(400, problem);
  }
  const set = await changeRegistry(system, { type: 'setExtraSpecs', flavorId, extraSpecs });
  return set.ok ? reply(body) : refuse(set.error);
};

/** What a flavor asks of its hosts, beside its size. */
export const extraSpecRoutes = [
  route({
    method: 'GET',
    path: '/flavors/{id}/os-extra_specs',
    policy: { rule: 'os_compute_api:os-flavor-extra-specs:index', target: 'own' },
    query: noQuery,
    success: 200,
    subject: ({ params, caller }, { reader }) => flavorSubject(reader, params.id, caller),
    handler: ({ subject }) => reply({ extra_specs: subject.extraSpecs }),
  }),
  route({
    method: 'POST',
    path: '/flavors/{id}/os-extra_specs',
    policy: { rule: 'os_compute_api:os-flavor-extra-specs:create', target: 'none' },
    body: createExtraSpecs,
    success: 200,
    handler: ({ params, body, version }, services) =>
      setSpecs(services, params.id, body.extra_specs, specCheck.at(version), body),
  }),
  route({
    method: 'GET',
    path: '/flavors/{id}/os-extra_specs/{key}',
    policy: { rule: 'os_compute_api:os-flavor-extra-specs:show', target: 'own' },
    query: noQuery,
    success: 200,
    subject: ({ params, caller }, { reader }) => flavorSubject(reader, params.id, caller),
    handler: ({ params: { id, key }, subject }) =>
      Object.hasOwn(subject.extraSpecs, key)
        ? reply({ [key]: subject.extraSpecs[key] })
        : refuse({ code: 'FlavorExtraSpecNotFound', flavorId: id, key }),
  }),
  route({
    method: 'PUT',
    path: '/flavors/{id}/os-extra_specs/{key}',
    policy: { rule: 'os_compute_api:os-flavor-extra-specs:update', target: 'none' },
    body: updateExtraSpec,
    success: 200,
    handler: ({ params, body, version }, services): Answer | Promise<Answer> =>
      Object.hasOwn(body, params.key)
        ? setSpecs(services, params.id, body, specCheck.at(version), body)
        : refuseWith(400, 'Request body and URI mismatch'),
  }),
  route({
    method: 'DELETE',
    path: '/flavors/{id}/os-extra_specs/{key}',
    policy: { rule: 'os_compute_api:os-flavor-extra-specs:delete', target: 'none' },
    success: 200,
    handler: async ({ params }, { system }) => {
      const { id: flavorId, key } = params;
      const deleted = await changeRegistry(system, { type: 'deleteExtraSpec', flavorId, key });
      return deleted.ok ? emptyReply() : refuse(deleted.error);
    },
  }),
];
