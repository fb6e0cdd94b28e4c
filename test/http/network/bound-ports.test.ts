import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createNetworkApp } from '../../../http/network/app.ts';
import { until } from '../../process/until.ts';
import { answerOf } from '../answer.ts';
import { startTestCloud, type TestCloud } from '../compute/cloud.ts';
import { anAdmin } from '../stub-api.ts';

const LIMIT = { limitMs: 60_000 };

let cloud: TestCloud;
before(async () => {
  cloud = await startTestCloud();
});
after(() => cloud.close());

/** A request to the network service of the cloud, by an administrator. */
async function ask(method: string, path: string, body?: unknown) {
  const { system, store: reader } = cloud;
  const app = createNetworkApp({ system, reader, identity: { authenticate: anAdmin } });
  const init = { method, headers: { 'x-auth-token': 'admin', 'content-type': 'application/json' } };
  const request = body === undefined ? init : { ...init, body: JSON.stringify(body) };
  return answerOf(await app.request(`http://127.0.0.1/network/v2.0${path}`, request));
}

test('a server shows the addresses and the groups that its port gets from the network service', async () => {
  const made = await ask('POST', '/ports', { port: { network_id: cloud.networkId } });
  const portId = made.text('port', 'id');
  const old = made.text('port', 'fixed_ips', 0, 'ip_address');
  const group = await ask('POST', '/security-groups', { security_group: { name: 'web' } });
  const id = await cloud.boot({ networks: [{ port: portId }] });
  await cloud.until(id, 'ACTIVE');
  const shown = async () => JSON.stringify((await cloud.call('GET', `/servers/${id}`)).body.server);
  assert.ok((await shown()).includes(`"${old}"`));
  const changed = await ask('PUT', `/ports/${portId}`, { port: { fixed_ips: [{ ip_address: '10.0.7.7' }] } });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  const now = await until(
    'the new address',
    async () => {
      const text = await shown();
      return text.includes('"10.0.7.7"') ? text : null;
    },
    LIMIT,
  );
  assert.ok(!now.includes(`"${old}"`));
  const listed = await cloud.call('GET', `/servers/${id}/os-interface`);
  assert.equal(listed.body.interfaceAttachments[0].fixed_ips[0].ip_address, '10.0.7.7');
  const security_groups = [group.text('security_group', 'id')];
  assert.equal((await ask('PUT', `/ports/${portId}`, { port: { security_groups } })).status, 200);
  await until('the group', async () => ((await shown()).includes('"name":"web"') ? true : null), LIMIT);
});
