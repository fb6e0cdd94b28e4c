import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anImage, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
before(async () => {
  cloud = await startTestCloud();
});
after(() => cloud.close());

for (const version of ['2.1', '2.104']) {
  test(`a server is made, becomes ACTIVE, is listed, and is gone after DELETE at ${version}`, async () => {
    const body = {
      server: {
        name: 'Web Server.1',
        imageRef: anImage().id,
        flavorRef: 1,
        metadata: { role: 'web' },
        ...(version === '2.1' ? {} : { networks: 'auto' }),
      },
    };
    const made = await cloud.call('POST', '/servers', { version, body });
    assert.equal(made.status, 202, JSON.stringify(made.body));
    const { id, adminPass } = made.body.server;
    assert.match(adminPass, /^[2-9A-HJ-NP-Za-km-z]{12}$/);
    assert.equal(made.headers.get('location'), `http://compute.example.com/v2.1/servers/${id}`);
    assert.deepEqual(made.body.server.security_groups, [{ name: 'default' }]);
    assert.equal(made.body.server['OS-DCF:diskConfig'], 'MANUAL');
    await cloud.until(id, 'ACTIVE');

    const shown = (await cloud.call('GET', `/servers/${id}`, { version })).body.server;
    assert.equal(shown.status, 'ACTIVE');
    assert.equal(shown['OS-EXT-STS:power_state'], 1);
    assert.deepEqual(shown.metadata, { role: 'web' });
    assert.deepEqual(shown.security_groups, [{ name: 'default' }]);
    assert.equal(shown.addresses.default.length, 1);
    assert.equal(shown.addresses.default[0]['OS-EXT-IPS:type'], 'fixed');
    assert.equal(shown.hostId.length, 56);
    assert.equal('OS-EXT-SRV-ATTR:host' in shown, false);
    const admins = (await cloud.call('GET', `/servers/${id}`, { version, as: 'admin' })).body.server;
    assert.equal(admins['OS-EXT-SRV-ATTR:host'], 'sim-0');
    assert.equal(admins['OS-EXT-SRV-ATTR:hypervisor_hostname'], 'sim-0.example.com');
    assert.equal(admins['OS-EXT-SRV-ATTR:hostname'] ?? 'web-server-1', 'web-server-1');

    const list = (await cloud.call('GET', '/servers', { version })).body.servers;
    assert.deepEqual(Object.keys(list[0]).sort(), ['id', 'links', 'name']);
    const detail = (await cloud.call('GET', '/servers/detail', { version })).body.servers;
    assert.equal(detail.find((one: { id: string }) => one.id === id).status, 'ACTIVE');

    assert.equal((await cloud.call('DELETE', `/servers/${id}`, { version })).status, 204);
    await cloud.until(id, 'gone');
    assert.deepEqual((await cloud.call('GET', '/servers', { version })).body, { servers: [] });
  });
}

test('a server can be looked at and listed as soon as it is accepted', async () => {
  for (let round = 0; round < 20; round++) {
    const ids = await Promise.all([1, 2, 3].map(() => cloud.boot({ networks: 'none' })));
    for (const id of ids) assert.equal((await cloud.call('GET', `/servers/${id}`)).status, 200);
    const { servers } = (await cloud.call('GET', '/servers')).body;
    for (const id of ids) assert.ok(servers.some((one: { id: string }) => one.id === id));
    for (const id of ids) await cloud.call('DELETE', `/servers/${id}`);
    for (const id of ids) await cloud.until(id, 'gone');
  }
});
