import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
let id = '';

before(async () => {
  cloud = await startTestCloud();
  id = await cloud.boot();
  await cloud.until(id, 'ACTIVE');
});
after(() => cloud.close());

type Who = 'member' | 'admin' | 'stranger';
const act = (body: object, as: Who = 'member', version = '2.104') =>
  cloud.call('POST', `/servers/${id}/action`, { body, as, version });

/** A way into a state and out of it, and what stands in the meantime. */
const WAYS = [
  { into: 'pause', back: 'unpause', status: 'PAUSED', vmState: 'paused', power: 3, guest: 'paused' },
  { into: 'suspend', back: 'resume', status: 'SUSPENDED', vmState: 'suspended', power: 7, guest: 'suspended' },
] as const;

for (const { into, back, status, vmState, power, guest } of WAYS) {
  for (const version of ['2.1', '2.104']) {
    test(`${into} and ${back} lead to ${status} and back to ACTIVE at ${version}`, async () => {
      const gone = await act({ [into]: null }, 'member', version);
      assert.equal(gone.status, 202);
      assert.equal(gone.body, null);
      await cloud.until(id, status);
      const { server } = (await cloud.call('GET', `/servers/${id}`, { version })).body;
      assert.equal(server['OS-EXT-STS:vm_state'], vmState);
      assert.equal(server['OS-EXT-STS:power_state'], power);
      const seen = await cloud.hypervisors.get('sim-0')?.inspect(id);
      assert.equal(seen?.ok && seen.value.power, guest);
      const again = await act({ [into]: null }, 'member', version);
      assert.equal(again.status, 409);
      const told = `Cannot '${into}' instance ${id} while it is in vm_state ${vmState}`;
      assert.equal(again.body.conflictingRequest.message, told);
      assert.equal((await act({ [back]: null }, 'member', version)).status, 202);
      await cloud.until(id, 'ACTIVE');
      assert.equal((await act({ [back]: null }, 'member', version)).status, 409);
    });
  }

  test(`${into} and ${back} are recorded with the events of Nova`, async () => {
    const list = (await cloud.call('GET', `/servers/${id}/os-instance-actions`)).body.instanceActions;
    for (const action of [into, back]) {
      const { request_id: requestId } = list.find((one: { action: string }) => one.action === action);
      const path = `/servers/${id}/os-instance-actions/${requestId}`;
      const [event] = (await cloud.call('GET', path, { version: '2.51' })).body.instanceAction.events;
      assert.deepEqual([event.event, event.result], [`compute_${action}_instance`, 'Success']);
    }
  });

  test(`${into} is for the project and administrators alone, and is refused while the server is locked`, async () => {
    assert.equal((await act({ [into]: null }, 'stranger')).status, 404);
    assert.equal((await act({ lock: null })).status, 202);
    const locked = await act({ [into]: null });
    assert.equal(locked.status, 409);
    assert.equal(locked.body.conflictingRequest.message, `Instance ${id} is locked`);
    assert.equal((await act({ [into]: null }, 'admin')).status, 202);
    await cloud.until(id, status);
    assert.equal((await act({ [back]: null })).status, 409);
    assert.equal((await act({ unlock: null })).status, 202);
    assert.equal((await act({ [back]: null })).status, 202);
    await cloud.until(id, 'ACTIVE');
  });
}
