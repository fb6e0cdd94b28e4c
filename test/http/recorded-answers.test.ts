import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as v from 'valibot';
import { stubApp } from './stub-api.ts';
import { stubRoutes } from './stub-routes.ts';

// Answers that were recorded from Nova's own WSGI stack. The file is no part of this repository.
const FILE = new URL('../../../shared/compute-api/faults.json', import.meta.url);

const Examples = v.record(
  v.string(),
  v.object({
    request: v.string(),
    request_headers: v.optional(v.record(v.string(), v.string()), {}),
    request_body: v.optional(v.unknown()),
    request_raw_body: v.optional(v.string()),
    roles: v.optional(v.string()),
    status: v.number(),
    content_type: v.string(),
    body: v.unknown(),
    version_headers: v.record(v.string(), v.string()),
    vary: v.array(v.string()),
    request_id_headers: v.array(v.string()),
  }),
);

const DIFFERENT: Readonly<Record<string, string>> = {
  no_identity: "keystonemiddleware's body is sent, as in a deployment (test/http/compute/dispatcher.test.ts)",
  unexpected_error: 'ours names the request id, not a Python class (test/http/compute/dispatcher.test.ts)',
};

const examples = existsSync(FILE)
  ? v.parse(v.object({ examples: Examples }), JSON.parse(readFileSync(FILE, 'utf8'))).examples
  : null;

test('the recorded answers of Nova are at hand', { skip: examples === null ? 'faults.json is absent' : false }, () => {
  assert.ok(Object.keys(examples ?? {}).length >= 40);
});

for (const [name, example] of Object.entries(examples ?? {})) {
  test(`${example.request} answers as Nova did in ${name}`, { skip: DIFFERENT[name] ?? false }, async () => {
    const [method = '', path = ''] = example.request.split(' ');
    const token = example.roles === 'member' ? 'member' : 'admin';
    const body =
      example.request_raw_body ??
      (example.request_body === undefined ? undefined : JSON.stringify(example.request_body));
    const response = await stubApp(stubRoutes).request(`http://compute.example.com${path}`, {
      method,
      headers: {
        'X-Auth-Token': token,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...example.request_headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const raw = await response.text();
    assert.equal(response.status, example.status, raw);
    assert.deepEqual(typeof example.body === 'string' ? raw : JSON.parse(raw), example.body);
    assert.equal(response.headers.get('content-type'), example.content_type);
    for (const header of ['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version'])
      assert.equal(response.headers.get(header) ?? undefined, example.version_headers[header], header);
    assert.deepEqual(response.headers.get('vary')?.split(/,\s*/) ?? [], example.vary);
    for (const header of ['x-openstack-request-id', 'x-compute-request-id'])
      assert.equal(response.headers.has(header), example.request_id_headers.includes(header), header);
  });
}
