import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
let id = '';
before(async () => {
  cloud = await startTestCloud();
  id = await cloud.boot({ networks: 'none' });
  await cloud.until(id, 'ACTIVE');
});
after(() => cloud.close());

type Who = 'member' | 'admin' | 'stranger';
const act = (body: object, as: Who = 'member', version = '2.104') =>
  cloud.call('POST', `/servers/${id}/action`, { body, as, version });
const reset = (state: string, as: Who = 'admin', version = '2.104') => act({ 'os-resetState': { state } }, as, version);
const actions = async (): Promise<{ action: string; request_id: string }[]> =>
  (await cloud.call('GET', `/servers/${id}/os-instance-actions`)).body.instanceActions;

for (const version of ['2.1', '2.104']) {
  test(`administrators give a server a state by order at ${version}, also a locked one, and it is recorded`, async () => {
    await act({ lock: null });
    assert.equal((await reset('error', 'member', version)).status, 403);
    assert.equal((await reset('error', 'stranger', version)).status, 404);
    assert.equal((await reset('paused', 'admin', version)).status, 400);
    assert.equal((await reset('error', 'admin', version)).status, 202);
    await cloud.until(id, 'ERROR');
    assert.equal((await reset('active', 'admin', version)).status, 202);
    await cloud.until(id, 'ACTIVE');
    assert.equal((await actions()).filter(({ action }) => action === 'resetState').length % 2, 0);
    await act({ unlock: null });
  });
}

test('a crash dump is asked for from 2.17, of a server that runs, and is recorded with its event', async () => {
  assert.equal((await act({ trigger_crash_dump: null }, 'member', '2.16')).status, 404);
  assert.equal((await act({ trigger_crash_dump: 1 })).status, 400);
  assert.equal((await act({ trigger_crash_dump: null }, 'stranger')).status, 404);
  const asked = await act({ trigger_crash_dump: null }, 'member', '2.17');
  assert.equal(asked.status, 202);
  assert.equal(asked.body, null);
  const found = (await actions()).find(({ action }) => action === 'trigger_crash_dump');
  const path = `/servers/${id}/os-instance-actions/${found?.request_id}`;
  for (let polls = 0; ; polls++) {
    const [event] = (await cloud.call('GET', path, { version: '2.51' })).body.instanceAction.events;
    assert.equal(event.event, 'compute_trigger_crash_dump');
    if (event.result === 'Success') break;
    assert.ok(polls < 1_000, 'the crash dump never ended');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await act({ 'os-stop': null });
  await cloud.until(id, 'SHUTOFF');
  const refused = await act({ trigger_crash_dump: null });
  assert.equal(refused.status, 409);
  assert.match(refused.body.conflictingRequest.message, /^Cannot 'trigger_crash_dump' instance .* vm_state stopped$/);
});

test('the password in a guest is set: 409 in a wrong state', async () => {
  const body = { changePassword: { adminPass: 'x' } };
  const stopped = await act(body);
  assert.equal(stopped.status, 409);
  assert.match(stopped.body.conflictingRequest.message, /^Cannot 'changePassword' instance .* vm_state stopped$/);
  await act({ 'os-start': null });
  await cloud.until(id, 'ACTIVE');
  assert.equal((await act(body)).status, 202);
  await cloud.until(id, 'ACTIVE');
  assert.equal((await act(body, 'stranger')).status, 404);
});

test('where guests have no agent no password is set', async () => {
  const other = await startTestCloud({ hypervisorType: 'QEMU' });
  try {
    const server = await other.boot();
    await other.until(server, 'ACTIVE');
    const body = { changePassword: { adminPass: 'x' } };
    const refused = await other.call('POST', `/servers/${server}/action`, { body });
    assert.equal(refused.status, 409);
    assert.equal(refused.body.conflictingRequest.message, 'Guest agent is not enabled for the instance');
  } finally {
    await other.close();
  }
});

test('injectNetworkInfo is taken from administrators and does nothing', async () => {
  assert.equal((await act({ injectNetworkInfo: null })).status, 403);
  assert.equal((await act({ injectNetworkInfo: null }, 'admin')).status, 202);
  assert.equal((await act({ resetNetwork: null })).status, 410);
});
