import { after, before } from 'node:test';
import {
  addHost,
  cacheImages,
  createAggregate,
  removeHost,
  setMetadata,
  updateAggregate,
} from '../../../http/compute/aggregates/requests.ts';
import { listHosts, updateHost } from '../../../http/compute/hosts/routes.ts';
import { forceComplete, listMigrations } from '../../../http/compute/migrations/requests.ts';
import { noQuery } from '../../../http/compute/no-query.ts';
import { updateQuotaClass } from '../../../http/compute/quota-class-sets/requests.ts';
import { updateQuotaSet } from '../../../http/compute/quota-sets/requests.ts';
import { createServerGroup, listServerGroups } from '../../../http/compute/server-groups/requests.ts';
import { listUsages, showUsage } from '../../../http/compute/usage/requests.ts';
import type { Microversion } from '../../../http/microversions.ts';
import { anImage, startTestCloud, type TestCloud } from './cloud.ts';
import { isBefore, testAnswers, testBodies, testQueries, testRanges } from './contract-checks.ts';

const PROJECT = '6f70656e737461636b20342065766572';
let cloud: TestCloud;
let server = '';
let group = '';
/** Each creation needs a name of its own. */
let count = 0;
const newName = (): string => `n${++count}`;

const admin = (method: string, path: string, body?: unknown, version = '2.104') =>
  cloud.call(method, path, { as: 'admin', version, ...(body === undefined ? {} : { body }) });

before(async () => {
  cloud = await startTestCloud({ hosts: 2, quota: { serverGroups: -1 } });
  group = (await admin('POST', '/os-server-groups', newGroup('2.104'))).body.server_group.id;
  server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  const member = await cloud.call('POST', '/servers', {
    as: 'admin',
    version: '2.104',
    body: {
      server: { name: 'm', imageRef: anImage().id, flavorRef: '1', networks: 'none' },
      'os:scheduler_hints': { group },
    },
  });
  await cloud.until(member.body.server.id, 'ACTIVE');
});
after(() => cloud.close());

const newGroup = (version: Microversion) => ({
  server_group: isBefore(version, '2.64')
    ? { name: newName(), policies: ['affinity'] }
    : { name: newName(), policy: 'anti-affinity', rules: { max_server_per_host: 3 } },
});

const newAggregate = async (hosts: readonly string[] = []): Promise<number> => {
  const { body } = await admin('POST', '/os-aggregates', { aggregate: { name: newName() } });
  for (const host of hosts) await admin('POST', `/os-aggregates/${body.aggregate.id}/action`, { add_host: { host } });
  return body.aggregate.id;
};

const PERIOD = 'start=2020-01-01T00:00:00&end=2999-01-01T00:00:00';

