import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Api, connectApi } from '../process/api.ts';
import { Installation } from '../process/installation.ts';
import { column, textAt, valueAt } from '../process/json.ts';
import { type Openstack, openstackFor, openstackUnavailable } from '../process/openstack.ts';
import { until } from '../process/until.ts';

const DEVICE = '22222222-2222-4333-8444-555555555555';

describe('the openstack client and QoS policies with simulated hosts', { skip: openstackUnavailable }, () => {
  let installation: Installation;
  let openstack: Openstack;
  let api: Api;
  before(async () => {
    installation = new Installation('hosts: 2\nquota: { ramMib: -1 }\n');
    const url = await installation.serve().ready;
    openstack = openstackFor(installation.stateDir, '--os-compute-api-version', '2.72');
    // One header for both services.
    api = await connectApi(url, installation.stateDir, '2.72, placement 1.39');
  });
  after(() => installation.remove());

  /** Sends a request that must go well. */
  const sent = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<unknown> => {
    const answer = await api.request(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

  test('policies and rules are made, shown, changed, listed and deleted', async () => {
    const qos = (...command: string[]) => openstack.json('network', 'qos', ...command);
    await qos('policy', 'create', '--share', 'gold');
    const rule = (...more: string[]) => qos('rule', 'create', 'gold', '--type', ...more);
    const made = await rule('minimum-bandwidth', '--min-kbps', '1000', '--egress');
    assert.equal(valueAt(made, 'min_kbps'), 1000);
    const rate = await rule('minimum-packet-rate', '--min-kpps', '10', '--any');
    assert.match(
      await openstack.refusal('network', 'qos', 'rule', 'create', 'gold', '--type', 'dscp-marking', '--dscp-mark', '8'),
      /nothing on the hosts limits or marks the packets of a port/,
    );
    assert.deepEqual(column(await qos('rule', 'list', 'gold'), 'Type').sort(), [
      'minimum_bandwidth',
      'minimum_packet_rate',
    ]);
    assert.deepEqual(column(await qos('rule', 'type', 'list'), 'Type'), ['minimum_bandwidth', 'minimum_packet_rate']);
    await openstack.text('network', 'qos', 'rule', 'set', '--min-kbps', '500', 'gold', textAt(made, 'id'));
    assert.equal(valueAt(await qos('rule', 'show', 'gold', textAt(made, 'id')), 'min_kbps'), 500);
    await openstack.text('network', 'qos', 'rule', 'delete', 'gold', textAt(rate, 'id'));
    await openstack.text('network', 'qos', 'policy', 'set', '--description', 'd', '--no-default', 'gold');
    assert.equal(textAt(await qos('policy', 'show', 'gold'), 'description'), 'd');
    assert.deepEqual(column(await qos('policy', 'list'), 'Name'), ['gold']);
  });

  test('a server with a port that is guaranteed bandwidth gets it of a provider, until there is none left', async () => {
    const listed = await sent('GET', '/placement/resource_providers?name=sim-1');
    const parent = textAt(listed, 'resource_providers', 0, 'uuid');
    const path = `/placement/resource_providers/${DEVICE}`;
    await sent('POST', '/placement/resource_providers', { uuid: DEVICE, name: 'br0', parent_provider_uuid: parent });
    const inventories = { NET_BW_EGR_KILOBIT_PER_SEC: { total: 900 } };
    await sent('PUT', `${path}/inventories`, { resource_provider_generation: 0, inventories });
    const traits = ['CUSTOM_PHYSNET_PHYSNET0', 'CUSTOM_VNIC_TYPE_NORMAL'];
    for (const trait of traits) await sent('PUT', `/placement/traits/${trait}`);
    await sent('PUT', `${path}/traits`, { resource_provider_generation: 1, traits });
    const provider = ['--provider-physical-network', 'physnet0', '--provider-network-type', 'flat'];
    await openstack.text('network', 'create', ...provider, 'wire');
    await openstack.text('subnet', 'create', '--network', 'wire', '--subnet-range', '10.9.0.0/24', 'wire-v4');
    const port = (name: string) => openstack.json('port', 'create', '--network', 'wire', '--qos-policy', 'gold', name);
    const first = await port('first');
    assert.match(JSON.stringify(valueAt(first, 'resource_request')), /NET_BW_EGR_KILOBIT_PER_SEC.*500/);
    await port('second');
    const boot = (name: string) =>
      openstack.json('server', 'create', '--image', 'sim', '--flavor', 'm1.nano', '--port', name, '--wait', name);
    const made = await boot('first');
    assert.equal(textAt(made, 'status'), 'ACTIVE');
    assert.equal(textAt(made, 'OS-EXT-SRV-ATTR:host'), 'sim-1');
    const bound = await openstack.json('port', 'show', 'first');
    assert.match(JSON.stringify(valueAt(bound, 'binding_profile')), new RegExp(DEVICE));
    const allocations = await sent('GET', `/placement/allocations/${textAt(made, 'id')}`);
    assert.equal(valueAt(allocations, 'allocations', DEVICE, 'resources', 'NET_BW_EGR_KILOBIT_PER_SEC'), 500);
    await openstack.text('server', 'create', '--image', 'sim', '--flavor', 'm1.nano', '--port', 'second', 'x');
    const look = async () => {
      const { body } = await api.request('GET', '/compute/v2.1/servers/detail?name=^x$');
      return textAt(body, 'servers', 0, 'status') === 'ERROR' ? body : null;
    };
    const failed = await until('there is none left', look, { limitMs: 60_000 });
    assert.match(textAt(failed, 'servers', 0, 'fault', 'message'), /No valid host was found/);
    assert.match(await openstack.refusal('network', 'qos', 'policy', 'delete', 'gold'), /1 of 1 QoS policies failed/);
    await openstack.text('server', 'delete', '--wait', 'first', 'x');
    const usages = await sent('GET', `${path}/usages`);
    assert.equal(valueAt(usages, 'usages', 'NET_BW_EGR_KILOBIT_PER_SEC'), 0);
    await openstack.text('port', 'unset', '--qos-policy', 'second');
    await openstack.text('port', 'delete', 'first');
    await openstack.text('network', 'qos', 'policy', 'delete', 'gold');
  });
});
