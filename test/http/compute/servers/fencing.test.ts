import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { host } from '../../../../actors/host/protocol.ts';
import { hosts } from '../../../../actors/host/row.ts';
import { instances } from '../../../../actors/instance/row.ts';
import { startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
before(async () => {
  cloud = await startTestCloud({ hosts: 2, evacuationNeedsForcedDown: true });
});
after(() => cloud.close());

async function eventually(holds: () => boolean): Promise<void> {
  for (let polls = 0; polls < 2_000; polls++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail('never came true');
}

const evacuate = (id: string) =>
  cloud.call('POST', `/servers/${id}/action`, { as: 'admin', version: '2.94', body: { evacuate: {} } });

test('where fencing is asked for, a host that only does not answer is still in use', async () => {
  const id = await cloud.boot();
  await cloud.until(id, 'ACTIVE');
  const source = instances.read(cloud.store, id)?.host ?? '';
  cloud.hypervisors.get(source)?.setReachable(false);
  cloud.system.tell(host.at(source), { type: 'lookAgain' });
  await eventually(() => hosts.read(cloud.store, source)?.state === 'down');
  const refused = await evacuate(id);
  assert.equal(refused.status, 400);
  assert.match(JSON.stringify(refused.body), /is still in use/);
  const path = `/os-services/${hosts.read(cloud.store, source)?.serviceId}`;
  await cloud.call('PUT', path, { as: 'admin', version: '2.53', body: { forced_down: true } });
  assert.equal((await evacuate(id)).status, 200);
  await eventually(() => instances.read(cloud.store, id)?.host !== source);
  await cloud.until(id, 'ACTIVE');
});
