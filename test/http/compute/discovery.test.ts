import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stubApp } from '../stub-api.ts';

const get = async (mount: string, url: string, headers: Record<string, string> = {}, changes = {}) => {
  const response = await stubApp([], { mount, ...changes }).request(url, { headers });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
};

test('the root lists v2.0 and v2.1 without a token, at a prefix and on a port of its own', async () => {
  for (const mount of ['', '/compute'])
    for (const slash of ['', '/']) {
      const { status, body, headers } = await get(mount, `http://h:8774${mount}${slash}`);
      assert.equal(status, 200);
      assert.deepEqual(body, {
        versions: [
          {
            id: 'v2.0',
            status: 'DEPRECATED',
            version: '',
            min_version: '',
            updated: '2025-07-04T12:00:00Z',
            links: [{ rel: 'self', href: `http://h:8774${mount}/v2/` }],
          },
          {
            id: 'v2.1',
            status: 'CURRENT',
            version: '2.104',
            min_version: '2.1',
            updated: '2013-07-23T11:33:21Z',
            links: [{ rel: 'self', href: `http://h:8774${mount}/v2.1/` }],
          },
        ],
      });
      assert.equal(headers.has('x-openstack-request-id'), false);
    }
});

test('the version document needs no token, and says the version that was negotiated', async () => {
  const { status, body, headers } = await get('/compute', 'http://h/compute/v2.1/', {
    'OpenStack-API-Version': 'compute 2.9',
  });
  assert.equal(status, 200);
  assert.equal(body.version.links[0].href, 'http://h/compute/v2.1/');
  assert.equal(headers.get('openstack-api-version'), 'compute 2.9');
});

test('the document of legacy v2 heeds and says no microversion', async () => {
  const { status, body, headers } = await get('/compute', 'http://h/compute/v2', {
    'OpenStack-API-Version': 'compute 9.9',
  });
  assert.equal(status, 200);
  assert.equal(body.version.id, 'v2.0');
  assert.equal(headers.has('openstack-api-version'), false);
});

test('a path outside every version gets choices', async () => {
  const { status, body } = await get('/compute', 'http://h/compute/v3/foo');
  assert.equal(status, 300);
  assert.deepEqual(
    body.choices.map((choice: { links: { href: string }[] }) => choice.links[0]?.href),
    ['http://h/compute/v2/v3/foo', 'http://h/compute/v2.1/v3/foo'],
  );
  assert.equal((await get('/compute', 'http://h/compute/v2.10/servers')).status, 300);
});

test('links use the configured endpoint, or a trusted proxy, but not an untrusted one', async () => {
  const forwarded = {
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'cloud.example',
    'X-Forwarded-Prefix': '/edge',
  };
  const href = async (changes: object) => {
    const { body } = await get('/compute', 'http://h/compute/', forwarded, changes);
    return body.versions[1].links[0].href;
  };
  assert.equal(await href({}), 'http://h/compute/v2.1/');
  assert.equal(await href({ trustForwarded: true }), 'https://cloud.example/edge/compute/v2.1/');
  assert.equal(await href({ publicEndpoint: 'https://public/c' }), 'https://public/c/v2.1/');
});
