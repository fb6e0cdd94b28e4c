import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootData, instances } from '../../../../actors/instance/row.ts';
import { portTable } from '../../../../actors/network/row.ts';
import { projects } from '../../../../actors/project/row.ts';
import { changeRegistry } from '../../../../actors/registry/client.ts';
import { aCaller } from '../../stub-api.ts';
import { anImage, startTestCloud, type TestCloud } from '../cloud.ts';

const IMAGE = anImage().id;
const MISSING = '00000000-0000-4000-8000-000000000000';
const GIB = 1024 ** 3;
const images = [
  anImage(),
  anImage({ id: '10000000-0000-4000-8000-000000000000', status: 'queued', contentId: null }),
  anImage({ id: '20000000-0000-4000-8000-000000000000', minRamMib: 1024 }),
  anImage({ id: '30000000-0000-4000-8000-000000000000', minDiskGib: 5 }),
  anImage({ id: '40000000-0000-4000-8000-000000000000', sizeBytes: 2 * GIB }),
  anImage({ id: '50000000-0000-4000-8000-000000000000', virtualSizeBytes: 2 * GIB }),
  anImage({ id: '60000000-0000-4000-8000-000000000000', diskFormat: 'vmdk' }),
];

let cloud: TestCloud;
before(async () => {
  cloud = await startTestCloud({ images, quota: { instances: 5, metadataItems: 2 } });
});
after(() => cloud.close());

const base = { name: 'web', imageRef: IMAGE, flavorRef: '1', networks: 'none' };
const bootDisk = { source_type: 'image', destination_type: 'local', boot_index: 0, delete_on_termination: true };

const created = async (changes: object): Promise<{ readonly id: string }> => {
  const answer = await cloud.call('POST', '/servers', { version: '2.104', body: { server: { ...base, ...changes } } });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  return answer.body.server;
};

const refusals: readonly (readonly [string, object, number, RegExp, ('member' | 'admin')?])[] = [
  ['an unknown flavor', { flavorRef: 'none-such' }, 400, /Invalid flavorRef provided/],
  ['a URL of an unknown flavor', { flavorRef: 'http://a/flavors/none-such' }, 400, /Invalid flavorRef provided/],
  ['a URL of no flavor', { flavorRef: 'http://1' }, 400, /Invalid flavorRef provided/],
  [
    'an unknown type of volume',
    {
      imageRef: undefined,
      block_device_mapping_v2: [
        {
          source_type: 'image',
          uuid: IMAGE,
          destination_type: 'volume',
          boot_index: 0,
          volume_size: 1,
          volume_type: 'none-such',
        },
      ],
    },
    400,
    /Volume type none-such could not be found/,
  ],
  ['no image', { imageRef: '' }, 400, /Missing imageRef attribute/],
  ['an unknown image', { imageRef: MISSING }, 400, /Can not find requested image/],
  ['an image without content', { imageRef: images[1]?.id }, 400, /is not active/],
  ['an image that needs more memory', { imageRef: images[2]?.id }, 400, /memory is too small/],
  ['an image that asks for a larger disk', { imageRef: images[3]?.id }, 400, /smaller than the minimum size/],
  ['an image larger than the disk', { imageRef: images[4]?.id }, 400, /disk is too small for requested image/],
  ['an image whose disk is larger', { imageRef: images[5]?.id }, 400, /disk is too small for requested image/],
  ['an image in a format that cannot boot', { imageRef: images[6]?.id }, 400, /vmdk cannot be booted/],
  ['an unknown keypair', { key_name: 'none-such' }, 400, /Invalid key_name provided/],
  ['an unknown network', { networks: [{ uuid: MISSING }] }, 400, /Network .* could not be found/],
  ['an entry without a network', { networks: [{}] }, 400, /missing 'uuid'/],
  ['an unknown port', { networks: [{ port: MISSING }] }, 400, /Port id .* could not be found/],
  ['a port with an address', { networks: [{ port: MISSING, fixed_ip: '192.0.2.1' }] }, 400, /cannot be used with port/],
  ['one port for several servers', { networks: [{ port: MISSING }], min_count: 2 }, 400, /single configured port ID/],
  [
    'one address for several servers',
    { networks: [{ uuid: MISSING, fixed_ip: '192.0.2.1' }], max_count: 2 },
    400,
    /max_count cannot be greater than 1/,
  ],
  ['an unknown security group', { security_groups: [{ name: 'none-such' }] }, 400, /none-such not found/],
  ['an unknown zone', { availability_zone: 'mars' }, 400, /availability zone is not available/],
  ['a zone with too many parts', { availability_zone: 'a:b:c:d' }, 400, /Unable to parse availability_zone/],
  ['a host named by a member', { availability_zone: 'nova:sim-0' }, 403, /forced_host/],
  ['a destination named by a member', { host: 'sim-0' }, 403, /requested_destination/],
  ['an unknown host', { host: 'none-such' }, 400, /Compute host none-such could not be found/, 'admin'],
  ['a host named in two ways', { availability_zone: 'nova:sim-0', host: 'sim-0' }, 400, /mutually exclusive/, 'admin'],
  ['too much metadata', { metadata: { a: '1', b: '2', c: '3' } }, 403, /exceeds 2/],
  ['more servers than the quota', { min_count: 6 }, 403, /Quota exceeded for instances: Requested 6/],
  ['billions of servers', { min_count: 2_000_000_000 }, 403, /Quota exceeded/],
  ['bounds in the wrong order', { min_count: 3, max_count: 2 }, 400, /min_count must be <= max_count/],
  ['one host name for several servers', { min_count: 2, hostname: 'web' }, 400, /single hostname/],
  [
    'a volume',
    {
      block_device_mapping_v2: [
        { ...bootDisk, uuid: anImage().id },
        { source_type: 'volume', uuid: MISSING },
      ],
    },
    400,
    /failed to get volume/,
  ],
  ['a volume of old clients', { block_device_mapping: [{ volume_id: MISSING }] }, 400, /failed to get volume/],
  [
    'a boot disk of another image',
    { block_device_mapping_v2: [{ ...bootDisk, uuid: MISSING }] },
    400,
    /Boot sequence for the instance/,
  ],
  ['image certificates', { trusted_image_certificates: ['x'] }, 400, /not supported/],
];

