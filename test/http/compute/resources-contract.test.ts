import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  addTenantAccess,
  createExtraSpecs,
  createFlavor,
  listFlavors,
  removeTenantAccess,
  updateExtraSpec,
  updateFlavor,
} from '../../../http/compute/flavors/requests.ts';
import { listHypervisors, showHypervisor } from '../../../http/compute/hypervisors/requests.ts';
import { createKeypair, listKeypairs, oneKeypair } from '../../../http/compute/keypairs/requests.ts';
import { noQuery } from '../../../http/compute/no-query.ts';
import { numericId } from '../../../http/compute/numeric-id.ts';
import { ofUser, updateQuotaSet } from '../../../http/compute/quota-sets/requests.ts';
import { actOnService, listServices, updateService } from '../../../http/compute/services/requests.ts';
import { compareMicroversions, type Microversion } from '../../../http/microversions.ts';
import type { Shape } from '../../../http/shape.ts';
import { validateBody, validateQuery } from '../../../http/validation.ts';
import { type CallOptions, startTestCloud, type TestCloud } from './cloud.ts';
import { contractAbsent, contractSchema, entriesOf, samplesOf, versionsOf } from './contract.ts';

const skip = contractAbsent;
const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f t';
const PROJECT = '6f70656e737461636b20342065766572';
let cloud: TestCloud;
let hypervisor = '';
let service = '';
/** Each creation needs a name of its own. */
let count = 0;

const admin = (method: string, path: string, body?: unknown, version = '2.104') =>
  cloud.call(method, path, { as: 'admin', version, ...(body === undefined ? {} : { body }) });

before(async () => {
  cloud = await startTestCloud({ hosts: 2, quota: { keyPairs: -1 } });
  const server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  const shown = await cloud.call('GET', `/servers/${server}`, { as: 'admin' });
  const { body } = await admin('GET', '/os-hypervisors/detail');
  const home = body.hypervisors.find(
    (one: { service: { host: string } }) => one.service.host === shown.body.server['OS-EXT-SRV-ATTR:host'],
  );
  hypervisor = home.id;
  service = home.service.id;
  const flavor = {
    name: 'private',
    id: 'p',
    ram: 64,
    vcpus: 1,
    disk: 1,
    swap: 32,
    'os-flavor-access:is_public': false,
  };
  assert.equal((await admin('POST', '/flavors', { flavor })).status, 200);
  for (const tenant of [PROJECT, 'gone'])
    assert.equal((await admin('POST', '/flavors/p/action', { addTenantAccess: { tenant } })).status, 200);
  assert.equal(
    (await admin('POST', '/flavors/p/os-extra_specs', { extra_specs: { 'hw:numa_nodes': '2' } })).status,
    200,
  );
  const keypair = { name: 'k', public_key: PUBLIC_KEY };
  assert.equal((await admin('POST', '/os-keypairs', { keypair })).status, 201);
});
after(() => cloud.close());

const isBefore = (version: Microversion, other: Microversion): boolean => compareMicroversions(version, other) < 0;

const idAt = (uuid: string, version: Microversion): string =>
  isBefore(version, '2.53') ? String(numericId(uuid)) : uuid;

/** A request of an operation. */
interface Asked {
  readonly path: string;
  readonly body?: unknown;
}

const newName = (): string => `n${++count}`;
const restoreAccess = (tenant: string) => admin('POST', '/flavors/p/action', { addTenantAccess: { tenant } });

