import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portTable, securityGroupTable } from '../../../actors/network/row.ts';
import { seededRandom } from '../../../runtime/random.ts';
import { aNetwork, aPort, aSubnet, type NetworkService, startNetworkService } from './network-service.ts';

const codeOf = async (service: NetworkService, order: Parameters<NetworkService['bind']>[0]): Promise<string> => {
  const outcome = await service.bind(order);
  return outcome.ok ? 'ok' : outcome.error.code;
};

async function withNetwork(cidr = '10.1.0.0/24'): Promise<NetworkService & { networkId: string; subnetId: string }> {
  const service = startNetworkService();
  const networkId = await service.make(aNetwork('net'));
  const subnetId = await service.make(aSubnet(networkId, cidr, { dnsServers: ['9.9.9.9'] }));
  return { ...service, networkId, subnetId };
}

test('an instance gets a port with all that its guest must know', async () => {
  const { bound, networkId, subnetId, store } = await withNetwork();
  const [port, ...others] = await bound({ instanceId: 'i1', requestId: 'r1', requests: [{ networkId }] });
  assert(port && others.length === 0);
  const [group] = [...securityGroupTable.ids(store, 'project', ['p1', 'default'])];
  assert.match(port.macAddress, /^fa:16:3e(:[0-9a-f]{2}){3}$/);
  assert.deepEqual(port, {
    portId: port.portId,
    networkId,
    networkName: 'net',
    macAddress: port.macAddress,
    mtu: 1500,
    fixedIps: [
      { subnetId, address: '10.1.0.2', version: 4, prefixLength: 24, gateway: '10.1.0.1', dnsServers: ['9.9.9.9'] },
    ],
    preserveOnDelete: false,
    vnicType: 'normal',
    securityGroups: [group],
  });
  const row = portTable.read(store, port.portId);
  assert.equal(row?.deviceId, 'i1');
  assert.equal(row?.host, 'h1');
  assert.deepEqual([...portTable.ids(store, 'device', ['i1'])], [port.portId]);
});

test('a request that is repeated, also after a restart, gets the same ports in the same order', async () => {
  const service = await withNetwork();
  const { networkId } = service;
  const portId = await service.make(aPort(networkId));
  const order = {
    instanceId: 'i1',
    requestId: 'r1',
    requests: [{ networkId }, { portId }, { networkId, fixedIp: '10.1.0.77' }],
  };
  const first = await service.bound(order);
  assert.deepEqual(await service.bound(order), first);
  service.shard.crash();
  const restarted = startNetworkService(service.store, 99);
  assert.deepEqual(await restarted.bound(order), first);
  assert.equal([...portTable.scan(service.store)].length, 3);
  assert.deepEqual(
    first.map(({ preserveOnDelete }) => preserveOnDelete),
    [false, true, false],
  );
});

test('another request of the same instance gets other ports', async () => {
  const { bound, networkId } = await withNetwork();
  const [first] = await bound({ instanceId: 'i1', requestId: 'r1', requests: [{ networkId }] });
  const [second] = await bound({ instanceId: 'i1', requestId: 'r2', requests: [{ networkId }] });
  assert.notEqual(first?.portId, second?.portId);
  assert.notEqual(first?.macAddress, second?.macAddress);
});

test('when one of the requests fails nothing is bound and nothing stays taken', async () => {
  const service = await withNetwork('10.1.0.0/29');
  const { networkId, store } = service;
  const portId = await service.make(aPort(networkId));
  const before = [...portTable.scan(store)];
  const failures = [
    [{ portId: 'nowhere' }, 'PortNotFound'],
    [{ networkId: 'nowhere' }, 'NetworkNotFound'],
    [{ networkId, fixedIp: '10.1.0.3' }, 'FixedIpInUse'],
    [{ networkId, fixedIp: '10.9.0.3' }, 'FixedIpInvalid'],
    [{ networkId, fixedIp: '10.1.0.7' }, 'FixedIpInvalid'],
    [{ networkId, fixedIp: 'no address' }, 'FixedIpInvalid'],
    [{ portId }, 'PortInUse'],
  ] as const;
  for (const [failing, code] of failures) {
    const requests = [{ portId }, { networkId, fixedIp: '10.1.0.3' }, { networkId }, failing];
    assert.equal(await codeOf(service, { instanceId: 'i1', requestId: 'r1', requests }), code, JSON.stringify(failing));
    assert.deepEqual([...portTable.scan(store)], before);
  }
  // Five addresses are for ports (.2 to .6), one is the user's: so four fit, and no fifth.
  const four = [1, 2, 3, 4].map(() => ({ networkId }));
  assert.equal(
    await codeOf(service, { instanceId: 'i2', requestId: 'r', requests: [...four, { networkId }] }),
    'NoMoreAddresses',
  );
  const bound = await service.bound({ instanceId: 'i2', requestId: 'r', requests: four });
  assert.equal(new Set(bound.map(({ fixedIps }) => fixedIps[0]?.address)).size, 4);
});

test('the gateway address is bound where it is named, and never by itself', async () => {
  const service = await withNetwork('10.1.0.0/29');
  const { networkId } = service;
  const requests = [{ networkId, fixedIp: '10.1.0.1' }];
  const [port] = await service.bound({ instanceId: 'i1', requestId: 'r1', requests });
  assert.equal(port?.fixedIps[0]?.address, '10.1.0.1');
  assert.equal(await codeOf(service, { instanceId: 'i2', requestId: 'r2', requests }), 'FixedIpInUse');
  const five = [1, 2, 3, 4, 5].map(() => ({ networkId }));
  const bound = await service.bound({ instanceId: 'i3', requestId: 'r3', requests: five });
  assert.ok(bound.every(({ fixedIps }) => fixedIps[0]?.address !== '10.1.0.1'));
});

