import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allocationId, allocations } from '../../../../actors/cell/row.ts';
import { host } from '../../../../actors/host/protocol.ts';
import { hosts } from '../../../../actors/host/row.ts';
import { instances } from '../../../../actors/instance/row.ts';
import { type Answered, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
before(async () => {
  cloud = await startTestCloud({ hosts: 2 });
});
after(() => cloud.close());

const evacuate = (id: string, asked: object, version = '2.94'): Promise<Answered> =>
  cloud.call('POST', `/servers/${id}/action`, { as: 'admin', version, body: { evacuate: asked } });

async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let polls = 0; polls < 2_000; polls++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail(what);
}

/** Cuts a host off, or connects it again, and waits until the controller has noticed. */
async function setReachable(name: string, reachable: boolean): Promise<void> {
  cloud.hypervisors.get(name)?.setReachable(reachable);
  cloud.system.tell(host.at(name), { type: 'lookAgain' });
  await eventually(`${name} is noticed`, () => (hosts.read(cloud.store, name)?.state === 'up') === reachable);
}

const hasGuest = async (name: string, id: string): Promise<boolean> =>
  (await cloud.hypervisors.get(name)?.inspect(id))?.ok === true;

async function active(): Promise<{ readonly id: string; readonly source: string; readonly target: string }> {
  const id = await cloud.boot();
  await cloud.until(id, 'ACTIVE');
  const source = instances.read(cloud.store, id)?.host ?? '';
  return { id, source, target: source === 'sim-0' ? 'sim-1' : 'sim-0' };
}

const faultOf = (answer: Answered): readonly unknown[] => {
  const [fault]: { message: string }[] = Object.values(answer.body);
  return [answer.status, fault?.message];
};

test('a server of a host that is down runs on another one, and the guest that comes back with the host is removed', async () => {
  const { id, source, target } = await active();
  await setReachable(source, false);
  const answer = await evacuate(id, { onSharedStorage: false, adminPass: 'new' }, '2.13');
  assert.deepEqual([answer.status, answer.body], [200, { adminPass: 'new' }]);
  await eventually('evacuated', () => instances.read(cloud.store, id)?.host === target);
  await cloud.until(id, 'ACTIVE');
  assert.equal(allocations.read(cloud.store, allocationId(id))?.host, target);
  assert.equal(allocations.read(cloud.store, allocationId(id, 'move')), undefined);
  assert.equal(await hasGuest(target, id), true);
  const { migrations } = (
    await cloud.call('GET', `/os-migrations?instance_uuid=${id}`, { as: 'admin', version: '2.23' })
  ).body;
  assert.deepEqual([migrations[0].status, migrations[0].migration_type], ['done', 'evacuation']);
  await setReachable(source, true);
  await eventually('the old guest is removed', async () => !(await hasGuest(source, id)));
  assert.equal(await hasGuest(target, id), true);
  assert.equal(instances.read(cloud.store, id)?.host, target);
});

test('from 2.95 an evacuated server is off until its owner starts it', async () => {
  const { id, source, target } = await active();
  await setReachable(source, false);
  const answer = await evacuate(id, { host: target }, '2.95');
  assert.deepEqual([answer.status, answer.body], [200, null]);
  await cloud.until(id, 'SHUTOFF');
  assert.equal(instances.read(cloud.store, id)?.host, target);
  await setReachable(source, true);
});

test('an evacuation to where it does not fit leaves the server in ERROR on its host, with nothing claimed elsewhere', async () => {
  const { id, source, target } = await active();
  await setReachable(source, false);
  await setReachable(target, false);
  assert.equal((await evacuate(id, {})).status, 200);
  await cloud.until(id, 'ERROR');
  assert.equal(instances.read(cloud.store, id)?.host, source);
  assert.equal(allocations.read(cloud.store, allocationId(id))?.host, source);
  assert.equal(allocations.read(cloud.store, allocationId(id, 'move')), undefined);
  await setReachable(target, true);
  // It can be tried again.
  assert.equal((await evacuate(id, {})).status, 200);
  await cloud.until(id, 'ACTIVE');
  await setReachable(source, true);
});

test('what cannot be evacuated is refused as by Nova', async () => {
  const { id, source, target } = await active();
  const told = async (asked: object, version?: string) => faultOf(await evacuate(id, asked, version));
  assert.deepEqual(await told({}), [400, `Compute service of ${source} is still in use.`]);
  assert.deepEqual(await told({ host: source }), [400, "The target host can't be the same one."]);
  assert.deepEqual(await told({ host: 'nope' }), [404, 'Compute host nope could not be found.']);
  assert.deepEqual(await told({ force: true }, '2.29'), [400, "Can't force to a non-provided destination"]);
  assert.equal((await told({ force: true }, '2.68'))[0], 400);
  assert.equal((await told({}, '2.13'))[0], 400);
  await cloud.call('POST', `/servers/${id}/action`, { body: { pause: null } });
  await cloud.until(id, 'PAUSED');
  await setReachable(source, false);
  assert.deepEqual(await told({ host: target }), [
    409,
    `Cannot 'evacuate' instance ${id} while it is in vm_state paused`,
  ]);
  await setReachable(source, true);
  const byMember = await cloud.call('POST', `/servers/${id}/action`, { body: { evacuate: {} }, version: '2.95' });
  assert.equal(byMember.status, 403);
});