testAnswers(() => cloud, {
  'GET /os-aggregates': () => ({ path: '/os-aggregates' }),
  'POST /os-aggregates': () => ({
    path: '/os-aggregates',
    body: { aggregate: { name: newName(), availability_zone: 'z' } },
  }),
  'GET /os-aggregates/{id}': async () => ({ path: `/os-aggregates/${await newAggregate(['sim-0'])}` }),
  'PUT /os-aggregates/{id}': async () => ({
    path: `/os-aggregates/${await newAggregate()}`,
    body: { aggregate: { name: ` ${newName()} `, availability_zone: 'z' } },
  }),
  'DELETE /os-aggregates/{id}': async () => ({ path: `/os-aggregates/${await newAggregate()}` }),
  'POST /os-aggregates/{id}/action#add_host': async () => ({
    path: `/os-aggregates/${await newAggregate()}/action`,
    body: { add_host: { host: 'sim-0' } },
  }),
  'POST /os-aggregates/{id}/action#remove_host': async () => ({
    path: `/os-aggregates/${await newAggregate(['sim-0'])}/action`,
    body: { remove_host: { host: 'sim-0' } },
  }),
  'POST /os-aggregates/{id}/action#set_metadata': async () => ({
    path: `/os-aggregates/${await newAggregate()}/action`,
    body: { set_metadata: { metadata: { ssd: 'true', gone: null } } },
  }),
  'POST /os-aggregates/{id}/images': async () => ({
    path: `/os-aggregates/${await newAggregate(['sim-0'])}/images`,
    body: { cache: [{ id: anImage().id }] },
  }),
  'GET /os-server-groups': () => ({ path: '/os-server-groups?all_projects&limit=2&offset=0' }),
  'POST /os-server-groups': (version) => ({ path: '/os-server-groups', body: newGroup(version) }),
  'GET /os-server-groups/{id}': () => ({ path: `/os-server-groups/${group}` }),
  'DELETE /os-server-groups/{id}': async () => {
    const { body } = await admin('POST', '/os-server-groups', newGroup('2.104'));
    return { path: `/os-server-groups/${body.server_group.id}` };
  },
  'PUT /os-quota-sets/{id}': () => ({
    path: `/os-quota-sets/${PROJECT}?user_id=u1`,
    body: { quota_set: { cores: '19', force: 'true' } },
  }),
  'GET /os-quota-class-sets/{id}': () => ({ path: '/os-quota-class-sets/default' }),
  'PUT /os-quota-class-sets/{id}': () => ({
    path: '/os-quota-class-sets/other',
    body: { quota_class_set: { cores: 8 } },
  }),
  'GET /os-simple-tenant-usage': () => ({ path: `/os-simple-tenant-usage?${PERIOD}&detailed=1&limit=1` }),
  'GET /os-simple-tenant-usage/{id}': () => ({ path: `/os-simple-tenant-usage/${PROJECT}?${PERIOD}&limit=1` }),
  'GET /os-migrations': () => ({ path: '/os-migrations?host=h' }),
  'GET /servers/{server_id}/migrations': () => ({ path: `/servers/${server}/migrations` }),
  'GET /servers/{server_id}/os-server-password': () => ({ path: `/servers/${server}/os-server-password` }),
  'DELETE /servers/{server_id}/os-server-password': () => ({ path: `/servers/${server}/os-server-password` }),
  'POST /os-server-external-events': () => ({
    path: '/os-server-external-events',
    body: {
      events: [
        { name: 'network-changed', server_uuid: server, tag: 't' },
        { name: 'network-vif-plugged', server_uuid: anImage().id },
      ],
    },
  }),
  'GET /os-hosts': () => ({ path: '/os-hosts?zone=nova' }),
  'GET /os-hosts/{id}': () => ({ path: '/os-hosts/sim-0' }),
  'PUT /os-hosts/{id}': () => ({ path: '/os-hosts/sim-1', body: { status: 'Enable' } }),
});

testRanges(() => cloud, {
  'POST /os-aggregates/1/images': ['/os-aggregates/1/images', ['2.80']],
  'GET /os-hosts': ['/os-hosts', ['2.43', '2.104']],
  'PUT /os-hosts/sim-0': ['/os-hosts/sim-0', ['2.43']],
  'GET /os-hosts/sim-0/reboot': ['/os-hosts/sim-0/reboot', ['2.43']],
  'GET /servers/x/migrations': ['/servers/x/migrations', ['2.22']],
});

testBodies({
  'POST /os-aggregates': createAggregate,
  'PUT /os-aggregates/{id}': updateAggregate,
  'POST /os-aggregates/{id}/action#add_host': addHost,
  'POST /os-aggregates/{id}/action#remove_host': removeHost,
  'POST /os-aggregates/{id}/action#set_metadata': setMetadata,
  'POST /os-aggregates/{id}/images': cacheImages,
  'POST /os-server-groups': createServerGroup,
  'PUT /os-quota-sets/{id}': updateQuotaSet,
  'PUT /os-quota-class-sets/{id}': updateQuotaClass,
  'PUT /os-hosts/{id}': updateHost,
  'POST /servers/{server_id}/migrations/{id}/action#force_complete': forceComplete,
});

testQueries(
  {
    'GET /os-aggregates': noQuery,
    'GET /os-aggregates/{id}': noQuery,
    'GET /os-server-groups': listServerGroups,
    'GET /os-server-groups/{id}': noQuery,
    'GET /os-quota-class-sets/{id}': noQuery,
    'GET /os-simple-tenant-usage': listUsages,
    'GET /os-simple-tenant-usage/{id}': showUsage,
    'GET /os-migrations': listMigrations,
    'GET /servers/{server_id}/migrations': noQuery,
    'GET /servers/{server_id}/os-server-password': noQuery,
    'GET /os-instance_usage_audit_log': noQuery,
    'GET /os-hosts': listHosts,
  },
  [
    {},
    { stranger: ['1'] },
    { limit: ['1'] },
    { limit: ['x'] },
    { limit: ['1', '2'] },
    { marker: ['m', 'n'] },
    { offset: ['x'] },
    { start: ['a', 'b'], end: ['c'], detailed: ['1'] },
    { host: ['h', 'i'] },
    { 'changes-since': ['x'] },
    { 'changes-before': ['2020-01-01T00:00:00Z'] },
    { user_id: ['u'] },
    { project_id: ['p', 'q'] },
    { all_projects: ['', '1'] },
  ],
);
