import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadPlugins } from '../../../../composition/plugins.ts';
import { type ApiPlugin, reply, route } from '../../../../http/compute/plugins/index.ts';
import { BASE_RULES, POLICIES } from '../../../../http/compute/policies.ts';
import { compilePolicies } from '../../../../http/policy.ts';
import { temporaryFolder } from '../../../storage/temporary-folder.ts';
import { startTestCloud, type TestCloud } from '../cloud.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const folder = temporaryFolder();
after(() => folder.remove());

/** The example of docs/api-plugins.md as it stands there, in a folder from which no package can be found. */
const exampleFile = (): string => {
  const page = readFileSync(join(ROOT, 'docs/api-plugins.md'), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const file = join(folder.path, 'acme.mjs');
  assert.match(code, /from 'novella\/plugin'/);
  writeFileSync(file, code);
  return file;
};

let cloud: TestCloud;
let id = '';
before(async () => {
  const { routes, plugins } = await loadPlugins([exampleFile()], []);
  const rules = Object.assign({}, POLICIES, ...plugins.map((plugin) => plugin.policies));
  cloud = await startTestCloud({ api: { routes, policies: compilePolicies({ base: BASE_RULES, rules }) } });
  id = await cloud.boot();
  await cloud.until(id, 'ACTIVE');
});
after(() => cloud.close());

const setCost = (body: unknown, version = '2.90', as: 'member' | 'stranger' = 'member') =>
  cloud.call('POST', `/servers/${id}/action`, { version, as, body: { 'acme:setCost': body } });

test('the example of the guide adds a route, an action and a field', async () => {
  assert.deepEqual((await cloud.call('GET', `/servers/${id}/x-acme`)).body, { cost: null });
  assert.equal((await setCost({ centre: 'c7' })).status, 202);
  assert.deepEqual((await cloud.call('GET', `/servers/${id}/x-acme`)).body, { cost: 'c7' });
  assert.equal((await cloud.call('GET', `/servers/${id}`, { version: '2.90' })).body.server['acme:cost'], 'c7');
  const list = await cloud.call('GET', '/servers/detail', { version: '2.104' });
  assert.equal(list.body.servers[0]['acme:cost'], 'c7');
});

test('what a plug-in adds has its microversions, schemas and policies', async () => {
  assert.equal('acme:cost' in (await cloud.call('GET', `/servers/${id}`, { version: '2.89' })).body.server, false);
  assert.equal((await setCost({ centre: 'c' }, '2.89')).status, 404);
  assert.equal((await setCost({ centre: '' })).status, 400);
  assert.equal((await setCost({ centre: 'c', note: 'n' })).status, 400);
  assert.equal((await setCost({ centre: 'c', note: 'n' }, '2.95')).status, 202);
  assert.equal((await setCost({ centre: 'c' }, '2.90', 'stranger')).status, 404);
});

const aRoute = (path: string, changes: object = {}) =>
  route({
    method: 'GET',
    path,
    policy: { rule: 'os_compute_api:servers:show', target: 'own' },
    success: 200,
    handler: () => reply({}),
    ...changes,
  });

const refused: readonly (readonly [what: string, plugin: unknown, message: RegExp])[] = [
  ['nothing', undefined, /its export/],
  ['a name with a slash', { name: 'a/b' }, /name: expected lower-case/],
  ['an unknown part', { name: 'a', hooks: [] }, /hooks/],
  ['a route that is none', { name: 'a', routes: [{}] }, /what route\(\) returns/],
  ['a path without its name', { name: 'a', routes: [aRoute('/servers/x')] }, /needs a segment x-a/],
  ['no policy', { name: 'a', routes: [aRoute('/x-a', { policy: null })] }, /has no policy/],
  [
    'a rule that is not there',
    { name: 'a', routes: [aRoute('/x-a', { policy: { rule: 'plugin:a:no', target: 'own' } })] },
    /plugin:a:no, which is not there/,
  ],
  ['a body without a schema', { name: 'a', routes: [aRoute('/x-a', { method: 'POST' })] }, /no schema of its body/],
  ['two routes for one operation', { name: 'a', routes: [aRoute('/x-a'), aRoute('/x-a')] }, /two routes for GET \/x-a/],
  [
    'a field without its name',
    { name: 'a', fields: [{ resource: 'server', name: 'b', value: () => 1 }] },
    /must begin with a:/,
  ],
];

for (const [what, plugin, message] of refused)
  test(`a plug-in with ${what} is refused at the start`, async () => {
    const file = join(folder.path, `${refused.findIndex(([one]) => one === what)}.mjs`);
    Object.assign(globalThis, { [file]: plugin });
    writeFileSync(file, `export const plugin = globalThis[${JSON.stringify(file)}];\n`);
    await assert.rejects(loadPlugins([file], []), (error: Error) => {
      assert.match(error.message, message);
      return error.constructor.name === 'SettingsRefused';
    });
  });

test('a module that is not there, and two plug-ins of one name, are refused', async () => {
  await assert.rejects(loadPlugins([join(folder.path, 'absent.mjs')], []), /cannot be loaded/);
  const plugin: ApiPlugin = { name: 'a' };
  await assert.rejects(loadPlugins([], [plugin, plugin]), /there are two of this name/);
});