for (const [what, changes, status, message, as = 'member'] of refusals) {
  test(`POST /servers with ${what} is refused with ${status} and makes nothing`, async () => {
    const body = { server: { ...base, ...changes } };
    const answer = await cloud.call('POST', '/servers', { version: '2.104', body, as });
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.match(JSON.stringify(answer.body), message);
    assert.equal(projects.read(cloud.store, aCaller().projectId ?? '')?.instances ?? 0, 0);
    assert.deepEqual([...instances.scan(cloud.store)], []);
  });
}

test('a flavor is named by its id or by a URL that ends in it', async () => {
  for (const flavorRef of [1, 'http://compute.example.com/v2.1/flavors/1?q=4', '/flavors/1', 'https://a/b/1#c']) {
    const { id } = await created({ flavorRef });
    const { server } = (await cloud.call('GET', `/servers/${id}`, { version: '2.47' })).body;
    assert.equal(server.flavor.original_name, 'm1.tiny');
    await cloud.call('DELETE', `/servers/${id}`);
    await cloud.until(id, 'gone');
  }
});

test('a local disk that the flavor has room for may be asked for, once', async () => {
  const flavor = { id: 'scratch', name: 'scratch', vcpus: 1, ram: 512, disk: 1, 'OS-FLV-EXT-DATA:ephemeral': 4 };
  assert.equal((await cloud.call('POST', '/flavors', { as: 'admin', body: { flavor } })).status, 200);
  const local = { source_type: 'blank', destination_type: 'local' };
  const root = { ...bootDisk, uuid: IMAGE };
  for (const size of [{}, { volume_size: 2 }, { volume_size: 4 }]) {
    const { id } = await created({ flavorRef: 'scratch', block_device_mapping_v2: [root, { ...local, ...size }] });
    await cloud.call('DELETE', `/servers/${id}`);
    await cloud.until(id, 'gone');
  }
  for (const [sizes, words] of [
    [[5], /larger than the instance type allows/],
    [[3, 3], /larger than the instance type allows/],
    [[1, 1], /one is supported, of the size of the flavor/],
  ] as const) {
    const block_device_mapping_v2 = [root, ...sizes.map((size) => ({ ...local, volume_size: size }))];
    const body = { server: { ...base, flavorRef: 'scratch', block_device_mapping_v2 } };
    const refused = await cloud.call('POST', '/servers', { version: '2.104', body });
    assert.equal(refused.status, 400);
    assert.match(refused.body.badRequest.message, words);
  }
});

test('files are put into the guest up to 2.56, within their quota', async () => {
  const send = (personality: unknown) => {
    const { networks: _, ...server } = base;
    return cloud.call('POST', '/servers', { version: '2.1', body: { server: { ...server, personality } } });
  };
  const motd = { path: '/etc/motd', contents: 'aGk=' };
  const refused: readonly [unknown, number, RegExp][] = [
    [Array.from({ length: 6 }, () => motd), 403, /^Personality file limit exceeded$/],
    [[{ ...motd, path: 'x'.repeat(256) }], 403, /^Personality file path exceeds maximum 255$/],
    [[{ ...motd, contents: 'YWFh'.repeat(2_561) }], 403, /^Personality file content exceeds maximum 10240$/],
    [[{ contents: 'aGk=' }], 400, /missing path/],
    [[{ ...motd, contents: 'YWF' }], 400, /contents/],
  ];
  for (const [personality, status, words] of refused) {
    const answer = await send(personality);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.match(answer.body[status === 403 ? 'forbidden' : 'badRequest'].message, words);
  }
  for (const personality of [[], [motd, { path: '/empty', contents: '' }]]) {
    const taken = await send(personality);
    assert.equal(taken.status, 202);
    const { id } = taken.body.server;
    assert.deepEqual(bootData.read(cloud.store, id)?.files ?? [], personality);
    await cloud.call('DELETE', `/servers/${id}`);
    await cloud.until(id, 'gone');
  }
  const { networks: _, ...server } = base;
  const body = { server: { ...server, networks: 'none', personality: [motd] } };
  assert.equal((await cloud.call('POST', '/servers', { version: '2.57', body })).status, 400);
});

