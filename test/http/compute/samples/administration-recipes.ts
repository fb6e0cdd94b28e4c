import { minorOf } from '../../../../http/microversions.ts';
import type { Recipe, Recipes } from './recipes.ts';
import { type At, EMPTY_HOST, PROJECT, ZONE } from './sample-cloud.ts';

const get =
  (path: string): Recipe =>
  (at) =>
    at.send('GET', path);

const hypervisor = ({ on, numbered }: At): string => numbered(on.ids.hypervisor);

/** Before 2.53 a part of a name is in the path, after in the query. */
const search =
  (pattern: string, verb: 'search' | 'servers'): Recipe =>
  (at) =>
    at.send(
      'GET',
      minorOf(at.version) < 53
        ? `/os-hypervisors/${pattern}/${verb}`
        : `/os-hypervisors?hypervisor_hostname_pattern=${pattern}${verb === 'servers' ? '&with_servers=true' : ''}`,
    );

/** PUT of a service, before 2.53 by an action with its host. */
const service =
  (action: string, before: object, after: object): Recipe =>
  (at) =>
    minorOf(at.version) < 53
      ? at.send('PUT', `/os-services/${action}`, { host: 'sim-2', binary: 'nova-compute', ...before })
      : at.send('PUT', `/os-services/${at.on.ids.service}`, after);

const reset = async (at: At): Promise<void> => {
  for (const update of [{ status: 'enabled' }, { forced_down: false }])
    await at.prepare('PUT', `/os-services/${at.on.ids.service}`, update);
};

const withReset =
  (recipe: Recipe): Recipe =>
  async (at) => {
    const answer = await recipe(at);
    await reset(at);
    return answer;
  };

const newAggregate = async (at: At): Promise<string> => {
  const { body } = await at.prepare('POST', '/os-aggregates', {
    aggregate: { name: at.fresh(), availability_zone: ZONE },
  });
  return `/os-aggregates/${body.aggregate.id}`;
};

const aggregateAction =
  (body: object, before?: object): Recipe =>
  async (at) => {
    const path = `${await newAggregate(at)}/action`;
    if (before !== undefined) await at.prepare('POST', path, before);
    return at.send('POST', path, body);
  };

/** Makes migrations, and asks for them. */
const migrations =
  (query: string): Recipe =>
  async (at) => {
    const id = await at.on.cloud.boot();
    await at.on.cloud.until(id, 'ACTIVE');
    for (let count = 0; count < 2; count++) {
      await at.prepare('POST', `/servers/${id}/action`, { migrate: null });
      await at.on.cloud.until(id, 'VERIFY_RESIZE');
      await at.prepare('POST', `/servers/${id}/action`, { confirmResize: null });
      await at.on.cloud.until(id, 'ACTIVE');
    }
    const { body } = await at.prepare('GET', `/os-migrations?instance_uuid=${id}`);
    const last = body.migrations[0];
    return at.send(
      'GET',
      `/os-migrations${query.replace('{uuid}', last.uuid).replace('{user}', last.user_id).replace('{id}', id)}`,
    );
  };

const quota =
  (body: object): Recipe =>
  (at) =>
    at.send('PUT', `/os-quota-sets/fake_tenant`, { quota_set: body });
const userQuota: Recipe = (at) =>
  at.send('PUT', '/os-quota-sets/fake_tenant?user_id=1', { quota_set: { force: true, instances: 9 } });

/** Of a live migration that runs, which alone has links. */
const running =
  (query: string): Recipe =>
  ({ on, version }) =>
    on.moving.cloud.call('GET', `/os-migrations${query}`, { as: 'admin', version });

/** The sample at 2.69 shows services of a cell that is down only. */
const isUnknown = ({ status }: { readonly status: string }): boolean => status === 'UNKNOWN';

