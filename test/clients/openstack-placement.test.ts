import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { Installation } from '../process/installation.ts';
import { column, listAt, textAt, valueAt } from '../process/json.ts';
import { type Openstack, openstackFor, openstackUnavailable } from '../process/openstack.ts';

// A client without the plug-in answers with commands of like names, and no failure.
const hasPlugin = (): boolean =>
  /usage: openstack resource provider list/.test(
    spawnSync('openstack', ['resource', 'provider', 'list', '--help'], { encoding: 'utf8' }).stdout,
  );
const unavailable = openstackUnavailable || (hasPlugin() ? false : 'osc-placement is not installed');

const CONSUMER = '11111111-2222-4333-8444-555555555555';
const AGGREGATE = '99999999-2222-4333-8444-555555555555';

/** The ids of the providers that serve, one a candidate. */
const serving = (candidates: unknown): string[] => column(candidates, 'resource provider');

describe('the openstack client with osc-placement and simulated hosts', { skip: unavailable }, () => {
  let installation: Installation;
  let openstack: Openstack;
  let hosts: readonly string[] = [];
  before(async () => {
    installation = new Installation('hosts: 2\nquota: { ramMib: -1 }\n');
    await installation.serve().ready;
    openstack = openstackFor(installation.stateDir, '--os-placement-api-version', '1.39');
  });
  after(() => installation.remove());

  test('hosts are providers, with what they have and what servers take of them', async () => {
    const listed = await openstack.json('resource', 'provider', 'list');
    assert.deepEqual(column(listed, 'name').sort(), ['sim-0', 'sim-1']);
    hosts = column(listed, 'uuid');
    const hypervisors = await openstack.json('hypervisor', 'list');
    assert.equal(listAt(hypervisors).length, 2);
    const inventories = await openstack.json('resource', 'provider', 'inventory', 'list', hosts[0] ?? '');
    assert.deepEqual(column(inventories, 'resource_class').sort(), ['DISK_GB', 'MEMORY_MB', 'VCPU']);
    const made = await openstack.json('server', 'create', '--image', 'sim', '--flavor', 'm1.nano', '--wait', 'a');
    const shown = await openstack.json('resource', 'provider', 'allocation', 'show', textAt(made, 'id'));
    assert.equal(listAt(shown).length, 1);
    assert.equal(textAt(shown, 0, 'consumer_type'), 'INSTANCE');
    const usages = await openstack.json('resource', 'provider', 'usage', 'show', textAt(shown, 0, 'resource_provider'));
    const vcpus = listAt(usages).find((row) => textAt(row, 'resource_class') === 'VCPU');
    assert.equal(textAt(vcpus, 'usage'), '1');
    const project = textAt(shown, 0, 'project_id');
    assert.match(JSON.stringify(await openstack.json('resource', 'usage', 'show', project)), /VCPU/);
  });

  test('classes and traits are made, listed, given to a provider and deleted', async () => {
    await openstack.text('resource', 'class', 'set', 'CUSTOM_LICENSE');
    assert.ok(column(await openstack.json('resource', 'class', 'list'), 'name').includes('CUSTOM_LICENSE'));
    await openstack.text('trait', 'create', 'CUSTOM_RACK_A');
    assert.ok(
      column(await openstack.json('trait', 'list', '--name', 'startswith:CUSTOM'), 'name').includes('CUSTOM_RACK_A'),
    );
    const [host = '', other = ''] = hosts;
    await openstack.text('resource', 'provider', 'trait', 'set', '--trait', 'CUSTOM_RACK_A', host);
    const traits = column(await openstack.json('resource', 'provider', 'trait', 'list', host), 'name');
    assert.ok(traits.includes('CUSTOM_RACK_A') && traits.includes('COMPUTE_NODE'), traits.join(' '));
    const ask = ['allocation', 'candidate', 'list', '--resource', 'VCPU=1'];
    assert.deepEqual(serving(await openstack.json(...ask, '--required', 'CUSTOM_RACK_A')), [host]);
    assert.deepEqual(serving(await openstack.json(...ask, '--forbidden', 'CUSTOM_RACK_A')), [other]);
    assert.match(await openstack.refusal('trait', 'delete', 'CUSTOM_RACK_A'), /in use/);
    await openstack.text('resource', 'provider', 'trait', 'delete', host);
    await openstack.text('trait', 'delete', 'CUSTOM_RACK_A');
  });

  test('a provider of its own is made below a host, gets inventory and aggregates, is taken of, and goes', async () => {
    const [host = ''] = hosts;
    const made = await openstack.json('resource', 'provider', 'create', '--parent-provider', host, 'licenses');
    const uuid = textAt(made, 'uuid');
    assert.equal(textAt(made, 'root_provider_uuid'), host);
    await openstack.text('resource', 'provider', 'inventory', 'set', '--resource', 'CUSTOM_LICENSE=3', uuid);
    await openstack.text(
      'resource',
      'provider',
      'aggregate',
      'set',
      '--generation',
      '1',
      '--aggregate',
      AGGREGATE,
      uuid,
    );
    assert.deepEqual(column(await openstack.json('resource', 'provider', 'aggregate', 'list', uuid), 'uuid'), [
      AGGREGATE,
    ]);
    const both = ['allocation', 'candidate', 'list', '--resource', 'VCPU=1', '--resource', 'CUSTOM_LICENSE=2'];
    assert.deepEqual(serving(await openstack.json(...both)).sort(), [host, uuid].sort());
    const owner = ['--project-id', 'p', '--user-id', 'u', '--consumer-type', 'LICENSE'];
    const allocation = (amount: number) => ['--allocation', `rp=${uuid},CUSTOM_LICENSE=${amount}`];
    const set = ['resource', 'provider', 'allocation', 'set', ...owner];
    assert.match(await openstack.refusal(...set, ...allocation(4), CONSUMER), /would exceed the capacity/);
    await openstack.text(...set, ...allocation(2), CONSUMER);
    assert.deepEqual(serving(await openstack.json(...both)), []);
    assert.match(await openstack.refusal('resource', 'provider', 'delete', uuid), /has allocations/);
    await openstack.text('resource', 'provider', 'allocation', 'delete', CONSUMER);
    await openstack.text('resource', 'provider', 'delete', uuid);
    await openstack.text('resource', 'class', 'delete', 'CUSTOM_LICENSE');
  });

  test('a server finds no host when external consumers have taken all of them', async () => {
    const owner = ['--project-id', 'p', '--user-id', 'u', '--consumer-type', 'RESERVATION'];
    const memory = async (host: string): Promise<string> => {
      const inventory = await openstack.json('resource', 'provider', 'inventory', 'show', host, 'MEMORY_MB');
      const usages = await openstack.json('resource', 'provider', 'usage', 'show', host);
      const used = listAt(usages).find((row) => textAt(row, 'resource_class') === 'MEMORY_MB');
      return String(Number(valueAt(inventory, 'total')) - Number(valueAt(used, 'usage')));
    };
    const all = await Promise.all(
      hosts.map(async (host) => ['--allocation', `rp=${host},MEMORY_MB=${await memory(host)}`]),
    );
    await openstack.text('resource', 'provider', 'allocation', 'set', ...owner, ...all.flat(), CONSUMER);
    const how = ['server', 'create', '--image', 'sim', '--flavor', 'm1.nano', '--wait'];
    // This client tells of it and ends as if all were well.
    assert.match(await openstack.text(...how, 'b'), /Error creating server/);
    const refused = await openstack.json('server', 'show', 'b');
    assert.match(JSON.stringify(valueAt(refused, 'fault')), /No valid host/);
    await openstack.text('resource', 'provider', 'allocation', 'delete', CONSUMER);
    assert.equal(textAt(await openstack.json(...how, 'c'), 'status'), 'ACTIVE');
  });
});
