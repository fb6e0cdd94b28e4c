import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import { changeNetwork } from '../../../../actors/network/client.ts';
import { portTable } from '../../../../actors/network/row.ts';
import { type DriverError, driverFailed } from '../../../../drivers/result.ts';
import {
  addFixedIp,
  addFloatingIp,
  addSecurityGroup,
  attachInterface,
  removeFixedIp,
  removeFloatingIp,
  removeSecurityGroup,
} from '../../../../http/compute/interfaces/requests.ts';
import {
  createConsole,
  getSerialConsole,
  getSpiceConsole,
  getVncConsole,
} from '../../../../http/compute/remote-consoles/routes.ts';
import { attachShare } from '../../../../http/compute/server-shares/routes.ts';
import { until } from '../../../process/until.ts';
import { type Answered, startTestCloud, type TestCloud } from '../cloud.ts';
import { testBodies } from '../contract-checks.ts';

let cloud: TestCloud;
let id = '';
before(async () => {
  cloud = await startTestCloud();
  id = await cloud.boot();
  await cloud.until(id, 'ACTIVE');
});
after(() => cloud.close());

const call = (method: string, path: string, body?: unknown, version = '2.104') =>
  cloud.call(method, `/servers/${id}${path}`, { version, ...(body === undefined ? {} : { body }) });
const act = (body: unknown, version = '2.43') => call('POST', '/action', body, version);
const ports = async () => (await call('GET', '/os-interface')).body.interfaceAttachments;
/** How many ports the network has bound for a server. */
const portsOf = (server: string): number => [...portTable.ids(cloud.store, 'device', [server])].length;
/** Waits until the server has one port: the guest lets go of a card in its own time. */
const onePort = () =>
  until('the port is gone', async () => ((await ports()).length === 1 ? true : null), { limitMs: 60_000 });

test('a port is attached to a server, shown with it, and goes when it is detached', async () => {
  const attached = await call('POST', '/os-interface', { interfaceAttachment: { net_id: cloud.networkId } });
  assert.equal(attached.status, 200, JSON.stringify(attached.body));
  const { port_id: port, fixed_ips: addresses } = attached.body.interfaceAttachment;
  assert.equal((await ports()).length, 2);
  const shown = await call('GET', '');
  assert.ok(JSON.stringify(shown.body.server.addresses).includes(addresses[0].ip_address));
  assert.equal((await call('DELETE', `/os-interface/${port}`)).status, 202);
  await onePort();
  assert.equal((await call('DELETE', `/os-interface/${port}`)).status, 404);
  const actions = await call('GET', '/os-instance-actions');
  const names = actions.body.instanceActions.map(({ action }: { action: string }) => action);
  assert.deepEqual([...new Set(names)].sort(), ['attach_interface', 'create', 'detach_interface']);
});

test('a port that is deleted goes from the server that has it', async () => {
  const attached = await call('POST', '/os-interface', { interfaceAttachment: { net_id: cloud.networkId } });
  assert.equal(attached.status, 200, JSON.stringify(attached.body));
  const { port_id: portId, fixed_ips: addresses } = attached.body.interfaceAttachment;
  assert.ok((await changeNetwork(cloud.system, { type: 'deletePort', id: portId })).ok);
  await onePort();
  const { server } = (await call('GET', '')).body;
  assert.ok(!JSON.stringify(server.addresses).includes(addresses[0].ip_address));
});

test('a card that its guest does not get is told of, and its port is gone', async () => {
  const attach = async (): Promise<Answered> => {
    const answers: Answered[] = [];
    void call('POST', '/os-interface', { interfaceAttachment: { net_id: cloud.networkId } }).then((one) =>
      answers.push(one),
    );
    return until('the answer', () => answers[0] ?? null, { limitMs: 60_000 });
  };
  const error: { now: DriverError } = { now: { code: 'HypervisorFailed', reason: 'no' } };
  const broken = [...cloud.hypervisors.values()].map((host) =>
    mock.method(host, 'ensureCards', async () => driverFailed(error.now)),
  );
  const failed = await attach();
  assert.equal(failed.status, 500);
  assert.equal(failed.body.computeFault.message, `Failed to attach network adapter device to ${id}`);
  error.now = { code: 'Unsupported', capability: 'cards' };
  const refused = await attach();
  assert.equal(refused.status, 400);
  assert.equal(
    refused.body.badRequest.message,
    `Attaching interfaces is not supported for instance ${id}. The hypervisor cannot do it: cards.`,
  );
  for (const one of broken) one.mock.restore();
  assert.equal((await ports()).length, 1);
  await until('the network has one port', () => (portsOf(id) === 1 ? true : null), { limitMs: 60_000 });
});

test('a card keeps the tag that it was asked for with, at the creation and later', async () => {
  const tagged = await cloud.boot({ networks: [{ uuid: cloud.networkId, tag: 'first' }] });
  await cloud.until(tagged, 'ACTIVE');
  const path = `/servers/${tagged}/os-interface`;
  const options = { version: '2.70' };
  const body = { interfaceAttachment: { net_id: cloud.networkId, tag: 'public' } };
  const attached = await cloud.call('POST', path, { ...options, body });
  assert.equal(attached.status, 200, JSON.stringify(attached.body));
  assert.equal(attached.body.interfaceAttachment.tag, 'public');
  const listed = (await cloud.call('GET', path, options)).body.interfaceAttachments;
  assert.deepEqual(
    listed.map(({ tag }: { tag: string }) => tag),
    ['first', 'public'],
  );
  const { interfaceAttachments: older } = (await cloud.call('GET', path, { version: '2.69' })).body;
  assert.ok(!('tag' in older[0]));
  await cloud.call('DELETE', `/servers/${tagged}`);
  await cloud.until(tagged, 'gone');
});

