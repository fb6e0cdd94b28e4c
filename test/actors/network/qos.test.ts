import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameUuid } from '../../../actors/network/name-uuid.ts';
import { resourceGroups } from '../../../actors/network/resource-groups.ts';
import { portTable, qosPolicyTable } from '../../../actors/network/row.ts';
import { aPort, aSubnet, type NetworkService, startNetworkService } from './network-service.ts';

const PORT = { id: '01890000-0000-7000-8000-000000000001', vnicType: 'normal', physicalNetwork: 'p' };

test('the UUID of a name is that of RFC 9562', () => {
  const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
  assert.equal(nameUuid(dns, 'www.example.com'), '2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

test('what a port asks for follows its rules: nothing of nothing, and the same group as long as the rules are the same', () => {
  const rule = { id: 'r1', type: 'minimum_bandwidth', direction: 'egress', minimum: 5 } as const;
  assert.deepEqual(resourceGroups([], PORT), []);
  assert.deepEqual(resourceGroups([{ ...rule, minimum: 0 }], PORT), []);
  const [first] = resourceGroups([rule], PORT);
  const [larger] = resourceGroups([{ ...rule, minimum: 6 }], PORT);
  assert.equal(first?.id, larger?.id);
  assert.notEqual(first?.id, resourceGroups([{ ...rule, id: 'r2' }], PORT)[0]?.id);
  assert.notEqual(first?.id, resourceGroups([rule], { ...PORT, id: nameUuid(PORT.id, 'other') })[0]?.id);
});

async function underPolicy(service: NetworkService): Promise<{ readonly networkId: string; readonly portId: string }> {
  const { make } = service;
  const own = { projectId: 'p1', name: '', description: '' };
  const policyId = await make({ type: 'createQosPolicy', policy: { ...own, shared: false, isDefault: false } });
  const rule = { direction: 'egress', minimum: 5 } as const;
  await make({ type: 'createQosRule', policyId, ruleType: 'minimum_bandwidth', rule });
  const network = { ...own, shared: false, adminStateUp: true, mtu: 1500, qosPolicyId: policyId };
  const networkId = await make({ type: 'createNetwork', network });
  await make(aSubnet(networkId, '10.0.0.0/24'));
  return { networkId, portId: await make(aPort(networkId)) };
}

const order = { instanceId: 'i1', requestId: 'r1', projectId: 'p1' } as const;

test('a port that asks for resources is bound only with who serves what it asks for, and none is made where it would ask', async () => {
  const service = startNetworkService();
  const { networkId, portId } = await underPolicy(service);
  const codeOf = async (requests: Parameters<NetworkService['bind']>[0]['requests']) => {
    const outcome = await service.bind({ ...order, requests: requests ?? 'none' });
    return outcome.ok ? 'bound' : outcome.error.code;
  };
  assert.equal(await codeOf([{ networkId }]), 'NetworkGuaranteesResources');
  assert.equal(await codeOf([{ portId }]), 'InvalidInput');
  assert.equal(await codeOf([{ portId, allocation: { other: 'provider' } }]), 'InvalidInput');
  const rules = [...qosPolicyTable.scan(service.store)].flatMap((policy) => policy.rules);
  const [group] = resourceGroups(rules, { id: portId, vnicType: 'normal', physicalNetwork: null });
  assert.ok(group);
  const allocation = { [group.id]: 'provider' };
  const [bound] = await service.bound({ ...order, requests: [{ portId, allocation }] });
  assert.deepEqual(bound?.resourceGroups, [group]);
  assert.deepEqual(portTable.read(service.store, portId)?.binding?.allocation, allocation);
  await service.release(order.instanceId);
  assert.equal(portTable.read(service.store, portId)?.binding, null);
});

test('neither rule nor policy of a port that a server has can change, also not by its network', async () => {
  const service = startNetworkService();
  const { networkId, portId } = await underPolicy(service);
  const [policy] = qosPolicyTable.scan(service.store);
  const [rule] = policy?.rules ?? [];
  assert.ok(policy && rule);
  const [group] = resourceGroups([rule], { id: portId, vnicType: 'normal', physicalNetwork: null });
  const named = { policyId: policy.id, ruleType: 'minimum_bandwidth', id: rule.id } as const;
  const changes = [
    { type: 'updateQosRule', ...named, changes: { minimum: 6 } },
    { type: 'updateNetwork', id: networkId, changes: { qosPolicyId: null } },
    { type: 'deleteQosRule', ...named },
  ] as const;
  await service.bound({ ...order, requests: [{ portId, allocation: { [group?.id ?? '']: 'provider' } }] });
  for (const change of changes) assert.equal(await service.refused(change), 'QosGuaranteeBound');
  await service.release(order.instanceId);
  for (const change of changes) await service.make(change);
});