const OPERATIONS: Readonly<Record<string, (version: Microversion) => Asked | Promise<Asked>>> = {
  'GET /flavors': () => ({ path: '/flavors?limit=1&is_public=none' }),
  'GET /flavors/detail': () => ({ path: '/flavors/detail?limit=4&is_public=none' }),
  'GET /flavors/{id}': () => ({ path: '/flavors/p' }),
  'POST /flavors': () => ({ path: '/flavors', body: { flavor: { name: newName(), ram: '64', vcpus: 1, disk: 0 } } }),
  'PUT /flavors/{id}': () => ({ path: '/flavors/p', body: { flavor: { description: 'd' } } }),
  'DELETE /flavors/{id}': async () => {
    const { body } = await admin('POST', '/flavors', { flavor: { name: newName(), ram: 64, vcpus: 1, disk: 0 } });
    return { path: `/flavors/${body.flavor.id}` };
  },
  'POST /flavors/{id}/action#addTenantAccess': () => ({
    path: '/flavors/p/action',
    body: { addTenantAccess: { tenant: newName() } },
  }),
  'POST /flavors/{id}/action#removeTenantAccess': async () => {
    const tenant = newName();
    await restoreAccess(tenant);
    return { path: '/flavors/p/action', body: { removeTenantAccess: { tenant } } };
  },
  'GET /flavors/{flavor_id}/os-flavor-access': () => ({ path: '/flavors/p/os-flavor-access' }),
  'GET /flavors/{flavor_id}/os-extra_specs': () => ({ path: '/flavors/p/os-extra_specs' }),
  'POST /flavors/{flavor_id}/os-extra_specs': () => ({
    path: '/flavors/p/os-extra_specs',
    body: { extra_specs: { own: 1, 'hw:cpu_policy': 'shared' } },
  }),
  'GET /flavors/{flavor_id}/os-extra_specs/{id}': () => ({ path: '/flavors/p/os-extra_specs/hw:numa_nodes' }),
  'PUT /flavors/{flavor_id}/os-extra_specs/{id}': () => ({ path: '/flavors/p/os-extra_specs/x', body: { x: 'y' } }),
  'DELETE /flavors/{flavor_id}/os-extra_specs/{id}': async () => {
    await admin('PUT', '/flavors/p/os-extra_specs/z', { z: '1' });
    return { path: '/flavors/p/os-extra_specs/z' };
  },
  'GET /os-keypairs': () => ({ path: '/os-keypairs?limit=1' }),
  'GET /os-keypairs/{id}': () => ({ path: '/os-keypairs/k' }),
  'POST /os-keypairs': () => ({ path: '/os-keypairs', body: { keypair: { name: newName(), public_key: PUBLIC_KEY } } }),
  'DELETE /os-keypairs/{id}': async () => {
    const name = newName();
    await admin('POST', '/os-keypairs', { keypair: { name, public_key: PUBLIC_KEY } });
    return { path: `/os-keypairs/${name}` };
  },
  'GET /os-hypervisors': (version) => ({
    path: isBefore(version, '2.53') ? '/os-hypervisors?limit=1' : '/os-hypervisors?limit=1&with_servers=true',
  }),
  'GET /os-hypervisors/detail': (version) => ({
    path: isBefore(version, '2.53') ? '/os-hypervisors/detail' : '/os-hypervisors/detail?limit=2&with_servers=1',
  }),
  'GET /os-hypervisors/statistics': () => ({ path: '/os-hypervisors/statistics' }),
  'GET /os-hypervisors/{id}': (version) => ({ path: `/os-hypervisors/${idAt(hypervisor, version)}` }),
  'GET /os-hypervisors/{id}/uptime': (version) => ({ path: `/os-hypervisors/${idAt(hypervisor, version)}/uptime` }),
  'GET /os-hypervisors/{id}/search': () => ({ path: '/os-hypervisors/example/search' }),
  'GET /os-hypervisors/{id}/servers': () => ({ path: '/os-hypervisors/sim/servers' }),
  'GET /os-services': () => ({ path: '/os-services' }),
  'PUT /os-services/{id}': (version) =>
    isBefore(version, '2.53')
      ? {
          path: '/os-services/disable-log-reason',
          body: { host: 'sim-0', binary: 'nova-compute', disabled_reason: 'r' },
        }
      : { path: `/os-services/${service}`, body: { status: 'disabled', disabled_reason: 'r' } },
  'GET /os-availability-zone': () => ({ path: '/os-availability-zone' }),
  'GET /os-availability-zone/detail': () => ({ path: '/os-availability-zone/detail' }),
  'GET /limits': () => ({ path: '/limits' }),
  'GET /os-quota-sets/{id}': () => ({ path: `/os-quota-sets/${PROJECT}?user_id=u1` }),
  'GET /os-quota-sets/{id}/detail': () => ({ path: `/os-quota-sets/${PROJECT}/detail` }),
  'GET /os-quota-sets/{id}/defaults': () => ({ path: `/os-quota-sets/${PROJECT}/defaults` }),
  'DELETE /os-quota-sets/{id}': () => ({ path: `/os-quota-sets/${PROJECT}` }),
  'GET /extensions': () => ({ path: '/extensions' }),
  'GET /extensions/{id}': () => ({ path: '/extensions/os-keypairs' }),
};

for (const [op, ask] of Object.entries(OPERATIONS)) {
  test(`${op} answers with the status and the body of the contract at every microversion`, { skip }, async () => {
    for (const entry of entriesOf(op)) {
      for (const version of versionsOf(entry)) {
        const { path, body } = await ask(version);
        const options: CallOptions = { version, as: 'admin', ...(body === undefined ? {} : { body }) };
        const answer = await cloud.call(entry.method, path, options);
        assert.equal(answer.status, entry.success, `${version}: ${JSON.stringify(answer.body)}`);
        const validate = contractSchema(entry.response ?? '');
        const told = `${op} at ${version}: ${JSON.stringify(answer.body)}`;
        assert.ok(validate(answer.body), `${told} ${JSON.stringify(validate.errors)}`);
      }
    }
  });
}

