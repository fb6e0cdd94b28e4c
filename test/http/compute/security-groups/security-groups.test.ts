import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { noQuery } from '../../../../http/compute/no-query.ts';
import { createRule, listGroups, securityGroup } from '../../../../http/compute/security-groups/requests.ts';
import { type CallOptions, startTestCloud, type TestCloud } from '../cloud.ts';
import { testAnswers, testBodies, testQueries, testRanges } from '../contract-checks.ts';

let cloud: TestCloud;
let server = '';
let group = '';
let count = 0;

const call = (method: string, path: string, body?: unknown, as: CallOptions['as'] = 'member') =>
  cloud.call(method, path, { as, ...(body === undefined ? {} : { body }) });
const newGroup = async (as: CallOptions['as'] = 'member'): Promise<string> => {
  const security_group = { name: `g${++count}`, description: 'd' };
  return (await call('POST', '/os-security-groups', { security_group }, as)).body.security_group.id;
};
const newRule = (rule: object) =>
  call('POST', '/os-security-group-rules', { security_group_rule: { parent_group_id: group, ...rule } });

before(async () => {
  cloud = await startTestCloud();
  server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  group = await newGroup();
});
after(() => cloud.close());

test('a group has rules for what comes in, from addresses or from a group', async () => {
  const tcp = await newRule({ ip_protocol: 'TCP', from_port: '22', to_port: 22, cidr: '10.0.0.0/8' });
  const rule = tcp.body.security_group_rule;
  assert.deepEqual(
    [rule.ip_protocol, rule.from_port, rule.to_port, rule.ip_range, rule.group],
    ['tcp', 22, 22, { cidr: '10.0.0.0/8' }, {}],
  );
  const icmp = await newRule({ ip_protocol: 'icmp', from_port: -1, to_port: -1, cidr: '::/0' });
  assert.deepEqual(icmp.body.security_group_rule.from_port, -1);
  const all = await newRule({ ip_protocol: 'udp', group_id: group });
  const { from_port, to_port, group: source, ip_range } = all.body.security_group_rule;
  assert.deepEqual([from_port, to_port, ip_range], [1, 65_535, {}]);
  assert.equal(source.name, 'g1');
  const shown = await call('GET', `/os-security-groups/${group}`);
  assert.equal(shown.body.security_group.rules.length, 3, 'rules for what goes out are not shown');
  for (const { id } of shown.body.security_group.rules)
    assert.equal((await call('DELETE', `/os-security-group-rules/${id}`)).status, 202);
  assert.equal((await call('DELETE', `/os-security-group-rules/${rule.id}`)).status, 404);
});

test('a range keeps the host bits that it was given with, and a rule that is there already is refused with 400', async () => {
  const rule = { ip_protocol: 'tcp', from_port: 80, to_port: 80, cidr: '10.2.3.124/24' };
  const { body, status } = await newRule(rule);
  assert.deepEqual([status, body.security_group_rule.ip_range], [200, { cidr: rule.cidr }]);
  const again = await newRule(rule);
  assert.deepEqual([again.status, again.body.badRequest?.code], [400, 400]);
  await call('DELETE', `/os-security-group-rules/${body.security_group_rule.id}`);
});

test('a rule that is none is refused', async () => {
  for (const rule of [
    {},
    { ip_protocol: 'tcp' },
    { ip_protocol: 'tcp', from_port: 'a', to_port: 'b' },
    { ip_protocol: 'tcp', from_port: 0, to_port: 22 },
    { ip_protocol: 'tcp', from_port: 23, to_port: 22 },
    { ip_protocol: 'tcp', from_port: 22, to_port: 65_536 },
    { ip_protocol: 'icmp', from_port: 256, to_port: -1 },
    { ip_protocol: 'sctp', from_port: 1, to_port: 1 },
    { ip_protocol: 'tcp', from_port: 1, to_port: 1, cidr: '10.0.0.0/33' },
    { ip_protocol: 'tcp', from_port: 1, to_port: 1, cidr: { a: 1 } },
    { ip_protocol: ['tcp'.repeat(9)], from_port: {}, to_port: [] },
  ])
    assert.equal((await newRule(rule)).status, 400, JSON.stringify(rule));
  assert.equal((await newRule({ parent_group_id: '00000000-0000-4000-8000-000000000000' })).status, 404);
});

test('a project sees its own groups, the default one among them; administrators see all', async () => {
  const names = (answer: { body: { security_groups: { name: string }[] } }) =>
    answer.body.security_groups.map(({ name }) => name);
  assert.deepEqual(names(await call('GET', '/os-security-groups', undefined, 'stranger')), ['default']);
  assert.ok(names(await call('GET', '/os-security-groups')).includes('g1'));
  const all = await call('GET', '/os-security-groups?all_tenants=1', undefined, 'admin');
  assert.equal(names(all).filter((name) => name === 'default').length, 2);
  for (const method of ['GET', 'DELETE'])
    assert.equal((await call(method, `/os-security-groups/${group}`, undefined, 'stranger')).status, 404);
  assert.equal((await call('GET', '/os-security-groups/1')).status, 400);
});

test('a group that is used, and the default one, stay', async () => {
  const [used] = (await call('GET', `/servers/${server}/os-security-groups`)).body.security_groups;
  assert.equal(used.name, 'default');
  assert.equal((await call('DELETE', `/os-security-groups/${used.id}`)).status, 400);
});

testAnswers(() => cloud, {
  'GET /os-security-groups': () => ({ path: '/os-security-groups?limit=5' }),
  'POST /os-security-groups': () => ({
    path: '/os-security-groups',
    body: { security_group: { name: `g${++count}`, description: '' } },
  }),
  'GET /os-security-groups/{id}': () => ({ path: `/os-security-groups/${group}` }),
  'PUT /os-security-groups/{id}': () => ({
    path: `/os-security-groups/${group}`,
    body: { security_group: { name: `g${++count}`, description: 'other' } },
  }),
  'DELETE /os-security-groups/{id}': async () => {
    const security_group = { name: `g${++count}`, description: '' };
    const { body } = await call('POST', '/os-security-groups', { security_group }, 'admin');
    return { path: `/os-security-groups/${body.security_group.id}` };
  },
  'POST /os-security-group-rules': () => ({
    path: '/os-security-group-rules',
    body: {
      security_group_rule: { parent_group_id: group, ip_protocol: 'tcp', from_port: ++count, to_port: count },
    },
  }),
  'DELETE /os-security-group-rules/{id}': async () => {
    const { body } = await newRule({ ip_protocol: 'udp', from_port: 7, to_port: 7 });
    return { path: `/os-security-group-rules/${body.security_group_rule.id}` };
  },
  'GET /servers/{server_id}/os-security-groups': () => ({ path: `/servers/${server}/os-security-groups` }),
});

testRanges(() => cloud, {
  'GET /os-security-groups': ['/os-security-groups', ['2.36', '2.104']],
  'POST /os-security-group-rules': ['/os-security-group-rules', ['2.36']],
});

testBodies({
  'POST /os-security-groups': securityGroup,
  'PUT /os-security-groups/{id}': securityGroup,
  'POST /os-security-group-rules': createRule,
});

testQueries({ 'GET /os-security-groups': listGroups, 'GET /servers/{server_id}/os-security-groups': noQuery }, [
  {},
  { stranger: ['1'] },
  { limit: ['x'] },
  { limit: ['1', '2'] },
  { offset: ['1'], all_tenants: ['1', '2'] },
]);
