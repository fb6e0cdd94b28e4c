import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { instances } from '../../../../actors/instance/row.ts';
import { until } from '../../../process/until.ts';
import { anImage, startTestCloud, type TestCloud } from '../cloud.ts';
import { contractAbsent, contractSchema, entriesOf, versionsOf } from '../contract.ts';

const GIB = 1024 ** 3;
const OTHER = anImage({ id: '11111111-2222-4333-8444-555555555555', name: 'other', contentId: 'c2', properties: {} });
const LARGE = anImage({ id: '11111111-2222-4333-8444-666666666666', sizeBytes: 2 * GIB, virtualSizeBytes: 2 * GIB });
const QUEUED = anImage({ id: '11111111-2222-4333-8444-777777777777', status: 'queued' });
const GREEDY = anImage({ id: '11111111-2222-4333-8444-888888888888', minRamMib: 4096 });
let cloud: TestCloud;
let id = '';

before(async () => {
  cloud = await startTestCloud({ images: [anImage(), OTHER, LARGE, QUEUED, GREEDY], quota: { metadataItems: 2 } });
  id = await cloud.boot({ metadata: { role: 'web' }, user_data: 'IyE=' });
  await cloud.until(id, 'ACTIVE');
});
after(() => cloud.close());

type Who = 'member' | 'admin' | 'stranger';
const rebuild = (changes: object = {}, as: Who = 'member', version = '2.104') =>
  cloud.call('POST', `/servers/${id}/action`, { as, version, body: { rebuild: { imageRef: OTHER.id, ...changes } } });
const act = (body: object) => cloud.call('POST', `/servers/${id}/action`, { body });

test('a server is rebuilt at every microversion, and the answer is as the schema of Nova says', {
  skip: contractAbsent,
}, async () => {
  for (const path of ['servers', 'os-volumes_boot']) {
    for (const entry of entriesOf(`POST /${path}/{id}/action#rebuild`)) {
      const validate = contractSchema(entry.response ?? '');
      for (const version of versionsOf(entry)) {
        for (const as of ['member', 'admin'] as const) {
          const body = { rebuild: { imageRef: OTHER.id } };
          const answer = await cloud.call('POST', `/${path}/${id}/action`, { as, version, body });
          const told = `${path} at ${version}: ${JSON.stringify(answer.body)}`;
          assert.equal(answer.status, 202, told);
          assert.equal(answer.body.server.status, 'REBUILD');
          assert.ok(validate(answer.body), `${told} ${JSON.stringify(validate.errors)}`);
          assert.equal(answer.headers.get('location'), `http://compute.example.com/v2.1/servers/${id}`);
          await cloud.until(id, 'ACTIVE');
        }
      }
    }
  }
});

test('a rebuild changes what it names, and leaves the rest', async () => {
  const answer = await rebuild({
    name: 'renamed',
    description: 'again',
    hostname: 'again.example.com',
    metadata: { stage: 'two' },
    adminPass: 'MySecret',
    user_data: null,
    accessIPv4: '192.0.2.7',
    'OS-DCF:diskConfig': 'AUTO',
    preserve_ephemeral: false,
  });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  assert.equal(answer.body.server.adminPass, 'MySecret');
  await cloud.until(id, 'ACTIVE');
  const { server } = (await cloud.call('GET', `/servers/${id}`, { version: '2.104', as: 'admin' })).body;
  assert.equal(server.name, 'renamed');
  assert.equal(server.description, 'again');
  assert.equal(server['OS-EXT-SRV-ATTR:hostname'], 'again.example.com');
  assert.equal(server['OS-EXT-SRV-ATTR:user_data'], null);
  assert.deepEqual(server.metadata, { stage: 'two' });
  assert.equal(server.image.id, OTHER.id);
  assert.equal(server.accessIPv4, '192.0.2.7');
  assert.equal(server.addresses.default.length, 1);
  assert.equal((await rebuild()).status, 202);
  await cloud.until(id, 'ACTIVE');
  assert.equal(instances.read(cloud.store, id)?.name, 'renamed');
});

test('a stopped server is stopped again after its rebuild', async () => {
  await act({ 'os-stop': null });
  await cloud.until(id, 'SHUTOFF');
  assert.equal((await rebuild()).body.server.status, 'REBUILD');
  // It is SHUTOFF already while the guest is powered off at the end.
  await until('the rebuild is over', () => (instances.read(cloud.store, id)?.operation === null ? true : null), {
    limitMs: 30_000,
    everyMs: 5,
  });
  await cloud.until(id, 'SHUTOFF');
  const seen = await cloud.hypervisors.get('sim-0')?.inspect(id);
  assert.equal(seen?.ok && seen.value.power, 'stopped');
  await act({ 'os-start': null });
  await cloud.until(id, 'ACTIVE');
});

test('a server in ERROR is rebuilt', async () => {
  const lost = cloud.hypervisors.get('sim-0');
  lost?.setReachable(false);
  assert.equal((await act({ reboot: { type: 'HARD' } })).status, 202);
  await cloud.until(id, 'ERROR');
  lost?.setReachable(true);
  assert.equal((await rebuild()).status, 202);
  await cloud.until(id, 'ACTIVE');
});

test('what cannot be is refused with the words of Nova', async () => {
  const refusals: [object, number, RegExp][] = [
    [{ imageRef: '99999999-2222-4333-8444-555555555555' }, 400, /^Cannot find image for rebuild$/],
    [{ imageRef: QUEUED.id }, 400, /is not active\.$/],
    [{ imageRef: LARGE.id }, 400, /^Flavor's disk is too small for requested image\./],
    [{ imageRef: GREEDY.id }, 400, /^Flavor's memory is too small/],
    [{ key_name: 'none' }, 400, /^Invalid key_name provided\.$/],
    [{ metadata: { a: '1', b: '2', c: '3' } }, 403, /^Maximum number of metadata items exceeds 2$/],
    [{ trusted_image_certificates: ['c'] }, 400, /^Image signature certificate validation/],
    [{ personality: [] }, 400, /Additional properties/],
  ];
  for (const [changes, status, message] of refusals) {
    const { body, ...answer } = await rebuild(changes);
    assert.equal(answer.status, status, JSON.stringify(body));
    assert.match((status === 400 ? body.badRequest : body.forbidden).message, message);
  }
  const path = 'x'.repeat(256);
  const files = await rebuild({ personality: [{ path, contents: 'IyE=' }] }, 'member', '2.56');
  assert.match(files.body.forbidden.message, /^Personality file path exceeds maximum 255$/);
  assert.equal((await rebuild({}, 'stranger')).status, 404);
  await act({ pause: null });
  await cloud.until(id, 'PAUSED');
  const paused = await rebuild({ imageRef: QUEUED.id });
  assert.equal(paused.status, 409);
  assert.match(paused.body.conflictingRequest.message, /^Cannot 'rebuild' instance .* vm_state paused$/);
  await act({ unpause: null });
  await cloud.until(id, 'ACTIVE');
});
