import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCandidateQuery } from '../../../http/placement/query/groups.ts';
import { id, startPlacement } from './placement-api.ts';

/** What is wrong with a query of candidates; empty: nothing. */
function complaint(query: string, minor: number): string {
  const parsed = parseCandidateQuery(new URLSearchParams(query), minor);
  return parsed.ok ? '' : parsed.error.detail;
}

const A = id(1);

const cases: readonly (readonly [query: string, minor: number, says: RegExp])[] = [
  ['resources=VCPU:1', 10, /^$/],
  ['resources=', 39, /Got: empty string/],
  ['resources=VCPU', 39, /Badly formed resources parameter.*Got: VCPU\.$/],
  ['resources=VCPU:1:2', 39, /Badly formed/],
  ['resources=VCPU:x', 39, /expected positive integer amount\. Got: x/],
  ['resources=VCPU:0', 39, /requires amount >= 1\. Got: 0/],
  ['resources=VCPU:-3', 39, /requires amount >= 1\. Got: -3/],
  ['resources=VCPU:1.5', 39, /expected positive integer/],
  ['resources=VCPU:1&required=A', 17, /^$/],
  ['resources=VCPU:1&required=!A', 21, /of the form: HW_CPU_X86_VMX,CUSTOM_MAGIC\. Got: !A/],
  ['resources=VCPU:1&required=!A', 22, /^$/],
  ['resources=VCPU:1&required=A,', 39, /Got an empty trait in: A,/],
  ['resources=VCPU:1&required=!', 39, /Got an empty trait/],
  ['resources=VCPU:1&required=in:A,B', 38, /only supported since microversion 1\.39/],
  ['resources=VCPU:1&required=in:A,B', 39, /^$/],
  ['resources=VCPU:1&required=in:A,!B', 39, /does not support forbidden traits/],
  ['resources=VCPU:1&required=A&required=!A', 39, /Conflicting required and forbidden.*required: \(A\)/],
  ['resources=VCPU:1&required=!A&required=A', 38, /^$/],
  [`resources=VCPU:1&member_of=${A}`, 21, /^$/],
  [`resources=VCPU:1&member_of=${A}&member_of=${A}`, 23, /Multiple member_of parameters are not supported/],
  [`resources=VCPU:1&member_of=${A}&member_of=${A}`, 24, /^$/],
  [`resources=VCPU:1&member_of=${A},${A}`, 39, /must be prefixed with the 'in:'/],
  [`resources=VCPU:1&member_of=in:${A},${A}`, 39, /^$/],
  [`resources=VCPU:1&member_of=!${A}`, 31, /Forbidden member_of parameters are not supported/],
  [`resources=VCPU:1&member_of=!in:${A},${A}`, 32, /^$/],
  ['resources=VCPU:1&member_of=x', 39, /to contain valid UUID\(s\)\. Got: x/],
  ['resources=VCPU:1&in_tree=x', 39, /to be a format of uuid\. Got: x/],
  ['required1=A', 25, /orphaned traits keys: required1/],
  [`member_of1=${A}`, 25, /orphaned member_of keys: member_of1/],
  [`in_tree1=${A}`, 31, /All request groups must specify resources/],
  ['', 25, /At least one request group/],
  ['', 36, /There must be at least one resources/],
  ['resources1=VCPU:1&resources2=VCPU:1', 25, /"group_policy" parameter is required/],
  ['resources1=VCPU:1&resources2=VCPU:1&group_policy=none', 25, /^$/],
  ['resources=VCPU:1&limit=x&limit=1', 39, /'x' does not match '\^\[1-9\]\[0-9\]\*\$'/],
  ['resources=VCPU:1&limit=0&limit=1', 39, /'0' does not match/],
  ['resources=VCPU:1&limit=1&limit=2', 39, /^$/],
  ['resources_A=VCPU:1', 33, /^$/],
  ['resources=VCPU:1&required_A=T', 36, /should be specified in `same_subtree`.*\['_A'\]/],
  ['resources=VCPU:1&required_A=T&same_subtree=_A,_B', 36, /Real suffixes.*\['_B'\]/],
  ['resources=VCPU:1&required_A=T&same_subtree=_A,', 36, /Empty string/],
  ['resources_B=VCPU:1&required_A=T&same_subtree=_A,_B&group_policy=none', 36, /^$/],
  ['resources=VCPU:1&root_required=A&root_required=B', 35, /may be specified only once/],
  ['resources=VCPU:1&root_required=A,!A', 35, /found in root_required: A/],
  ['resources=VCPU:1&root_required=in:A', 39, /only supported since/],
];

test('queries of candidates are read as the version reads them, and what is wrong is said', () => {
  for (const [query, minor, says] of cases) assert.match(complaint(query, minor), says, `${query} at 1.${minor}`);
});