test('an interface that cannot be attached is refused, and leaves no port behind', async () => {
  const attach = (interfaceAttachment: object) => call('POST', '/os-interface', { interfaceAttachment });
  const unknown = '8c1a5c0e-5c2b-4c8e-9d53-0c1e3a2b4d5f';
  assert.equal((await attach({ net_id: unknown })).status, 404);
  assert.equal((await attach({ port_id: unknown })).status, 404);
  assert.equal((await attach({ port_id: unknown, net_id: unknown })).status, 400);
  assert.equal((await attach({ fixed_ips: [{ ip_address: '10.0.0.9' }] })).status, 400);
  const [own] = await ports();
  assert.equal((await attach({ port_id: own.port_id })).status, 409);
  assert.equal(
    (await attach({ net_id: cloud.networkId, fixed_ips: [{ ip_address: own.fixed_ips[0].ip_address }] })).status,
    409,
  );
  assert.equal((await act({ lock: null })).status, 202);
  assert.equal((await attach({})).status, 409);
  assert.equal((await act({ unlock: null })).status, 202);
  assert.equal((await ports()).length, 1);
});

test('ports that were attached go with their server', async () => {
  const other = await cloud.boot();
  await cloud.until(other, 'ACTIVE');
  const path = `/servers/${other}`;
  const attached = await cloud.call('POST', `${path}/os-interface`, { body: {} });
  const port = attached.body.interfaceAttachment.port_id;
  assert.equal((await cloud.call('DELETE', path)).status, 204);
  await cloud.until(other, 'gone');
  const again = await call('POST', '/os-interface', { interfaceAttachment: { port_id: port } });
  assert.equal(again.status, 404);
});

test('a security group is put on the ports of a server, and taken off', async () => {
  const group = { name: 'web', description: 'd' };
  await cloud.call('POST', '/os-security-groups', { body: { security_group: group } });
  const names = async () =>
    (await call('GET', '')).body.server.security_groups.map(({ name }: { name: string }) => name).sort();
  assert.equal((await act({ addSecurityGroup: { name: 'web' } })).status, 202);
  assert.deepEqual(await names(), ['default', 'web']);
  assert.equal((await act({ removeSecurityGroup: { name: 'web' } })).status, 202);
  assert.deepEqual(await names(), ['default']);
  assert.equal((await act({ removeSecurityGroup: { name: 'web' } })).status, 404);
  assert.equal((await act({ addSecurityGroup: { name: 'nothing' } })).status, 404);
});

test('a fixed address comes and goes up to 2.43, and a floating one is never there', async () => {
  assert.equal((await act({ addFixedIp: { networkId: cloud.networkId } })).status, 202);
  const [port] = await ports();
  assert.equal(port.fixed_ips.length, 2);
  assert.equal((await act({ removeFixedIp: { address: port.fixed_ips[1].ip_address } })).status, 202);
  assert.equal((await ports())[0].fixed_ips.length, 1);
  assert.equal((await act({ removeFixedIp: { address: '192.0.2.1' } })).status, 400);
  assert.equal((await act({ addFloatingIp: { address: '192.0.2.1' } })).status, 404);
  assert.equal((await act({ addFixedIp: { networkId: cloud.networkId } }, '2.44')).status, 404);
});

test('a console of any type is unavailable, and shares are none', async () => {
  const console = await call('POST', '/remote-consoles', { remote_console: { protocol: 'vnc', type: 'novnc' } });
  assert.equal(console.status, 400);
  assert.equal(console.body.badRequest.message, 'Unavailable console type novnc.');
  assert.equal((await act({ 'os-getVNCConsole': { type: 'novnc' } }, '2.5')).status, 400);
  assert.equal((await act({ 'os-getVNCConsole': { type: 'novnc' } }, '2.6')).status, 404);
  assert.equal((await act({ 'os-getRDPConsole': { type: 'rdp-html5' } }, '2.5')).status, 400);
  assert.deepEqual((await call('GET', '/shares')).body, { shares: [] });
  assert.equal((await call('POST', '/shares', { share: { share_id: id } })).status, 403);
  assert.equal((await call('GET', `/shares/${id}`)).status, 404);
});

testBodies({
  'POST /servers/{server_id}/os-interface': attachInterface,
  'POST /servers/{server_id}/remote-consoles': createConsole,
  'POST /servers/{server_id}/shares': attachShare,
  'POST /servers/{id}/action#addSecurityGroup': addSecurityGroup,
  'POST /servers/{id}/action#removeSecurityGroup': removeSecurityGroup,
  'POST /servers/{id}/action#addFloatingIp': addFloatingIp,
  'POST /servers/{id}/action#removeFloatingIp': removeFloatingIp,
  'POST /servers/{id}/action#addFixedIp': addFixedIp,
  'POST /servers/{id}/action#removeFixedIp': removeFixedIp,
  'POST /servers/{id}/action#os-getVNCConsole': getVncConsole,
  'POST /servers/{id}/action#os-getSPICEConsole': getSpiceConsole,
  'POST /servers/{id}/action#os-getSerialConsole': getSerialConsole,
});
