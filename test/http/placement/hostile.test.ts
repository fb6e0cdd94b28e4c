import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placementRoutes } from '../../../http/placement/routes.ts';
import { seededRandom } from '../../../runtime/random.ts';
import type { Entry } from '../../../runtime/store.ts';
import { mutated, pick, withDuplicates } from '../hostile/bodies.ts';
import { type Answer, id, startPlacement } from './placement-api.ts';

const CASES = Number(process.env['NOVELLA_HOSTILE_CASES'] ?? 3_000);
const CASES_PER_CELL = 1_000;

const owner = { project_id: 'p', user_id: 'u' };
const allocations = { [id(1)]: { resources: { VCPU: 1 } } };
const consumer = {
  allocations,
  ...owner,
  consumer_generation: null,
  consumer_type: 'INSTANCE',
  mappings: { _A: [id(1)] },
};
const inventory = { total: 4, reserved: 1, min_unit: 1, max_unit: 4, step_size: 1, allocation_ratio: 1.5 };
const counted = { resource_provider_generation: 0 };

/** Bodies that some version of a route takes, by the end of its path. */
const BODIES: Readonly<Record<string, readonly unknown[]>> = {
  resource_classes: [{ name: 'CUSTOM_A' }],
  '{name}': [{ name: 'CUSTOM_B' }],
  resource_providers: [{ name: 'a', uuid: id(2), parent_provider_uuid: id(1) }, { name: 'b' }],
  '{uuid}': [{ name: 'c', parent_provider_uuid: null }],
  inventories: [
    { ...counted, inventories: { VCPU: inventory } },
    { ...inventory, resource_class: 'VGPU' },
  ],
  '{resource_class}': [{ ...counted, ...inventory }],
  aggregates: [[id(5)], { ...counted, aggregates: [id(5), id(6)] }],
  traits: [{ ...counted, traits: ['HW_CPU_X86_VMX'] }],
  allocations: [{ [id(7)]: consumer }],
  '{consumer_uuid}': [
    consumer,
    { allocations: [{ resource_provider: { uuid: id(1) }, resources: { VCPU: 1 } }], ...owner },
  ],
  reshaper: [
    {
      inventories: { [id(1)]: { ...counted, inventories: { VCPU: inventory } } },
      allocations: { [id(7)]: consumer },
    },
  ],
};

const NAMES = [
  id(1),
  id(7),
  'VCPU',
  'CUSTOM_A',
  'x'.repeat(3_000),
  '%00',
  '%2e%2e%2f',
  '%ff',
  '%',
  '__proto__',
  'constructor',
  'ÿ',
  '-'.repeat(36),
  id(1).toUpperCase().replaceAll('-', ''),
];
const VALUES = [
  'VCPU:1',
  'VCPU:1,'.repeat(500),
  'VCPU:99999999999999999999',
  '__proto__:1',
  'constructor:1,toString:2',
  'in:A,B',
  '!',
  '!in:',
  id(1),
  `in:${id(1)},${id(2)}`,
  'HW_CPU_X86_VMX',
  '%00',
  '%E0%A4%A',
  '',
  '1e9',
  '-1',
  'x'.repeat(2_000),
  '_A,_B',
  'isolate',
  'startswith:',
  'true',
  ':',
];
const KEYS = [
  'resources',
  'resources1',
  'resources_A',
  'required',
  'required_A',
  'member_of',
  'in_tree',
  'limit',
  'group_policy',
  'same_subtree',
  'root_required',
  'name',
  'uuid',
  'associated',
  'project_id',
  'user_id',
  'consumer_type',
  '__proto__',
  'resources__proto__',
];

interface Case {
  readonly method: string;
  readonly path: string;
  readonly version: number;
  readonly body: string | undefined;
}