test('without a request an instance gets the only network of its project, or none, or is told that there are several', async () => {
  const service = startNetworkService();
  assert.deepEqual(await service.bound({ instanceId: 'i1', requestId: 'r1' }), []);
  const others = await service.make(aNetwork('theirs', 'p2'));
  await service.make(aSubnet(others, '10.2.0.0/24'));
  assert.deepEqual(await service.bound({ instanceId: 'i1', requestId: 'r2' }), []);
  const shared = await service.make(aNetwork('shared', 'admin', true));
  assert.equal(await codeOf(service, { instanceId: 'i1', requestId: 'r3' }), 'NetworkRequiresSubnet');
  await service.make(aSubnet(shared, '10.3.0.0/24'));
  assert.equal((await service.bound({ instanceId: 'i1', requestId: 'r3' }))[0]?.networkId, shared);
  assert.equal(await codeOf(service, { instanceId: 'i2', requestId: 'r4', projectId: 'p2' }), 'NetworkAmbiguous');
  assert.deepEqual(await service.bound({ instanceId: 'i2', requestId: 'r4', projectId: 'p2', requests: 'none' }), []);
});

test('releasing removes what compute made, keeps what the user made, and may be repeated', async () => {
  const service = await withNetwork();
  const { networkId, store } = service;
  const portId = await service.make(aPort(networkId, { name: 'mine' }));
  const order = { instanceId: 'i1', requestId: 'r1', requests: [{ portId }, { networkId }] };
  await service.bound(order);
  assert.equal(await codeOf(service, { instanceId: 'i2', requestId: 'r2', requests: [{ portId }] }), 'PortInUse');
  await service.release('i1');
  await service.release('i1');
  const [left, ...others] = portTable.scan(store);
  assert.equal(others.length, 0);
  assert.deepEqual([left?.name, left?.deviceId, left?.host, left?.binding], ['mine', '', '', null]);
  assert.deepEqual([...portTable.ids(store, 'device', ['i1'])], []);
  assert.equal(await codeOf(service, { instanceId: 'i2', requestId: 'r2', requests: [{ portId }] }), 'ok');
});

test('one port of an instance can be released alone', async () => {
  const { bound, release, networkId, store } = await withNetwork();
  const [first, second] = await bound({ instanceId: 'i1', requestId: 'r1', requests: [{ networkId }, { networkId }] });
  await release('i1', [first?.portId ?? '']);
  assert.deepEqual(
    [...portTable.scan(store)].map(({ id }) => id),
    [second?.portId],
  );
});

test('security groups are found by name or id in the project of the instance only', async () => {
  const service = await withNetwork();
  const { networkId } = service;
  const group = (name: string, projectId = 'p1') =>
    service.make({ type: 'createSecurityGroup', group: { projectId, name, description: '' } });
  const [web, theirs] = [await group('web'), await group('theirs', 'p2')];
  const order = (securityGroups: string[], requestId: string) => ({
    instanceId: 'i1',
    requestId,
    requests: [{ networkId }],
    securityGroups,
  });
  assert.deepEqual((await service.bound(order(['web', web], 'r1')))[0]?.securityGroups, [web]);
  assert.equal(await codeOf(service, order(['theirs'], 'r2')), 'SecurityGroupNotFound');
  assert.equal(await codeOf(service, order([theirs], 'r2')), 'SecurityGroupNotFound');
  await group('web');
  assert.equal(await codeOf(service, order(['web'], 'r2')), 'InvalidInput');
  assert.equal(await codeOf(service, order([web], 'r2')), 'ok');
  assert.equal(await service.refused({ type: 'deleteSecurityGroup', id: web }), 'SecurityGroupInUse');
  await service.release('i1');
  assert.equal(await service.make({ type: 'deleteSecurityGroup', id: web }), web);
});

test('random histories with restarts never give one address or MAC address to two ports', async () => {
  for (let seed = 1; seed <= 5; seed++) {
    const random = seededRandom(seed);
    let service = startNetworkService(undefined, seed);
    const networkId = await service.make(aNetwork('net'));
    await service.make(aSubnet(networkId, '10.1.0.0/27'));
    await service.make(aSubnet(networkId, 'fd00::/64', { ipv6AddressMode: 'slaac', ipv6RaMode: 'slaac' }));
    for (let step = 0; step < 300; step++) {
      const instanceId = `i${Math.floor(random.fraction() * 12)}`;
      const dice = random.fraction();
      if (dice < 0.02) {
        service.shard.crash();
        service = startNetworkService(service.store, seed * 1000 + step);
      } else if (dice < 0.4) {
        await service.release(instanceId);
      } else {
        const fixedIp = `10.1.0.${2 + Math.floor(random.fraction() * 28)}`;
        const requests = random.fraction() < 0.3 ? [{ networkId, fixedIp }, { networkId }] : [{ networkId }];
        await service.bind({ instanceId, requestId: `r${Math.floor(random.fraction() * 3)}`, requests });
      }
      const rows = [...portTable.scan(service.store)];
      const addresses = rows.flatMap(({ fixedIps }) => fixedIps.map(({ address }) => address));
      assert.equal(new Set(addresses).size, addresses.length, `seed ${seed}, step ${step}`);
      assert.equal(new Set(rows.map(({ macAddress }) => macAddress)).size, rows.length);
      assert(rows.every(({ fixedIps }) => fixedIps.length === 1 || fixedIps.length === 2));
    }
    for (let index = 0; index < 12; index++) await service.release(`i${index}`);
    assert.equal([...portTable.scan(service.store)].length, 0);
    const all = Array.from({ length: 29 }, () => ({ networkId }));
    assert.equal((await service.bound({ instanceId: 'all', requestId: 'r', requests: all })).length, 29);
  }
});
