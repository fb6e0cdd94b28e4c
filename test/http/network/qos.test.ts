import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNetworkApp } from '../../../http/network/app.ts';
import { answerOf } from '../answer.ts';
import { HOLDERS, tokensOf } from '../callers.ts';
import { type NetworkApi, networkApi } from './network-api.ts';

const V2 = '/network/v2.0';

const made = async ({ call }: NetworkApi, path: string, body: object, token = 'admin'): Promise<string> => {
  const answer = await call(token, 'POST', `${V2}/${path}`, body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.text(Object.keys(body)[0] ?? '', 'id');
};

const policyOf = (api: NetworkApi, more: object = {}): Promise<string> =>
  made(api, 'qos/policies', { policy: { name: 'gold', project_id: 'p1', ...more } });

const bandwidth = (api: NetworkApi, policy: string, minKbps: number, direction: string): Promise<string> =>
  made(api, `qos/policies/${policy}/minimum_bandwidth_rules`, {
    minimum_bandwidth_rule: { min_kbps: minKbps, direction },
  });

test('a QoS policy lives: created, given rules, shown with them, changed, tagged, deleted', async () => {
  const api = networkApi();
  const { call } = api;
  const id = await policyOf(api, { description: 'd', is_default: true });
  const rules = `${V2}/qos/policies/${id}/minimum_bandwidth_rules`;
  const created = await call('admin', 'POST', rules, { minimum_bandwidth_rule: { min_kbps: '1000' } });
  assert.equal(created.status, 201, JSON.stringify(created.body));
  const ruleId = created.text('minimum_bandwidth_rule', 'id');
  assert.deepEqual(created.body, { minimum_bandwidth_rule: { id: ruleId, direction: 'egress', min_kbps: 1000 } });
  const rates = `${V2}/qos/policies/${id}/minimum_packet_rate_rules`;
  const rate = await call('admin', 'POST', rates, { minimum_packet_rate_rule: { min_kpps: 5, direction: 'any' } });
  assert.equal(rate.status, 201, JSON.stringify(rate.body));
  const shown = await call('p1', 'GET', `${V2}/qos/policies/${id}`);
  assert.deepEqual(shown.at('policy', 'rules'), [
    { id: ruleId, direction: 'egress', min_kbps: 1000, type: 'minimum_bandwidth', qos_policy_id: id },
    {
      id: rate.text('minimum_packet_rate_rule', 'id'),
      direction: 'any',
      min_kpps: 5,
      type: 'minimum_packet_rate',
      qos_policy_id: id,
    },
  ]);
  assert.equal(shown.at('policy', 'is_default'), true);
  assert.deepEqual((await call('admin', 'GET', rules)).each('minimum_bandwidth_rules', 'id'), [ruleId]);
  assert.deepEqual((await call('admin', 'GET', `${rules}?min_kbps=1`)).each('minimum_bandwidth_rules', 'id'), []);
  const change = { minimum_bandwidth_rule: { min_kbps: 2000, direction: 'ingress' } };
  const changed = await call('admin', 'PUT', `${rules}/${ruleId}`, change);
  assert.deepEqual(changed.body, { minimum_bandwidth_rule: { id: ruleId, direction: 'ingress', min_kbps: 2000 } });
  assert.equal((await call('admin', 'DELETE', `${rules}/${ruleId}`)).status, 204);
  assert.equal((await call('admin', 'GET', `${rules}/${ruleId}`)).status, 404);
  const renamed = await call('admin', 'PUT', `${V2}/qos/policies/${id}`, { policy: { name: 'silver' } });
  assert.equal(renamed.text('policy', 'name'), 'silver');
  // Neutron tells the tags of policies beside their path.
  assert.equal((await call('admin', 'PUT', `${V2}/policies/${id}/tags`, { tags: ['red'] })).status, 200);
  assert.deepEqual((await call('admin', 'GET', `${V2}/qos/policies?tags=red`)).each('policies', 'id'), [id]);
  assert.equal((await call('admin', 'DELETE', `${V2}/qos/policies/${id}`)).status, 204);
  assert.equal((await call('admin', 'GET', `${V2}/qos/policies/${id}`)).status, 404);
});

test('a project uses its own policies and shared ones, and its managers make them', async () => {
  const api = networkApi();
  const { service } = api;
  const identity = tokensOf({ ...HOLDERS, manager: { projectId: 'p1', roles: ['manager', 'member', 'reader'] } });
  const app = createNetworkApp({ system: service.system, reader: service.store, identity });
  const call = async (token: string, method: string, path: string, body?: unknown) => {
    const init: RequestInit = { method, headers: { 'x-auth-token': token, 'content-type': 'application/json' } };
    if (body !== undefined) init.body = JSON.stringify(body);
    return answerOf(await app.request(`http://127.0.0.1${V2}/${path}`, init));
  };
  const theirs = await policyOf(api, { project_id: 'p2' });
  const shared = await policyOf(api, { project_id: 'p2', shared: true });
  const own = (await call('manager', 'POST', 'qos/policies', { policy: { name: 'own' } })).text('policy', 'id');
  assert.deepEqual([...(await call('p1', 'GET', 'qos/policies')).each('policies', 'id')].sort(), [own, shared].sort());
  const body = { policy: { description: 'x' } };
  const rule = { minimum_bandwidth_rule: { min_kbps: 1 } };
  const cases = [
    ['p1', 'POST', 'qos/policies', body, 403],
    ['p1', 'GET', `qos/policies/${theirs}`, undefined, 404],
    ['p1', 'GET', `qos/policies/${shared}`, undefined, 200],
    ['p1', 'PUT', `qos/policies/${own}`, body, 403],
    ['p1', 'DELETE', `qos/policies/${own}`, undefined, 403],
    ['p1', 'POST', `qos/policies/${own}/minimum_bandwidth_rules`, rule, 403],
    ['manager', 'PUT', `qos/policies/${theirs}`, body, 404],
    ['manager', 'PUT', `qos/policies/${shared}`, body, 403],
    ['manager', 'POST', `qos/policies/${shared}/minimum_bandwidth_rules`, rule, 403],
    ['manager', 'POST', `qos/policies/${theirs}/minimum_bandwidth_rules`, rule, 404],
    ['manager', 'PUT', `qos/policies/${own}`, { policy: { shared: true } }, 403],
    ['manager', 'POST', 'qos/policies', { policy: { shared: true } }, 403],
    ['manager', 'POST', 'qos/policies', { policy: { project_id: 'p2' } }, 403],
    ['manager', 'POST', `qos/policies/${own}/minimum_bandwidth_rules`, rule, 201],
    ['manager', 'PUT', `qos/policies/${own}`, body, 200],
    ['p1', 'GET', 'qos/rule-types/minimum_bandwidth', undefined, 403],
    ['p1', 'POST', 'networks', { network: { qos_policy_id: theirs } }, 404],
    ['p1', 'POST', 'networks', { network: { qos_policy_id: shared } }, 201],
    ['admin', 'DELETE', `qos/policies/${shared}`, undefined, 409],
    // Another project uses it.
    ['admin', 'PUT', `qos/policies/${shared}`, { policy: { shared: false } }, 409],
  ] as const;
  for (const [token, method, path, sent, status] of cases) {
    const answer = await call(token, method, path, sent);
    assert.equal(answer.status, status, `${token} ${method} ${path}: ${JSON.stringify(answer.body)}`);
  }
});

test('a port tells administrators what it asks of hosts, after its own policy or that of its network', async () => {
  const api = networkApi();
  const { call } = api;
  const [own, ofNetwork] = [await policyOf(api), await policyOf(api)];
  await bandwidth(api, own, 1000, 'egress');
  await bandwidth(api, own, 500, 'ingress');
  await made(api, `qos/policies/${own}/minimum_packet_rate_rules`, {
    minimum_packet_rate_rule: { min_kpps: 3, direction: 'any' },
  });
  await bandwidth(api, ofNetwork, 7, 'ingress');
  const network = await made(api, 'networks', {
    network: { 'provider:physical_network': 'phys-net 0', qos_policy_id: ofNetwork },
  });
  const tunnel = await made(api, 'networks', { network: {} });
  const asked = async (port: string) =>
    (await call('admin', 'GET', `${V2}/ports/${port}`)).at('port', 'resource_request');
  const port = await made(api, 'ports', {
    port: { network_id: network, qos_policy_id: own, 'binding:vnic_type': 'direct' },
  });
  const shown = await call('admin', 'GET', `${V2}/ports/${port}`);
  assert.equal(shown.at('port', 'qos_policy_id'), own);
  assert.equal(shown.at('port', 'qos_network_policy_id'), ofNetwork);
  assert.deepEqual(shown.at('port', 'binding:profile'), {});
  const groupId = (index: number) => shown.text('port', 'resource_request', 'request_groups', index, 'id');
  const [first, second] = [groupId(0), groupId(1)];
  assert.match(first, /^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.notEqual(first, second);
  assert.deepEqual(shown.at('port', 'resource_request'), {
    request_groups: [
      {
        id: first,
        required: ['CUSTOM_PHYSNET_PHYS_NET_0', 'CUSTOM_VNIC_TYPE_DIRECT'],
        resources: { NET_BW_EGR_KILOBIT_PER_SEC: 1000, NET_BW_IGR_KILOBIT_PER_SEC: 500 },
      },
      { id: second, required: ['CUSTOM_VNIC_TYPE_DIRECT'], resources: { NET_PACKET_RATE_KILOPACKET_PER_SEC: 3 } },
    ],
    same_subtree: [first, second],
  });
  // The same as long as port and rules are.
  assert.deepEqual(await asked(port), shown.at('port', 'resource_request'));
  await call('admin', 'PUT', `${V2}/ports/${port}`, { port: { qos_policy_id: null } });
  const after = await call('admin', 'GET', `${V2}/ports/${port}`);
  assert.equal(after.at('port', 'resource_request', 'request_groups', 1), undefined);
  assert.deepEqual(after.at('port', 'resource_request', 'request_groups', 0, 'resources'), {
    NET_BW_IGR_KILOBIT_PER_SEC: 7,
  });
  const tunnelled = await made(api, 'ports', { port: { network_id: tunnel, qos_policy_id: ofNetwork } });
  const shownTunnelled = await call('admin', 'GET', `${V2}/ports/${tunnelled}`);
  assert.deepEqual(shownTunnelled.at('port', 'resource_request', 'request_groups', 0, 'required'), [
    'CUSTOM_NETWORK_TUNNEL_PROVIDER',
    'CUSTOM_VNIC_TYPE_NORMAL',
  ]);
  const plain = await made(api, 'ports', { port: { network_id: tunnel } });
  assert.equal(await asked(plain), null);
  const byMember = await made(api, 'networks', { network: {} }, 'p1');
  const members = await call('p1', 'POST', `${V2}/ports`, { port: { network_id: byMember, qos_policy_id: own } });
  assert.equal(members.at('port', 'qos_policy_id'), own);
  assert.equal(members.at('port', 'resource_request'), undefined);
  assert.equal(members.at('port', 'binding:profile'), undefined);
  assert.equal((await call('admin', 'GET', `${V2}/ports?qos_policy_id=${own}`)).each('ports', 'id').length, 1);
  const used = await call('admin', 'DELETE', `${V2}/qos/policies/${own}`);
  assert.equal(used.text('NeutronError', 'type'), 'QosPolicyInUse');
});

test('rules of one policy do not contradict each other, and a project has one default policy', async () => {
  const api = networkApi();
  const { call } = api;
  const id = await policyOf(api, { is_default: true });
  await bandwidth(api, id, 1, 'egress');
  await bandwidth(api, id, 1, 'ingress');
  const refused = async (type: string, rule: object): Promise<string> => {
    const answer = await call('admin', 'POST', `${V2}/qos/policies/${id}/${type}_rules`, { [`${type}_rule`]: rule });
    assert.equal(answer.status, 409, JSON.stringify(answer.body));
    return answer.text('NeutronError', 'type');
  };
  assert.equal(await refused('minimum_bandwidth', { min_kbps: 5 }), 'QoSRulesConflict');
  const rates = `qos/policies/${id}/minimum_packet_rate_rules`;
  await made(api, rates, { minimum_packet_rate_rule: { min_kpps: 1, direction: 'ingress' } });
  assert.equal(await refused('minimum_packet_rate', { min_kpps: 5, direction: 'any' }), 'QoSRuleParameterConflict');
  const second = await call('admin', 'POST', `${V2}/qos/policies`, { policy: { project_id: 'p1', is_default: true } });
  assert.equal(second.text('NeutronError', 'type'), 'QoSPolicyDefaultAlreadyExists');
  const network = await call('p1', 'POST', `${V2}/networks`, { network: {} });
  assert.equal(network.at('network', 'qos_policy_id'), id);
  const without = await call('p1', 'POST', `${V2}/networks`, { network: { qos_policy_id: null } });
  assert.equal(without.at('network', 'qos_policy_id'), null);
  const others = await call('p2', 'POST', `${V2}/networks`, { network: {} });
  assert.equal(others.at('network', 'qos_policy_id'), null);
});

test('a project keeps the policy that an administrator has given to its port and network out of another one', async () => {
  const api = networkApi();
  const { call } = api;
  const hidden = await policyOf(api, { project_id: 'p2' });
  const network = await made(api, 'networks', { network: {} }, 'p1');
  const port = await made(api, 'ports', { port: { network_id: network } }, 'p1');
  for (const [path, key] of [
    [`networks/${network}`, 'network'],
    [`ports/${port}`, 'port'],
  ] as const) {
    const put = (token: string, changes: object) => call(token, 'PUT', `${V2}/${path}`, { [key]: changes });
    assert.equal((await put('admin', { qos_policy_id: hidden })).status, 200);
    const refused = await put('p1', { qos_policy_id: null });
    assert.equal(refused.status, 403);
    assert.equal(refused.text('NeutronError', 'type'), 'PolicyRemoveAuthorizationError');
    assert.equal((await put('p1', { name: 'x', qos_policy_id: hidden })).status, 404);
    assert.equal((await put('p1', { name: 'x' })).at(key, 'qos_policy_id'), hidden);
  }
});

test('types of rules that nothing on the hosts would do are not among the types, and refused with the reason', async () => {
  const api = networkApi();
  const { call } = api;
  const types = async (query = '') =>
    (await call('p1', 'GET', `${V2}/qos/rule-types${query}`)).each('rule_types', 'type');
  assert.deepEqual(await types(), ['minimum_bandwidth', 'minimum_packet_rate']);
  assert.deepEqual(await types('?type=minimum_bandwidth'), ['minimum_bandwidth']);
  assert.equal((await types('?all_rules=true')).length, 5);
  assert.equal((await call('p1', 'GET', `${V2}/qos/rule-types?nothing=1`)).status, 400);
  const details = await call('admin', 'GET', `${V2}/qos/rule-types/minimum_packet_rate`);
  assert.equal(details.at('rule_type', 'drivers', 0, 'supported_parameters', 0, 'parameter_name'), 'min_kpps');
  assert.equal((await call('admin', 'GET', `${V2}/qos/rule-types/bandwidth_limit`)).status, 404);
  const id = await policyOf(api);
  for (const type of ['bandwidth_limit', 'dscp_marking', 'packet_rate_limit']) {
    const all = `${V2}/qos/policies/${id}/${type}_rules`;
    const answer = await call('admin', 'POST', all, { [`${type}_rule`]: { max_kbps: 1 } });
    assert.equal(answer.status, 400);
    assert.match(answer.text('NeutronError', 'message'), /nothing on the hosts limits or marks/);
    assert.deepEqual((await call('admin', 'GET', all)).body, { [`${type}_rules`]: [] });
    assert.equal((await call('admin', 'GET', `${all}/x`)).status, 404);
  }
  assert.equal((await call('admin', 'GET', `${V2}/qos/policies/none/minimum_bandwidth_rules`)).status, 404);
});

test('wrong bodies of rules are refused with the field, and make nothing', async () => {
  const api = networkApi();
  const id = await policyOf(api);
  const cases = [
    ['minimum_bandwidth', {}, /Required attribute 'min_kbps'/],
    ['minimum_bandwidth', { min_kbps: -1 }, /Invalid input for min_kbps/],
    ['minimum_bandwidth', { min_kbps: 2 ** 31 }, /Invalid input for min_kbps/],
    ['minimum_bandwidth', { min_kbps: 1, direction: 'any' }, /Invalid input for direction/],
    ['minimum_bandwidth', { min_kbps: 1, max_kbps: 1 }, /Unrecognized attribute\(s\) 'max_kbps'/],
    ['minimum_packet_rate', { min_kpps: 1, direction: 'up' }, /Invalid input for direction/],
    ['minimum_packet_rate', { min_kbps: 1 }, /'min_k/],
    ['minimum_packet_rate', null, /Invalid input/],
  ] as const;
  for (const [type, rule, message] of cases) {
    const path = `${V2}/qos/policies/${id}/${type}_rules`;
    const answer = await api.call('admin', 'POST', path, { [`${type}_rule`]: rule });
    assert.equal(answer.status, 400, `${type} ${JSON.stringify(rule)}: ${JSON.stringify(answer.body)}`);
    assert.match(answer.text('NeutronError', 'message'), message);
  }
  assert.deepEqual((await api.call('admin', 'GET', `${V2}/qos/policies/${id}`)).at('policy', 'rules'), []);
  assert.deepEqual(api.crashes, []);
});
