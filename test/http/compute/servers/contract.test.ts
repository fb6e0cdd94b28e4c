import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listServers } from '../../../../http/compute/servers/list-query.ts';
import { createServer, updateServer } from '../../../../http/compute/servers/requests.ts';
import type { Microversion } from '../../../../http/microversions.ts';
import type { Shape } from '../../../../http/shape.ts';
import { type Validated, validateBody, validateQuery } from '../../../../http/validation.ts';
import { type CallOptions, startTestCloud, type TestCloud } from '../cloud.ts';
import { contractAbsent, contractSchema, entriesOf, samplesOf, versionsOf } from '../contract.ts';

const skip = contractAbsent;
let cloud: TestCloud;
/** A running server with everything, and one for which there was no host. */
let running = '';
let failed = '';

before(async () => {
  cloud = await startTestCloud({ quota: { instances: -1, cores: -1, ramMib: -1 } });
  running = await cloud.boot({
    tags: ['blue'],
    metadata: { role: 'web' },
    description: 'd',
    user_data: 'IyE=',
    accessIPv4: '192.0.2.1',
    accessIPv6: '2001:db8::1',
    config_drive: true,
    availability_zone: 'nova',
  });
  failed = await cloud.boot({ flavorRef: '9' });
  await cloud.until(running, 'ACTIVE');
  await cloud.until(failed, 'ERROR');
});
after(() => cloud.close());

const assertMatches = (schema: string, body: unknown, what: string): void => {
  const validate = contractSchema(schema);
  assert.ok(validate(body), `${what}: ${JSON.stringify(validate.errors)}\n${JSON.stringify(body)}`);
};

/** A request of an operation, for a server. */
type Asks = (id: string, version: Microversion) => { readonly path: string; readonly body?: unknown };

const reads: Readonly<Record<string, Asks>> = {
  'GET /servers': () => ({ path: '/servers?limit=1' }),
  'GET /servers/detail': () => ({ path: '/servers/detail?limit=1' }),
  'GET /servers/{id}': (id) => ({ path: `/servers/${id}` }),
  'PUT /servers/{id}': (id) => ({ path: `/servers/${id}`, body: { server: { name: 'renamed' } } }),
  'GET /servers/{server_id}/os-instance-actions': (id) => ({ path: `/servers/${id}/os-instance-actions` }),
};

for (const [op, asks] of Object.entries(reads)) {
  test(`${op} answers as Nova's schemas say at every microversion`, { skip }, async () => {
    for (const entry of entriesOf(op)) {
      for (const version of versionsOf(entry)) {
        for (const as of ['member', 'admin'] as const) {
          for (const id of [running, failed]) {
            const { path, body } = asks(id, version);
            const options: CallOptions = body === undefined ? { version, as } : { version, as, body };
            const answer = await cloud.call(entry.method, path, options);
            assert.equal(answer.status, entry.success, JSON.stringify(answer.body));
            assertMatches(entry.response ?? '', answer.body, `${op} at ${version} for ${as}`);
          }
        }
      }
    }
  });
}

test('an instance action answers as the schemas of Nova say at every microversion', { skip }, async () => {
  for (const entry of entriesOf('GET /servers/{server_id}/os-instance-actions/{id}')) {
    for (const version of versionsOf(entry)) {
      for (const as of ['member', 'admin'] as const) {
        for (const id of [running, failed]) {
          const list = await cloud.call('GET', `/servers/${id}/os-instance-actions`);
          const requestId = list.body.instanceActions[0].request_id;
          const answer = await cloud.call('GET', `/servers/${id}/os-instance-actions/${requestId}`, { version, as });
          assert.equal(answer.status, entry.success);
          assertMatches(entry.response ?? '', answer.body, `at ${version} for ${as}`);
        }
      }
    }
  }
});

test('POST /servers answers as the schemas of Nova say at every microversion', { skip }, async () => {
  for (const entry of entriesOf('POST /servers')) {
    for (const version of versionsOf(entry)) {
      for (const more of [{}, { return_reservation_id: true }]) {
        const body = {
          server: { name: 'x', flavorRef: '1', imageRef: '70a599e0-31e7-49b7-b260-868f441e862b', ...more },
        };
        const networks = entry.body === 'servers.create' || Number(version.slice(2)) < 37 ? {} : { networks: 'none' };
        const asked = { server: { ...body.server, ...networks } };
        const answer = await cloud.call('POST', '/servers', { version, body: asked });
        assert.equal(answer.status, entry.success, `${version} ${JSON.stringify(answer.body)}`);
        assertMatches(entry.response ?? '', answer.body, `at ${version}`);
      }
    }
  }
});

const bodies: Readonly<Record<string, Shape<unknown>>> = {
  'POST /servers': createServer,
  'PUT /servers/{id}': updateServer,
};

