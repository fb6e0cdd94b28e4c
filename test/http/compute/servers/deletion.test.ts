import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
before(async () => {
  cloud = await startTestCloud({ reclaimInstanceIntervalMs: 3_600_000, quota: { ramMib: -1 } });
});
after(() => cloud.close());

const boot = async (): Promise<string> => {
  const id = await cloud.boot({ networks: 'none' });
  await cloud.until(id, 'ACTIVE');
  return id;
};
const act = (id: string, body: object, as: 'member' | 'stranger' = 'member') =>
  cloud.call('POST', `/servers/${id}/action`, { body, as });
const listed = async (query = ''): Promise<string[]> =>
  (await cloud.call('GET', `/servers${query}`)).body.servers.map((one: { id: string }) => one.id);

test('with an interval a deleted server is kept off, out of lists, and is restored', async () => {
  const id = await boot();
  assert.equal((await cloud.call('DELETE', `/servers/${id}`)).status, 204);
  await cloud.until(id, 'SOFT_DELETED');
  const seen = await cloud.hypervisors.get('sim-0')?.inspect(id);
  assert.equal(seen?.ok && seen.value.power, 'stopped');
  assert.deepEqual(await listed(), []);
  assert.deepEqual(await listed('?status=soft_deleted'), [id]);
  assert.equal((await act(id, { restore: null }, 'stranger')).status, 404);
  assert.equal((await act(id, { restore: null })).status, 202);
  await cloud.until(id, 'ACTIVE');
  const again = await act(id, { restore: null });
  assert.equal(again.status, 409);
  assert.equal(again.body.conflictingRequest.message, `Cannot 'restore' instance ${id} while it is in vm_state active`);
  const { body } = await cloud.call('GET', `/servers/${id}/os-instance-actions`);
  const recorded = body.instanceActions.map((one: { action: string }) => one.action);
  assert.deepEqual(recorded, ['restore', 'delete', 'create']);
  await act(id, { forceDelete: null });
  await cloud.until(id, 'gone');
});

test('a server that was deleted softly is in lists of what is deleted and of what has changed', async () => {
  const lists = async (query: string, as: 'member' | 'admin' = 'admin'): Promise<string[]> =>
    (await cloud.call('GET', `/servers?${query}`, { as, version: '2.66' })).body.servers.map(
      (one: { id: string }) => one.id,
    );
  const [softly, wholly, kept] = [await boot(), await boot(), await boot()];
  for (const id of [softly, wholly]) {
    assert.equal((await cloud.call('DELETE', `/servers/${id}`)).status, 204);
    await cloud.until(id, 'SOFT_DELETED');
  }
  await act(wholly, { forceDelete: null });
  await cloud.until(wholly, 'gone');
  const is = async (query: string, has: readonly boolean[], as?: 'member' | 'admin') => {
    const ids = await lists(query, as);
    assert.deepEqual(
      [softly, wholly, kept].map((id) => ids.includes(id)),
      has,
      `${as}: ${query}`,
    );
  };
  await is('', [false, false, true]);
  await is('deleted=false', [false, false, true]);
  await is('soft_deleted=true', [true, false, true]);
  await is('deleted=false&soft_deleted=true', [true, false, true]);
  await is('deleted=true', [true, true, false]);
  await is('deleted=true&soft_deleted=false', [false, true, false]);
  await is('status=DELETED', [false, true, false]);
  await is('status=SOFT_DELETED', [true, false, false]);
  await is('status=SOFT_DELETED&soft_deleted=false', [false, false, false]);
  for (const changes of ['changes-since=2000-01-01T00:00:00Z', 'changes-before=2999-01-01T00:00:00Z']) {
    await is(changes, [true, true, true]);
    await is(changes, [true, true, true], 'member');
    await is(`${changes}&deleted=false`, [false, false, true]);
    await is(`${changes}&deleted=true`, [true, true, false]);
  }
  // Members may not filter by it: it is not looked at.
  await is('soft_deleted=true', [false, false, true], 'member');
  await is('deleted=true', [false, false, true], 'member');
  for (const id of [softly, kept]) await act(id, { forceDelete: null });
  await cloud.until(softly, 'gone');
  await cloud.until(kept, 'gone');
});

test('forceDelete removes a server at once, whether it was deleted before or not', async () => {
  for (const softly of [true, false]) {
    const id = await boot();
    if (softly) {
      await cloud.call('DELETE', `/servers/${id}`);
      await cloud.until(id, 'SOFT_DELETED');
    }
    assert.equal((await act(id, { forceDelete: null }, 'stranger')).status, 404);
    assert.equal((await act(id, { forceDelete: null })).status, 202);
    await cloud.until(id, 'gone');
    assert.equal((await cloud.hypervisors.get('sim-0')?.inspect(id))?.ok, false);
  }
});

test('a server that never ran is gone at once', async () => {
  const id = await cloud.boot({ flavorRef: '9', networks: 'none' });
  await cloud.until(id, 'ERROR');
  assert.equal((await cloud.call('DELETE', `/servers/${id}`)).status, 204);
  await cloud.until(id, 'gone');
});

test('a locked server is deleted by administrators alone', async () => {
  const id = await boot();
  await act(id, { lock: null });
  assert.equal((await act(id, { forceDelete: null })).status, 409);
  assert.equal((await cloud.call('DELETE', `/servers/${id}`)).status, 409);
  assert.equal(
    (await cloud.call('POST', `/servers/${id}/action`, { body: { forceDelete: null }, as: 'admin' })).status,
    202,
  );
  await cloud.until(id, 'gone');
});