test('a limit has a bound, and of several the first counts', () => {
  const limitOf = (query: string) => {
    const parsed = parseCandidateQuery(new URLSearchParams(`resources=VCPU:1${query}`), 39);
    return parsed.ok ? parsed.value.limit : null;
  };
  assert.deepEqual(
    ['', '&limit=3&limit=4', '&limit=99999', `&limit=${'9'.repeat(400)}`].map(limitOf),
    [10_000, 3, 10_000, 10_000],
  );
  assert.equal(limitOf('&limit=-5&limit=1'), null);
});

test('a query has a bounded number of groups', () => {
  const query = Array.from({ length: 101 }, (_, index) => `resources_${index}=VCPU:1`).join('&');
  assert.match(complaint(`${query}&group_policy=none`, 39), /at most 100 groups/);
});

test('names that a query of the version does not have are refused with it', async () => {
  const api = startPlacement();
  const status = async (path: string, version: number) => (await api.call('GET', path, { version })).status;
  assert.deepEqual(
    [await status('/resource_providers?resources=VCPU:1', 3), await status('/resource_providers?resources=VCPU:1', 4)],
    [400, 200],
  );
  assert.deepEqual(
    [await status(`/resource_providers?in_tree=${A}`, 13), await status(`/resource_providers?in_tree=${A}`, 14)],
    [400, 200],
  );
  const candidates = '/allocation_candidates?resources=VCPU:1';
  assert.deepEqual([await status(`${candidates}&limit=5`, 15), await status(`${candidates}&limit=5`, 16)], [400, 200]);
  for (const limit of ['0', '-1', 'x', '01', ''])
    assert.equal(await status(`${candidates}&limit=${limit}`, 39), 400, limit);
  assert.equal(await status('/allocation_candidates?resources_A=VCPU:1', 32), 400);
  assert.equal(await status(`${candidates}&group_policy=both`, 39), 400);
  assert.equal(await status('/usages', 39), 400);
  assert.equal(await status('/usages?project_id=p&consumer_type=instance', 38), 400);
  assert.equal(await status('/usages?project_id=p&consumer_type=all', 37), 400);
  assert.equal(await status('/usages?project_id=p&consumer_type=all', 38), 200);
});

test('providers are found by name, tree, aggregate, traits and free resources', async () => {
  const api = startPlacement();
  const latest = { version: 39 };
  const make = async (number: number, vcpus: number, traits: readonly string[], aggregates: readonly string[]) => {
    const provider = `/resource_providers/${id(number)}`;
    const named = { name: `p${number}`, uuid: id(number), parent_provider_uuid: number === 2 ? id(1) : null };
    await api.must(200, 'POST', '/resource_providers', { ...latest, body: named });
    const inventories = { resource_provider_generation: 0, inventories: { VCPU: { total: vcpus } } };
    await api.must(200, 'PUT', `${provider}/inventories`, { ...latest, body: inventories });
    await api.must(200, 'PUT', `${provider}/traits`, { ...latest, body: { resource_provider_generation: 1, traits } });
    await api.must(200, 'PUT', `${provider}/aggregates`, {
      ...latest,
      body: { resource_provider_generation: traits.length > 0 ? 2 : 1, aggregates },
    });
  };
  await make(1, 8, ['HW_CPU_X86_VMX'], [id(50)]);
  await make(2, 2, ['HW_CPU_X86_SVM'], [id(51)]);
  await make(3, 4, [], [id(50), id(51)]);
  const found = async (query: string): Promise<string> => {
    const { body } = await api.must(200, 'GET', `/resource_providers?${query}`, latest);
    return Object(body)
      .resource_providers.map((provider: { name: string }) => provider.name)
      .join(' ');
  };
  assert.equal(await found(''), 'p1 p2 p3');
  assert.equal(await found('name=p2'), 'p2');
  assert.equal(await found(`uuid=${id(3)}&name=p2`), '');
  assert.equal(await found(`in_tree=${id(2)}`), 'p1 p2');
  assert.equal(await found('resources=VCPU:4'), 'p1 p3');
  assert.equal(await found('required=HW_CPU_X86_VMX'), 'p1');
  assert.equal(await found('required=in:HW_CPU_X86_VMX,HW_CPU_X86_SVM'), 'p1 p2');
  assert.equal(await found('required=!HW_CPU_X86_VMX'), 'p2 p3');
  assert.equal(await found(`member_of=${id(50)}`), 'p1 p3');
  assert.equal(await found(`member_of=in:${id(50)},${id(51)}`), 'p1 p2 p3');
  assert.equal(await found(`member_of=${id(50)}&member_of=${id(51)}`), 'p3');
  assert.equal(await found(`member_of=!${id(51)}`), 'p1');
  await api.must(400, 'GET', '/resource_providers?required=CUSTOM_NONE', latest);
  await api.must(400, 'GET', '/resource_providers?resources=CUSTOM_NONE:1', latest);
});