for (const [op, shape] of Object.entries(bodies)) {
  test(`${op} takes every sample of Nova`, { skip }, () => {
    for (const { file, version, body } of samplesOf(op)) {
      const checked = validateBody(shape.at(version), body);
      assert.ok(checked.ok, `${file}: ${checked.ok ? '' : checked.message}`);
    }
  });
}

/** Values that are right for some fields and wrong for others. */
const CANDIDATES: readonly unknown[] = [
  null,
  true,
  'true',
  1,
  0,
  -1,
  1.5,
  '',
  ' x',
  'x',
  'a/b',
  'a'.repeat(64),
  'a'.repeat(256),
  'none',
  'auto',
  'AUTO',
  'a:b',
  '/24',
  'host.example.com',
  '192.0.2.1',
  '2001:db8::1',
  'IyE=',
  '70a599e0-31e7-49b7-b260-868f441e862b',
  [],
  ['x'],
  ['x', 'x'],
  [null],
  ['70a599e0-31e7-49b7-b260-868f441e862b'],
  {},
  { x: 'y' },
  { x: 1 },
  { name: 'x' },
  [{}],
  [{ name: 'x' }],
  [{ uuid: 'x' }],
  [{ uuid: '70a599e0-31e7-49b7-b260-868f441e862b', tag: 't' }],
  [{ port: null, fixed_ip: '192.0.2.1' }],
  [{ fixed_ip: 'x' }],
  [{ boot_index: null, source_type: 'image', uuid: 'a' }],
  [{ boot_index: 0, tag: 't' }],
  [{ volume_type: null }],
  [{ volume_size: 0 }],
  [{ path: 'x', contents: 'IyE=' }],
  { group: '70a599e0-31e7-49b7-b260-868f441e862b' },
  { group: 'x' },
  { same_host: ['x'] },
  { cidr: '/24', free: 1 },
];

const withField = (body: object, path: readonly string[], value: unknown): object => {
  const [key = '', ...rest] = path;
  const inner: unknown = Object.entries(body).find(([name]) => name === key)?.[1];
  const next = rest.length === 0 ? value : withField(typeof inner === 'object' && inner ? inner : {}, rest, value);
  return { ...body, [key]: next };
};

const fieldsOf = (schema: string): string[] => {
  const { schema: found } = contractSchema(schema);
  const text = JSON.stringify(found);
  const parsed: { properties?: { server?: { properties?: object } } } = JSON.parse(text);
  return Object.keys(parsed.properties?.server?.properties ?? {});
};

for (const [op, shape] of Object.entries(bodies)) {
  test(`${op} takes and refuses the same fields and values as Nova at every microversion`, { skip }, () => {
    let compared = 0;
    for (const entry of entriesOf(op)) {
      const validate = contractSchema(entry.body ?? '');
      const everyField = fieldsOf(entriesOf(op).at(-1)?.body ?? '');
      const [version] = versionsOf(entry);
      if (version === undefined) continue;
      const good = op.startsWith('PUT')
        ? { server: {} }
        : { server: { name: 'x', flavorRef: '1', ...(Number(version.slice(2)) < 37 ? {} : { networks: [] }) } };
      const paths = [
        ...[...new Set([...fieldsOf(entry.body ?? ''), ...everyField, 'personality', 'unknown'])].map((f) => [
          'server',
          f,
        ]),
        ['server'],
        ['os:scheduler_hints'],
        ['OS-SCH-HNT:scheduler_hints'],
        ['unknown'],
      ];
      for (const path of paths) {
        for (const value of CANDIDATES) {
          const body = withField(good, path, value);
          const expected = validate(body);
          const checked: Validated<unknown> = validateBody(shape.at(version), body);
          assert.equal(
            checked.ok,
            expected,
            `${op} at ${version}: ${JSON.stringify(body)} ${checked.ok ? '' : checked.message}`,
          );
          compared += 1;
        }
      }
    }
    assert.ok(compared > 1000);
  });
}

for (const op of ['GET /servers', 'GET /servers/detail']) {
  test(`${op} takes and refuses the same parameters as Nova at every microversion`, { skip }, () => {
    const names = new Set(
      entriesOf(op).flatMap(({ query }) => {
        const { schema } = contractSchema(query ?? '');
        const parsed: { properties?: object } = JSON.parse(JSON.stringify(schema));
        return Object.keys(parsed.properties ?? {});
      }),
    );
    for (const entry of entriesOf(op)) {
      const validate = contractSchema(entry.query ?? '');
      for (const version of versionsOf(entry)) {
        for (const name of [...names, 'unknown', '_x']) {
          for (const value of ['', 'x', '1', '-1', '(', '2024-01-01', 'locked', 'id', 'uuid', 'created_at']) {
            const expected = validate({ [name]: [value] });
            const checked = validateQuery(listServers.at(version), { [name]: [value] });
            // A negative number as text: Nova's validator applies bounds to it, the plain one does not.
            if (name === 'limit' && value === '-1') assert.equal(checked.ok, false);
            else assert.equal(checked.ok, expected, `${name}=${value} at ${version}`);
          }
        }
      }
    }
  });
}