test('an unknown server group in the hints is refused, other hints pass', async () => {
  const send = (hints: object) =>
    cloud.call('POST', '/servers', { version: '2.104', body: { server: base, 'os:scheduler_hints': hints } });
  const refused = await send({ group: MISSING });
  assert.equal(refused.status, 400);
  assert.match(refused.body.badRequest.message, /Instance group .* could not be found/);
  const taken = await send({ different_host: [MISSING] });
  assert.equal(taken.status, 202);
  await cloud.call('DELETE', `/servers/${taken.body.server.id}`);
  await cloud.until(taken.body.server.id, 'gone');
});

test('everything that a request says of a server is kept', async () => {
  const { userId } = aCaller();
  const keypair = { userId, name: 'k', type: 'ssh', publicKey: 'ssh-ed25519 AAAA', fingerprint: 'aa' } as const;
  await changeRegistry(cloud.system, { type: 'createKeypair', keypair, keyPairsMax: -1 });
  const id = await cloud.boot({
    key_name: 'k',
    adminPass: 'secret',
    user_data: 'IyE=',
    metadata: { a: '1' },
    tags: ['blue', 'blue'],
    description: 'd',
    hostname: 'host.example.com',
    config_drive: true,
    accessIPv4: '192.0.2.1',
    'OS-DCF:diskConfig': 'AUTO',
    availability_zone: 'nova',
    block_device_mapping_v2: [{ ...bootDisk, uuid: IMAGE }],
    networks: [{ uuid: cloud.networkId }],
    security_groups: [{ name: 'default' }],
  });
  await cloud.until(id, 'ACTIVE');
  const { server } = (await cloud.call('GET', `/servers/${id}`, { version: '2.104', as: 'admin' })).body;
  assert.equal(server.key_name, 'k');
  assert.deepEqual(server.tags, ['blue']);
  assert.equal(server.description, 'd');
  assert.equal(server['OS-EXT-SRV-ATTR:hostname'], 'host.example.com');
  assert.equal(server['OS-EXT-SRV-ATTR:user_data'], 'IyE=');
  assert.equal(server.config_drive, 'True');
  assert.equal(server.accessIPv4, '192.0.2.1');
  assert.equal(server['OS-DCF:diskConfig'], 'AUTO');
  assert.equal(server.pinned_availability_zone, 'nova');
  assert.equal(server.flavor.original_name, 'm1.tiny');
  assert.deepEqual(server.image.properties, { hw_disk_bus: 'virtio' });
  const [port] = portTable.scan(cloud.store);
  assert.equal(server.addresses.default[0]['OS-EXT-IPS-MAC:mac_addr'], port?.macAddress);
  await cloud.call('DELETE', `/servers/${id}`);
  await cloud.until(id, 'gone');
});

test('before 2.19 the name of a server stands in for its description', async () => {
  const id = await cloud.boot({ name: 'old', networks: undefined }, { version: '2.18' });
  assert.equal((await cloud.call('GET', `/servers/${id}`, { version: '2.19' })).body.server.description, 'old');
  await cloud.call('DELETE', `/servers/${id}`);
  await cloud.until(id, 'gone');
});

test('several servers of one request are numbered, and as many as the quota leaves', async () => {
  const body = { server: { ...base, name: 'node', min_count: 2, max_count: 9, return_reservation_id: true } };
  const answer = await cloud.call('POST', '/servers', { version: '2.104', body });
  assert.equal(answer.status, 202);
  assert.match(answer.body.reservation_id, /^r-[a-z0-9]{8}$/);
  assert.equal(answer.headers.get('location'), null);
  const { servers } = (await cloud.call('GET', `/servers/detail?reservation_id=${answer.body.reservation_id}`)).body;
  const names = servers.map((server: { name: string }) => server.name).sort();
  assert.deepEqual(names, ['node-1', 'node-2', 'node-3', 'node-4', 'node-5']);
  const launched = [...instances.scan(cloud.store)].filter((one) => one.name === 'node-3');
  assert.equal(launched[0]?.hostname, 'node-3');
  assert.equal(launched[0]?.launchIndex, 2);
  const over = await cloud.call('POST', '/servers', { version: '2.104', body: { server: base } });
  assert.equal(over.status, 403);
});