/** What is outside of an operation's range is no route. */
const GONE: readonly (readonly [string, string, Microversion])[] = [
  ['PUT', '/flavors/p', '2.54'],
  ['GET', '/os-hypervisors/statistics', '2.88'],
  ['GET', '/os-hypervisors/sim/search', '2.53'],
  ['GET', '/os-hypervisors/sim/servers', '2.53'],
  ['GET', '/os-hypervisors/1/uptime', '2.88'],
];
for (const [method, path, version] of GONE) {
  test(`${method} ${path} is 404 at ${version}`, async () => {
    const options: CallOptions = { as: 'admin', version, ...(method === 'PUT' ? { body: {} } : {}) };
    assert.equal((await cloud.call(method, path, options)).status, 404);
  });
}

const BODIES: Readonly<Record<string, (version: Microversion) => Shape<unknown>>> = {
  'POST /flavors': () => createFlavor,
  'PUT /flavors/{id}': () => updateFlavor,
  'POST /flavors/{id}/action#addTenantAccess': () => addTenantAccess,
  'POST /flavors/{id}/action#removeTenantAccess': () => removeTenantAccess,
  'POST /flavors/{flavor_id}/os-extra_specs': () => createExtraSpecs,
  'PUT /flavors/{flavor_id}/os-extra_specs/{id}': () => updateExtraSpec,
  'POST /os-keypairs': () => createKeypair,
  'PUT /os-services/{id}': (version) => (isBefore(version, '2.53') ? actOnService : updateService),
  'PUT /os-quota-sets/{id}': () => updateQuotaSet,
};

for (const [op, shapeAt] of Object.entries(BODIES)) {
  test(`every request sample of ${op} is taken`, { skip }, () => {
    for (const { file, version, body } of samplesOf(op)) {
      const result = validateBody(shapeAt(version).at(version), body);
      assert.ok(result.ok, `${file}: ${JSON.stringify(result)}`);
    }
  });

  test(`the body of ${op} is taken and refused as the contract says at every microversion`, { skip }, () => {
    for (const entry of entriesOf(op)) {
      const validate = contractSchema(entry.body ?? '');
      for (const version of versionsOf(entry)) {
        for (const { file, body } of samplesOf(op)) {
          const ours = validateBody(shapeAt(version).at(version), body).ok;
          assert.equal(ours, validate(body), `${file} at ${version}`);
        }
        assert.equal(validateBody(shapeAt(version).at(version), { stranger: 1 }).ok, validate({ stranger: 1 }));
      }
    }
  });
}

const QUERIES: Readonly<Record<string, Shape<unknown>>> = {
  'GET /flavors': listFlavors,
  'GET /flavors/detail': listFlavors,
  'GET /flavors/{id}': noQuery,
  'GET /flavors/{flavor_id}/os-flavor-access': noQuery,
  'GET /flavors/{flavor_id}/os-extra_specs': noQuery,
  'GET /flavors/{flavor_id}/os-extra_specs/{id}': noQuery,
  'GET /os-keypairs': listKeypairs,
  'GET /os-keypairs/{id}': oneKeypair,
  'DELETE /os-keypairs/{id}': oneKeypair,
  'GET /os-hypervisors': listHypervisors,
  'GET /os-hypervisors/detail': listHypervisors,
  'GET /os-hypervisors/{id}': showHypervisor,
  'GET /os-services': listServices,
  'GET /os-availability-zone': noQuery,
  'GET /os-availability-zone/detail': noQuery,
  'GET /os-quota-sets/{id}': ofUser,
  'GET /os-quota-sets/{id}/detail': ofUser,
  'DELETE /os-quota-sets/{id}': ofUser,
  'GET /extensions': noQuery,
  'GET /extensions/{id}': noQuery,
};

const CANDIDATES: readonly Readonly<Record<string, readonly string[]>>[] = [
  { stranger: ['1'] },
  { limit: ['1'] },
  { limit: ['-1'] },
  { limit: ['x'] },
  { limit: ['1', '2'] },
  { marker: ['m'] },
  { marker: ['m', 'n'] },
  { user_id: ['u'] },
  { name: ['n'] },
  { sort_key: ['rxtx_factor'] },
  { sort_key: ['nothing'] },
  { sort_dir: ['asc'] },
  { sort_dir: ['up'] },
  { with_servers: ['true'] },
  { with_servers: ['maybe'] },
  { hypervisor_hostname_pattern: ['a.b'] },
  { hypervisor_hostname_pattern: ['a b'] },
  { host: ['h'], binary: ['b'] },
];

for (const [op, shape] of Object.entries(QUERIES)) {
  test(`the query of ${op} is taken and refused as the contract says at every microversion`, { skip }, () => {
    for (const entry of entriesOf(op)) {
      const validate = contractSchema(entry.query ?? '');
      for (const version of versionsOf(entry)) {
        for (const query of CANDIDATES) {
          // The validator of the contract does not know that bounds hold for numbers in strings.
          const expected = query['limit']?.[0] === '-1' ? validate({ ...query, limit: ['x'] }) : validate(query);
          const ours = validateQuery(shape.at(version), query).ok;
          assert.equal(ours, expected, `${JSON.stringify(query)} at ${version}`);
        }
      }
    }
  });
}