function aCase(seed: number): Case {
  const random = seededRandom(seed);
  const { method, path: template } = pick(random, placementRoutes);
  const last = template.slice(template.lastIndexOf('/') + 1);
  const path = template.replaceAll(/\{[^}]+\}/g, () => (random.fraction() < 0.5 ? id(1) : pick(random, NAMES)));
  const pairs = Array.from({ length: method === 'GET' ? Math.floor(random.fraction() * 5) : 0 }, () => {
    const value = pick(random, VALUES);
    return `${pick(random, KEYS)}=${value}`;
  });
  const bodies = method === 'PUT' || method === 'POST' ? BODIES[last] : undefined;
  const roll = random.fraction();
  const sound = bodies && pick(random, bodies);
  const changed = roll < 0.2 ? sound : bodies && mutated(roll < 0.6 ? sound : mutated(sound, random), random);
  const text =
    changed === undefined ? undefined : random.fraction() < 0.1 ? withDuplicates(changed) : JSON.stringify(changed);
  return {
    method,
    path: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`,
    version: Math.floor(random.fraction() * 40),
    body: roll > 0.97 ? text?.slice(0, -1) : text,
  };
}

/** What is wrong with an answer; null: nothing. */
function wrongIn(answer: Answer): string | null {
  if (answer.status >= 500) return `${answer.status} ${JSON.stringify(answer.body)}`;
  if (answer.status < 400) return null;
  const error = Object(answer.at('errors', 0));
  if (error.status !== answer.status) return `errors[0].status is ${error.status}`;
  if (typeof error.title !== 'string' || typeof error.detail !== 'string') return 'no title or detail';
  if (!/^req-/.test(String(error.request_id))) return 'no request id';
  if (error.detail.length > 6_000) return `a detail of ${error.detail.length} characters`;
  return null;
}

const isSame = (before: readonly Entry[], after: readonly Entry[]): boolean =>
  before.length === after.length &&
  before.every(({ key, value }, index) => after[index]?.key === key && after[index]?.value === value);

test('whatever is sent is answered or refused in the right form, and what is refused changes nothing', async () => {
  const statuses = new Map<number, number>();
  for (let first = 0; first < CASES; first += CASES_PER_CELL) {
    const api = startPlacement();
    await api.must(200, 'POST', '/resource_providers', { version: 39, body: { name: 'host', uuid: id(1) } });
    const rows = (): readonly Entry[] => [...api.store.range({ prefix: 'r/' })];
    let before = rows();
    for (let seed = first; seed < first + CASES_PER_CELL; seed++) {
      const { method, path, version, body } = aCase(seed);
      const answer = await api.call(method, path, { version, ...(body === undefined ? {} : { body }) });
      const name = `case ${seed}: ${method} ${path.slice(0, 200)} at 1.${version} with ${body?.slice(0, 300)}`;
      assert.equal(wrongIn(answer), null, name);
      assert.deepEqual(api.crashes, [], name);
      const after = rows();
      if (answer.status >= 400) assert.ok(isSame(before, after), `${name} was refused and changed rows`);
      before = after;
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
  }
  for (const status of [200, 204, 400, 404, 409])
    assert.ok((statuses.get(status) ?? 0) > 5, `${status}: ${statuses.get(status)}`);
});

test('bodies that are too large, not JSON, nested too deep or of another type are refused before they are looked at', async () => {
  const api = startPlacement();
  const post = (body: string, headers: Readonly<Record<string, string>> = {}) =>
    api.call('POST', '/resource_providers', { version: 39, body, headers });
  assert.equal((await post(`{"name": "${'x'.repeat(1_100_000)}"}`)).status, 413);
  assert.match((await post('{')).detail, /Malformed JSON/);
  assert.match((await post('')).detail, /Malformed JSON/);
  assert.match((await post('['.repeat(30_000) + ']'.repeat(30_000))).detail, /Malformed JSON/);
  assert.equal((await post('{}', { 'content-type': 'text/xml' })).status, 415);
  assert.equal((await post('{}', { 'content-type': 'application/json; charset=utf-8' })).status, 400);
  assert.equal((await api.call('GET', '/resource_providers', { headers: { accept: 'text/html' } })).status, 406);
  for (const accept of ['*/*', 'text/html, application/json;q=0.5', 'application/*'])
    assert.equal((await api.call('GET', '/resource_providers', { headers: { accept } })).status, 200, accept);
  assert.equal(
    (await api.call('GET', '/resource_providers', { headers: { 'x-auth-token': 'x'.repeat(5_000) } })).status,
    401,
  );
});