export const ADMINISTRATION_RECIPES: Recipes = {
  'os-hypervisors/hypervisors-detail-resp.json': (at) =>
    at.send('GET', `/os-hypervisors/detail${minorOf(at.version) < 33 ? '' : '?limit=1'}`),
  'os-hypervisors/hypervisors-detail-with-servers-resp.json': (at) =>
    at.send('GET', `/os-hypervisors/detail?with_servers=true&hypervisor_hostname_pattern=${at.on.ids.host}`),
  'os-hypervisors/hypervisors-list-resp.json': (at) =>
    at.send('GET', minorOf(at.version) < 33 ? '/os-hypervisors' : '/os-hypervisors?limit=1'),
  'os-hypervisors/hypervisors-search-resp.json': search('sim', 'search'),
  'os-hypervisors/hypervisors-show-resp.json': (at) => at.send('GET', `/os-hypervisors/${hypervisor(at)}`),
  'os-hypervisors/hypervisors-show-with-servers-resp.json': (at) =>
    at.send('GET', `/os-hypervisors/${hypervisor(at)}?with_servers=true`),
  'os-hypervisors/hypervisors-statistics-resp.json': get('/os-hypervisors/statistics'),
  'os-hypervisors/hypervisors-uptime-resp.json': (at) => at.send('GET', `/os-hypervisors/${hypervisor(at)}/uptime`),
  'os-hypervisors/hypervisors-with-servers-resp.json': (at) => search(at.on.ids.host, 'servers')(at),
  'os-hypervisors/hypervisors-without-servers-resp.json': (at) => search(EMPTY_HOST, 'servers')(at),
  'os-services/services-list-get-resp.json': async (at) => {
    if (at.version !== '2.69') return at.send('GET', '/os-services');
    const answer = await at.on.down.cloud.call('GET', '/os-services', { as: 'admin', version: at.version });
    return { ...answer, body: { services: answer.body.services.filter(isUnknown) } };
  },
  'os-services/service-disable-log-put-resp.json': withReset(
    service('disable-log-reason', { disabled_reason: 'r' }, { status: 'disabled', disabled_reason: 'r' }),
  ),
  'os-services/service-disable-put-resp.json': withReset(service('disable', {}, { status: 'disabled' })),
  'os-services/service-enable-put-resp.json': withReset(service('enable', {}, { status: 'enabled' })),
  'os-services/service-force-down-put-resp.json': withReset(
    service('force-down', { forced_down: true }, { forced_down: true }),
  ),
  'os-hosts/hosts-list-resp.json': get('/os-hosts'),
  'os-hosts/host-get-resp.json': (at) => at.send('GET', `/os-hosts/${at.on.ids.host}`),
  'os-aggregates/aggregate-post-resp.json': (at) =>
    at.send('POST', '/os-aggregates', { aggregate: { name: at.fresh(), availability_zone: ZONE } }),
  'os-aggregates/aggregate-update-post-resp.json': async (at) =>
    at.send('PUT', await newAggregate(at), { aggregate: { name: at.fresh(), availability_zone: 'nova2' } }),
  'os-aggregates/aggregates-add-host-post-resp.json': aggregateAction({ add_host: { host: 'sim-0' } }),
  'os-aggregates/aggregates-remove-host-post-resp.json': aggregateAction(
    { remove_host: { host: 'sim-0' } },
    { add_host: { host: 'sim-0' } },
  ),
  'os-aggregates/aggregates-metadata-post-resp.json': aggregateAction({ set_metadata: { metadata: { key: 'v' } } }),
  'os-aggregates/aggregates-get-resp.json': (at) => at.send('GET', `/os-aggregates/${at.on.ids.aggregate}`),
  'os-aggregates/aggregates-list-get-resp.json': get('/os-aggregates'),
  'os-availability-zone/availability-zone-detail-resp.json': get('/os-availability-zone/detail'),
  'os-availability-zone/availability-zone-list-resp.json': get('/os-availability-zone'),
  'os-migrations/migrations-get.json': migrations(''),
  'os-migrations/migrations-get-with-limit.json': migrations('?limit=1'),
  'os-migrations/migrations-get-with-marker.json': running(''),
  'os-migrations/migrations-get-with-changes-since.json': migrations('?changes-since=2000-01-01T00:00:00Z'),
  'os-migrations/migrations-get-with-changes-before.json': running('?changes-before=2100-01-01T00:00:00Z'),
  'os-migrations/migrations-get-with-user-or-project-id.json': migrations('?user_id={user}'),
  'os-quota-sets/quotas-show-defaults-get-resp.json': get('/os-quota-sets/fake_tenant/defaults'),
  'os-quota-sets/quotas-show-detail-get-resp.json': get('/os-quota-sets/fake_tenant/detail'),
  'os-quota-sets/quotas-show-get-resp.json': get('/os-quota-sets/fake_tenant'),
  'os-quota-sets/quotas-update-force-post-resp.json': quota({ force: true, instances: 45 }),
  'os-quota-sets/quotas-update-post-resp.json': quota({ instances: 45 }),
  'os-quota-sets/user-quotas-show-get-resp.json': get('/os-quota-sets/fake_tenant?user_id=1'),
  'os-quota-sets/user-quotas-update-post-resp.json': userQuota,
  'os-quota-sets-noop/quotas-show-defaults-get-resp.json': get('/os-quota-sets/fake_tenant/defaults'),
  'os-quota-sets-noop/quotas-show-detail-get-resp.json': get('/os-quota-sets/fake_tenant/detail'),
  'os-quota-sets-noop/quotas-show-get-resp.json': get('/os-quota-sets/fake_tenant'),
  'os-quota-sets-noop/quotas-update-force-post-resp.json': quota({ force: true, instances: 45 }),
  'os-quota-sets-noop/quotas-update-post-resp.json': quota({ instances: 45 }),
  'os-quota-sets-noop/user-quotas-show-get-resp.json': get('/os-quota-sets/fake_tenant?user_id=1'),
  'os-quota-sets-noop/user-quotas-update-post-resp.json': userQuota,
  'os-quota-class-sets/quota-classes-show-get-resp.json': get('/os-quota-class-sets/test_class'),
  'os-quota-class-sets/quota-classes-update-post-resp.json': (at) =>
    at.send('PUT', '/os-quota-class-sets/test_class', { quota_class_set: { instances: 50 } }),
  'os-simple-tenant-usage/simple-tenant-usage-get.json': (at) =>
    at.send('GET', `/os-simple-tenant-usage${minorOf(at.version) < 40 ? '' : '?limit=1'}`),
  'os-simple-tenant-usage/simple-tenant-usage-get-all.json': get('/os-simple-tenant-usage?detailed=1'),
  'os-simple-tenant-usage/simple-tenant-usage-get-detail.json': (at) =>
    at.send('GET', `/os-simple-tenant-usage?detailed=1${minorOf(at.version) < 40 ? '' : '&limit=1'}`),
  'os-simple-tenant-usage/simple-tenant-usage-get-specific.json': (at) =>
    at.send('GET', `/os-simple-tenant-usage/${PROJECT}${minorOf(at.version) < 40 ? '' : '?limit=1'}`),
  'os-instance-usage-audit-log/inst-usage-audit-log-index-get-resp.json': get('/os-instance_usage_audit_log'),
  'os-instance-usage-audit-log/inst-usage-audit-log-show-get-resp.json': get(
    '/os-instance_usage_audit_log/2026-01-01%2000:00:00',
  ),
  'os-server-external-events/event-create-resp.json': (at) =>
    at.send('POST', '/os-server-external-events', {
      events: [{ name: 'network-changed', server_uuid: at.on.server, status: 'completed', tag: 'foo' }],
    }),
};
