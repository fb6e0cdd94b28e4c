import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answered, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
before(async () => {
  cloud = await startTestCloud({ quota: { ramMib: -1 } });
});
after(() => cloud.close());

const put = (id: string, server: object): Promise<Answered> =>
  cloud.call('PUT', `/servers/${id}`, { version: '2.104', body: { server } });
const pin = (id: string, zone: string | null) => put(id, { pinned_availability_zone: zone });
const pinned = async (id: string): Promise<string | null> =>
  (await cloud.call('GET', `/servers/${id}`, { version: '2.104' })).body.server.pinned_availability_zone;
const direct =
  'Cannot change pinned availability zone directly. Unpin first by setting pinned_availability_zone to null.';

test('a server is unpinned from its zone, and pinned to the one that it is in', async () => {
  const id = await cloud.boot({ networks: 'none', availability_zone: 'nova' });
  await cloud.until(id, 'ACTIVE');
  assert.equal(await pinned(id), 'nova');
  assert.equal((await pin(id, 'nova')).status, 200);
  const other = await pin(id, 'mars');
  assert.deepEqual([other.status, other.body.conflictingRequest.message], [409, direct]);
  const unpinned = await pin(id, null);
  assert.equal(unpinned.status, 200, JSON.stringify(unpinned.body));
  assert.equal(unpinned.body.server.pinned_availability_zone, null);
  assert.equal(await pinned(id), null);
  assert.equal((await pin(id, null)).status, 200);
  const elsewhere = await put(id, { name: 'new', pinned_availability_zone: 'mars' });
  assert.deepEqual(
    [elsewhere.status, elsewhere.body.conflictingRequest.message],
    [409, "Server can only be pinned to its current availability zone 'nova', but 'mars' was requested."],
  );
  const again = await pin(id, 'nova');
  assert.deepEqual([again.status, again.body.server.pinned_availability_zone], [200, 'nova']);
  assert.equal(await pinned(id), 'nova');
  assert.equal(again.body.server.name, 'web', 'of a request that is refused nothing is done');
});

test('a change of other things leaves the pin as it is', async () => {
  const id = await cloud.boot({ networks: 'none', availability_zone: 'nova' });
  await cloud.until(id, 'ACTIVE');
  assert.equal((await put(id, { name: 'other' })).status, 200);
  assert.equal(await pinned(id), 'nova');
});

test('a server that is nowhere can be pinned nowhere', async () => {
  const id = await cloud.boot({ networks: 'none', flavorRef: '9' });
  await cloud.until(id, 'ERROR');
  assert.equal((await pin(id, 'nova')).status, 409);
  assert.equal((await pin(id, null)).status, 200);
});
