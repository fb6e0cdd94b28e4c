import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import ssh2 from 'ssh2';
import { AT, qcow2Image } from '../drivers/image-store/qcow2-image.ts';
import { type Api, connectApi } from '../process/api.ts';
import { Installation } from '../process/installation.ts';
import { column, listAt, textAt, valueAt } from '../process/json.ts';
import { type Openstack, openstackFor, openstackUnavailable } from '../process/openstack.ts';
import { until } from '../process/until.ts';

/** A qcow2 image that stands on another file: booted, it would show the guest a file of the host. */
function withBackingFile(path: string): Buffer {
  const image = qcow2Image();
  image.writeBigUInt64BE(512n, AT.backingOffset);
  image.writeUInt32BE(path.length, AT.backingSize);
  image.write(path, 512, 'latin1');
  return image;
}

describe('the openstack client with simulated hosts', { skip: openstackUnavailable }, () => {
  let installation: Installation;
  let openstack: Openstack;
  let api: Api;
  let url = '';
  before(async () => {
    installation = new Installation('hosts: 3\nquota: { ramMib: -1 }\n');
    url = await installation.serve().ready;
    openstack = openstackFor(installation.stateDir);
    api = await connectApi(url, installation.stateDir);
  });
  after(() => installation.remove());

  const file = (name: string, content: string | Uint8Array): string => installation.file(name, content);
  const names = async (...command: string[]) => column(await openstack.json(...command), 'Name');
  /** Waits for a status over HTTP, which is quicker than starting the client again and again. */
  const reached = (name: string, status: string): Promise<true> => {
    const look = async () => {
      const { body } = await api.request('GET', `/compute/v2.1/servers/detail?name=^${name}$`);
      return textAt(body, 'servers', 0, 'status') === status ? true : null;
    };
    return until(`${name} is ${status}`, look, { limitMs: 20_000 });
  };

  test('flavors are listed, made, shown and deleted', async () => {
    const flavors = await names('flavor', 'list');
    assert.deepEqual(
      flavors.sort(),
      ['large', 'medium', 'micro', 'nano', 'small', 'tiny', 'xlarge'].map((n) => `m1.${n}`),
    );
    await openstack.text(
      'flavor',
      'create',
      '--ram',
      '64',
      '--vcpus',
      '2',
      '--disk',
      '3',
      '--property',
      'a:b=c',
      'mine',
    );
    const mine = await openstack.json('flavor', 'show', 'mine');
    assert.deepEqual([textAt(mine, 'ram'), textAt(mine, 'vcpus'), textAt(mine, 'disk')], ['64', '2', '3']);
    assert.match(JSON.stringify(valueAt(mine, 'properties')), /a:b.*c/);
    await openstack.text('flavor', 'delete', 'mine');
    assert.match(await openstack.refusal('flavor', 'show', 'mine'), /No flavor|not found|No Flavor/i);
  });

  test('keypairs are imported, listed, shown and deleted', async () => {
    const { public: key } = ssh2.utils.generateKeyPairSync('ed25519');
    await openstack.text('keypair', 'create', '--public-key', file('key.pub', key), 'mine');
    assert.deepEqual(await names('keypair', 'list'), ['mine']);
    assert.match(
      textAt(await openstack.json('keypair', 'show', 'mine'), 'fingerprint'),
      /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/,
    );
    await openstack.text('keypair', 'delete', 'mine');
    assert.deepEqual(await names('keypair', 'list'), []);
    assert.match(
      await openstack.refusal('keypair', 'create', '--public-key', file('bad.pub', 'no key'), 'bad'),
      /400: .*public_key/,
    );
  });

  test('images, networks, subnets and security groups are listed', async () => {
    assert.deepEqual(await names('image', 'list'), ['sim']);
    assert.deepEqual((await names('network', 'list')).sort(), ['default', 'public']);
    assert.equal(listAt(await openstack.json('subnet', 'list')).length, 2);
    assert.ok((await names('security', 'group', 'list')).includes('default'));
  });

  test('servers are made with and without a network named, listed by filters, in order and in pages', async () => {
    const how = ['--image', 'sim', '--flavor', 'm1.nano', '--wait'];
    const a = await openstack.json('server', 'create', ...how, '--network', 'default', '--property', 'k=v', 'a');
    assert.deepEqual([textAt(a, 'status'), textAt(a, 'name')], ['ACTIVE', 'a']);
    const b = await openstack.json('server', 'create', ...how, 'b');
    assert.match(JSON.stringify(valueAt(b, 'addresses')), /default.*10\.0\.0\.\d+/);
    assert.equal(listAt(await openstack.json('port', 'list', '--server', 'a')).length, 1);
    assert.deepEqual(await names('server', 'list', '--name', '^a$'), ['a']);
    assert.deepEqual(await names('server', 'list', '--status', 'SHUTOFF'), []);
    assert.deepEqual(await names('server', 'list', '--limit', '1'), ['b'], 'the newest comes first');
    assert.deepEqual(await names('server', 'list', '--marker', 'b'), ['a']);
    // This version of the client sorts by itself, so the API is asked for the order.
    const sorted = await api.request('GET', '/compute/v2.1/servers?sort_key=display_name&sort_dir=asc');
    assert.deepEqual(
      listAt(sorted.body, 'servers').map((server) => textAt(server, 'name')),
      ['a', 'b'],
    );
  });

  test('a server is renamed, rebooted, stopped and started, and its events tell of it', async () => {
    await openstack.text('server', 'set', '--name', 'renamed', 'b');
    assert.equal(textAt(await openstack.json('server', 'show', 'renamed'), 'name'), 'renamed');
    assert.match(await openstack.text('console', 'log', 'show', 'a'), /guest-ready hostname=a /);
    await openstack.text('server', 'reboot', '--wait', 'a');
    await openstack.text('server', 'stop', 'a');
    await reached('a', 'SHUTOFF');
    await openstack.text('server', 'start', 'a');
    await reached('a', 'ACTIVE');
    const events = await openstack.json('server', 'event', 'list', 'a');
    assert.deepEqual(column(events, 'Action'), ['start', 'stop', 'reboot', 'create']);
    const requestId = textAt(events, 0, 'Request ID');
    const event = await openstack.json('server', 'event', 'show', 'a', requestId);
    assert.match(JSON.stringify(event), /compute_start_instance/);
  });

  test('a server gets a floating IP, and a network of its own is connected by a router', async () => {
    const address = textAt(await openstack.json('floating', 'ip', 'create', 'public'), 'floating_ip_address');
    await openstack.text('server', 'add', 'floating', 'ip', 'a', address);
    assert.ok(JSON.stringify(await openstack.json('server', 'show', 'a')).includes(address));
    assert.equal(textAt(await openstack.json('floating', 'ip', 'show', address), 'status'), 'ACTIVE');
    await openstack.text('server', 'remove', 'floating', 'ip', 'a', address);
    assert.equal(textAt(await openstack.json('floating', 'ip', 'show', address), 'status'), 'DOWN');
    await openstack.text('floating', 'ip', 'delete', address);
    await openstack.json('network', 'create', 'inner');
    await openstack.json('subnet', 'create', '--network', 'inner', '--subnet-range', '10.7.0.0/24', 'inner-v4');
    await openstack.json('router', 'create', 'out');
    await openstack.text('router', 'set', '--external-gateway', 'public', 'out');
    await openstack.text('router', 'add', 'subnet', 'out', 'inner-v4');
    const router = JSON.stringify(await openstack.json('router', 'show', 'out'));
    assert.match(router, /10\.7\.0\.1/);
    assert.match(router, /203\.0\.113\./);
    assert.match(await openstack.refusal('router', 'delete', 'out'), /still has ports/);
    await openstack.text('router', 'remove', 'subnet', 'out', 'inner-v4');
    await openstack.text('router', 'delete', 'out');
    await openstack.text('network', 'delete', 'inner');
  });

  test('hosts are shown, and taken out of service and back', async () => {
    const hypervisors = await openstack.json('hypervisor', 'list');
    assert.deepEqual(column(hypervisors, 'Hypervisor Hostname').sort(), ['sim-0', 'sim-1', 'sim-2']);
    assert.equal(textAt(await openstack.json('hypervisor', 'show', 'sim-0'), 'hypervisor_type'), 'sim');
    // From 2.88 on the client takes the uptime apart.
    const at288 = openstackFor(installation.stateDir, '--os-compute-api-version', '2.88');
    const shown = await at288.json('hypervisor', 'show', 'sim-0');
    assert.match(textAt(shown, 'uptime'), /min|:/);
    assert.equal(textAt(shown, 'load_average'), '0.00, 0.00, 0.00');
    await openstack.text(
      'compute',
      'service',
      'set',
      '--disable',
      '--disable-reason',
      'repair',
      'sim-0',
      'nova-compute',
    );
    const services = listAt(await openstack.json('compute', 'service', 'list', '--long', '--service', 'nova-compute'));
    const disabled = services.filter((service) => textAt(service, 'Status') === 'disabled');
    assert.deepEqual([column(disabled, 'Host'), column(disabled, 'Disabled Reason')], [['sim-0'], ['repair']]);
    await openstack.text('compute', 'service', 'set', '--enable', 'sim-0', 'nova-compute');
    const zones = await openstack.json('availability', 'zone', 'list', '--compute');
    assert.deepEqual(column(zones, 'Zone Name'), ['internal', 'nova']);
  });

  test('limits and quota count what there is', async () => {
    const limits = listAt(await openstack.json('limits', 'show', '--absolute'));
    const used = limits.find((limit) => textAt(limit, 'Name') === 'totalInstancesUsed');
    assert.equal(textAt(used, 'Value'), '2');
    assert.match(JSON.stringify(await openstack.json('quota', 'show')), /"instances":10\b/);
  });

  test('users, projects, roles, catalog, endpoints and tokens are those of the first start, and a member is made', async () => {
    assert.deepEqual((await names('project', 'list')).sort(), ['admin', 'demo']);
    assert.ok((await names('user', 'list')).includes('admin'));
    assert.ok((await names('role', 'list')).includes('member'));
    assert.deepEqual((await names('catalog', 'list')).sort(), [
      'cinder',
      'cinderv3',
      'glance',
      'keystone',
      'neutron',
      'nova',
      'placement',
    ]);
    const endpoints = await openstack.json('endpoint', 'list', '--service', 'compute', '--interface', 'public');
    assert.deepEqual(column(endpoints, 'URL'), [`${url}/compute/v2.1`]);
    assert.ok(textAt(await openstack.json('token', 'issue'), 'id').length > 20);
    await openstack.text('user', 'create', '--password', 'correct horse', 'mia');
    await openstack.text('role', 'add', '--user', 'mia', '--project', 'demo', 'member');
    // Options do not get the better of a clouds.yaml in this client, so she has one of her own.
    const who = { username: 'mia', user_domain_name: 'Default', password: 'correct horse' };
    const auth = { auth_url: `${url}/identity`, ...who, project_name: 'demo', project_domain_name: 'Default' };
    file('clouds.yaml', JSON.stringify({ clouds: { novella: { auth } } }));
    const asMia = openstackFor(installation.path);
    assert.deepEqual(await asMia.json('server', 'list'), [], 'she sees no server of another project');
    assert.match(await asMia.refusal('hypervisor', 'list'), /HTTP 403/);
  });

  test('a server of what does not exist is refused, by the client and by the API, and makes nothing', async () => {
    const wrong = (image: string, flavor: string, network: string) =>
      openstack.refusal('server', 'create', '--image', image, '--flavor', flavor, '--network', network, 'none');
    assert.match(await wrong('missing', 'm1.nano', 'default'), /No Image found for missing|missing/);
    assert.match(await wrong('sim', 'missing', 'default'), /No flavor with a name or ID of 'missing' exists|missing/);
    assert.match(await wrong('sim', 'm1.nano', 'missing'), /missing/);
    const image = textAt((await api.request('GET', '/image/v2/images')).body, 'images', 0, 'id');
    const nowhere = '8f5f2c0e-6a3b-4c52-9d2c-1f3b9e7a5d10';
    const refusals: readonly (readonly [object, RegExp])[] = [
      [{ imageRef: nowhere, flavorRef: '42', networks: 'none' }, /image/i],
      [{ imageRef: image, flavorRef: 'missing', networks: 'none' }, /flavor/i],
      [{ imageRef: image, flavorRef: '42', networks: [{ uuid: nowhere }] }, /network/i],
      [{ imageRef: image, flavorRef: '42', networks: 'none', colour: 'red' }, /colour/],
    ];
    for (const [server, reason] of refusals) {
      const { status, body } = await api.request('POST', '/compute/v2.1/servers', {
        server: { name: 'none', ...server },
      });
      assert.equal(status, 400, JSON.stringify(body));
      assert.match(textAt(body, 'badRequest', 'message'), reason);
    }
    const left = (await api.request('GET', '/compute/v2.1/servers?name=none')).body;
    assert.deepEqual(valueAt(left, 'servers'), []);
  });

  test('a server that is larger than any host ends in ERROR, says that there is no valid host, and can be deleted', async () => {
    await openstack.text('flavor', 'create', '--ram', '900000', '--vcpus', '1', '--disk', '1', 'huge');
    const how = ['--image', 'sim', '--flavor', 'huge', '--network', 'default', '--wait', 'giant'];
    // This client says so and ends with status 0 all the same.
    assert.match(await openstack.text('server', 'create', ...how), /Error creating server/);
    const shown = await openstack.json('server', 'show', 'giant');
    assert.equal(textAt(shown, 'status'), 'ERROR');
    assert.match(JSON.stringify(valueAt(shown, 'fault')), /No valid host was found/);
    await openstack.text('server', 'delete', '--wait', 'giant');
  });

  test('an image that is not what it says it is is refused, and leaves no active image', async () => {
    const backed = file('backed.qcow2', withBackingFile('/etc/passwd'));
    const lie = file('lie.qcow2', randomBytes(1_000_000));
    for (const [path, reason] of [
      [backed, /backing file/i],
      [lie, /qcow2/i],
    ] as const) {
      assert.match(await openstack.refusal('image', 'create', '--disk-format', 'qcow2', '--file', path, 'bad'), reason);
    }
    assert.deepEqual(await names('image', 'list', '--status', 'active'), ['sim']);
  });

  test('deleted servers are gone, and so are their ports', async () => {
    await openstack.text('server', 'delete', '--wait', 'a', 'renamed');
    assert.deepEqual(await openstack.json('server', 'list', '--all-projects'), []);
    assert.deepEqual(await openstack.json('port', 'list', '--device-owner', 'compute:nova'), []);
  });
});
