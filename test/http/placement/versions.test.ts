import assert from 'node:assert/strict';
import { test } from 'node:test';
import { id, startPlacement } from './placement-api.ts';

test('a request takes the version of the last entry for placement, and 1.0 without one', async () => {
  const api = startPlacement();
  const versionOf = async (version?: string) => {
    const { headers } = await api.must(200, 'GET', '/resource_providers', version === undefined ? {} : { version });
    return headers.get('openstack-api-version');
  };
  assert.equal(await versionOf(), 'placement 1.0');
  assert.equal(await versionOf('compute 2.90'), 'placement 1.0');
  assert.equal(await versionOf('placement latest'), 'placement 1.39');
  assert.equal(await versionOf('compute 2.90, placement 1.10'), 'placement 1.10');
  assert.equal(await versionOf('Placement 1.20, PLACEMENT 1.21'), 'placement 1.21');
});

test('a version that is not spoken is refused with those that are, and a malformed one with 400; neither tells a version', async () => {
  const api = startPlacement();
  for (const version of ['1.40', '2.0', '0.9', '1.99']) {
    const answer = await api.must(406, 'GET', '/resource_providers', { version: `placement ${version}` });
    assert.deepEqual(
      [answer.at('errors', 0, 'min_version'), answer.at('errors', 0, 'max_version')],
      ['1.0', '1.39'],
      version,
    );
    assert.equal(answer.headers.get('openstack-api-version'), null);
  }
  for (const version of ['1', '1.2.3', '-1.2', '1.x', 'x.1', '1.', '.1'])
    await api.must(400, 'GET', '/resource_providers', { version: `placement ${version}` });
});

test('what comes later is 404 before, and a method that nobody knows is 405 with those that are', async () => {
  const api = startPlacement();
  await api.must(404, 'GET', '/usages?project_id=p', { version: 8 });
  await api.must(200, 'GET', '/usages?project_id=p', { version: 9 });
  await api.must(404, 'GET', '/allocation_candidates?resources=VCPU:1', { version: 9 });
  await api.must(404, 'POST', '/reshaper', { version: 29, body: {} });
  const answer = await api.must(405, 'PATCH', '/allocations', { version: 39 });
  assert.equal(answer.headers.get('allow'), 'POST');
  await api.must(405, 'DELETE', `/resource_providers/${id(1)}/inventories`, { version: 4 });
});

test('the versions need no token; everything else does, and a role', async () => {
  const api = startPlacement();
  for (const path of ['', '/']) await api.must(200, 'GET', path, { as: null });
  const refused = await api.must(401, 'GET', '/resource_providers', { as: null });
  assert.match(refused.headers.get('www-authenticate') ?? '', /^Keystone uri=".*\/identity"$/);
  await api.must(401, 'GET', '/resource_providers', { as: 'nobody' });
  for (const as of ['admin', 'service']) await api.must(200, 'GET', '/resource_providers', { as });
  const forbidden = await api.must(403, 'GET', '/resource_providers', { as: 'reader', version: 39 });
  assert.match(forbidden.detail, /Policy does not allow placement:resource_providers:list to be performed\./);
  await api.must(200, 'GET', '/usages?project_id=p1', { as: 'reader', version: 9 });
  await api.must(403, 'GET', '/usages?project_id=p2', { as: 'reader', version: 9 });
  await api.must(403, 'GET', '/usages', { as: 'reader', version: 9 });
  const body = { inventories: {}, allocations: {} };
  await api.must(403, 'POST', '/reshaper', { as: 'admin', version: 30, body });
  await api.must(400, 'POST', '/reshaper', { as: 'service', version: 30, body });
});

test('answers with a body can be cached by none from 1.15 on, and say when they changed', async () => {
  const api = startPlacement();
  const cached = async (version: number) => {
    const { headers } = await api.must(200, 'GET', '/resource_providers', { version });
    return [headers.get('cache-control'), headers.has('last-modified')];
  };
  assert.deepEqual(await cached(14), [null, false]);
  assert.deepEqual(await cached(15), ['no-cache', true]);
});

test('codes of problems come with 1.23', async () => {
  const api = startPlacement();
  const refused = async (version: number) =>
    (await api.must(400, 'POST', '/resource_providers', { version, body: { name: 5 } })).code;
  assert.deepEqual([await refused(22), await refused(23)], [undefined, 'placement.undefined_code']);
});

test('a provider gets its links, parents and body as the versions grew', async () => {
  const api = startPlacement();
  const create = (number: number, version: number) =>
    api.call('POST', '/resource_providers', { version, body: { name: `p${number}`, uuid: id(number) } });
  assert.deepEqual([(await create(1, 19)).status, (await create(2, 20)).status], [201, 200]);
  const links = async (version: number) => {
    const { body } = await api.must(200, 'GET', `/resource_providers/${id(1)}`, { version });
    return Object(body).links.map((link: { rel: string }) => link.rel);
  };
  const first = ['self', 'inventories', 'usages'];
  assert.deepEqual(await links(0), first);
  assert.deepEqual(await links(1), [...first, 'aggregates']);
  assert.deepEqual(await links(6), [...first, 'aggregates', 'traits']);
  assert.deepEqual(await links(11), [...first, 'aggregates', 'traits', 'allocations']);
  const parent = async (version: number) => {
    const { body } = await api.must(200, 'GET', `/resource_providers/${id(1)}`, { version });
    return 'parent_provider_uuid' in Object(body);
  };
  assert.deepEqual([await parent(13), await parent(14)], [false, true]);
  const body = { name: 'c', parent_provider_uuid: id(1) };
  await api.must(400, 'POST', '/resource_providers', { version: 13, body });
  await api.must(201, 'POST', '/resource_providers', { version: 14, body });
});

test('a reserved amount may be the total from 1.26 on, and never more', async () => {
  const api = startPlacement();
  await api.must(200, 'POST', '/resource_providers', { version: 39, body: { name: 'a', uuid: id(1) } });
  const set = (version: number, reserved: number) =>
    api.call('PUT', `/resource_providers/${id(1)}/inventories`, {
      version,
      body: { resource_provider_generation: 0, inventories: { VCPU: { total: 4, reserved } } },
    });
  assert.equal((await set(25, 4)).status, 400);
  assert.equal((await set(26, 5)).status, 400);
  assert.equal((await set(26, 4)).status, 200);
});

test('allocations take the forms of all versions, and show what belongs to each', async () => {
  const api = startPlacement();
  await api.must(200, 'POST', '/resource_providers', { version: 39, body: { name: 'a', uuid: id(1) } });
  const inventories = { VCPU: { total: 100 } };
  await api.must(200, 'PUT', `/resource_providers/${id(1)}/inventories`, {
    version: 39,
    body: { resource_provider_generation: 0, inventories },
  });
  const list = [{ resource_provider: { uuid: id(1) }, resources: { VCPU: 1 } }];
  const dict = { [id(1)]: { resources: { VCPU: 1 } } };
  const owner = { project_id: 'p', user_id: 'u' };
  const bodies: readonly (readonly [version: number, body: object])[] = [
    [0, { allocations: list }],
    [8, { allocations: list, ...owner }],
    [12, { allocations: dict, ...owner }],
    [28, { allocations: dict, ...owner, consumer_generation: 3 }],
    [34, { allocations: dict, ...owner, consumer_generation: 4, mappings: { _A: [id(1)], '': [id(1)] } }],
    [38, { allocations: dict, ...owner, consumer_generation: 5, consumer_type: 'INSTANCE' }],
  ];
  for (const [version, body] of bodies) {
    const next = bodies.find(([from]) => from > version)?.[0] ?? 40;
    const path = `/allocations/${id(9)}`;
    await api.must(204, 'PUT', path, { version: next - 1, body });
    // Mappings may be left out, so a body of 1.28 is one of 1.34 as well.
    if (next !== 34 && next < 40) await api.must(400, 'PUT', path, { version: next, body });
  }
  const shown = async (version: number) =>
    Object.keys(Object((await api.must(200, 'GET', `/allocations/${id(9)}`, { version })).body));
  assert.deepEqual(await shown(11), ['allocations']);
  assert.deepEqual(await shown(12), ['allocations', 'project_id', 'user_id']);
  assert.deepEqual(await shown(28), ['allocations', 'project_id', 'user_id', 'consumer_generation']);
  assert.deepEqual(await shown(38), ['allocations', 'project_id', 'user_id', 'consumer_generation', 'consumer_type']);
  await api.must(400, 'PUT', `/allocations/${id(9)}`, { version: 27, body: { allocations: {}, ...owner } });
  const none = { allocations: {}, ...owner, consumer_generation: 6, consumer_type: 'X' };
  await api.must(204, 'PUT', `/allocations/${id(9)}`, { version: 39, body: none });
  assert.deepEqual(await shown(39), ['allocations']);
});

test('classes are renamed up to 1.6, and made sure of from 1.7', async () => {
  const api = startPlacement();
  await api.must(201, 'POST', '/resource_classes', { version: 2, body: { name: 'CUSTOM_A' } });
  await api.must(409, 'POST', '/resource_classes', { version: 2, body: { name: 'CUSTOM_A' } });
  await api.must(200, 'PUT', '/resource_classes/CUSTOM_A', { version: 6, body: { name: 'CUSTOM_B' } });
  await api.must(404, 'GET', '/resource_classes/CUSTOM_A', { version: 6 });
  await api.must(204, 'PUT', '/resource_classes/CUSTOM_B', { version: 7 });
  await api.must(201, 'PUT', '/resource_classes/CUSTOM_C', { version: 7 });
  await api.must(400, 'PUT', '/resource_classes/VCPU', { version: 6, body: { name: 'CUSTOM_D' } });
  await api.must(400, 'DELETE', '/resource_classes/VCPU', { version: 39 });
  await api.must(204, 'DELETE', '/resource_classes/CUSTOM_C', { version: 39 });
  await api.must(404, 'DELETE', '/resource_classes/CUSTOM_C', { version: 39 });
});

test('traits are filtered by name and by use', async () => {
  const api = startPlacement();
  for (const name of ['CUSTOM_A', 'CUSTOM_B']) await api.must(201, 'PUT', `/traits/${name}`, { version: 6 });
  await api.must(200, 'POST', '/resource_providers', { version: 39, body: { name: 'a', uuid: id(1) } });
  await api.must(200, 'PUT', `/resource_providers/${id(1)}/traits`, {
    version: 6,
    body: { traits: ['CUSTOM_B', 'HW_CPU_X86_VMX'], resource_provider_generation: 0 },
  });
  const traits = async (query: string) =>
    Object((await api.must(200, 'GET', `/traits${query}`, { version: 6 })).body).traits;
  assert.deepEqual(await traits('?name=in:CUSTOM_A,CUSTOM_B,CUSTOM_C'), ['CUSTOM_A', 'CUSTOM_B']);
  assert.deepEqual(await traits('?name=startswith:CUSTOM'), ['CUSTOM_A', 'CUSTOM_B']);
  assert.deepEqual(await traits('?associated=True'), ['HW_CPU_X86_VMX', 'CUSTOM_B']);
  assert.deepEqual(await traits('?name=startswith:CUSTOM&associated=false'), ['CUSTOM_A']);
  assert.ok((await traits('')).length > 300);
  await api.must(400, 'GET', '/traits?associated=maybe', { version: 6 });
  await api.must(400, 'GET', '/traits?name=CUSTOM', { version: 6 });
  await api.must(409, 'DELETE', '/traits/CUSTOM_B', { version: 39 });
});

test('who is not known is told so at any version, with an id to ask about; the versions are negotiated without a token', async () => {
  const api = startPlacement();
  for (const version of ['placement 1.99', 'placement x', 'placement 1.39'])
    for (const path of ['/resource_providers', '/nowhere'])
      for (const as of [null, 'nobody']) {
        const refused = await api.must(401, 'GET', path, { as, version });
        assert.match(refused.headers.get('x-openstack-request-id') ?? '', /^req-/);
        assert.match(refused.headers.get('www-authenticate') ?? '', /^Keystone uri=/);
      }
  await api.must(406, 'GET', '/nowhere', { version: 'placement 1.99' });
  await api.must(406, 'GET', '/', { as: null, version: 'placement 1.99' });
});

test('what has no body, and the versions, are for clients that accept no JSON too', async () => {
  const api = startPlacement();
  const headers = { accept: 'text/html' };
  await api.must(200, 'GET', '/', { headers });
  await api.must(204, 'GET', '/traits/HW_CPU_X86_VMX', { version: 39, headers });
  await api.must(406, 'GET', '/traits', { version: 39, headers });
});

test('HEAD is a method that nothing knows', async () => {
  const api = startPlacement();
  for (const path of ['/', '/resource_providers', '/traits/HW_CPU_X86_VMX']) {
    const answer = await api.must(405, 'HEAD', path, { version: 39 });
    assert.match(answer.headers.get('allow') ?? '', /^GET/);
  }
});

test('an inventory of a class that nobody knows is 404 by itself, and 400 among others', async () => {
  const api = startPlacement();
  await api.must(200, 'POST', '/resource_providers', { version: 39, body: { name: 'a', uuid: id(1) } });
  const path = `/resource_providers/${id(1)}/inventories`;
  const body = { resource_provider_generation: 0, total: 4 };
  for (const name of ['CUSTOM_NONE', 'constructor', '__proto__']) {
    const { detail } = await api.must(404, 'PUT', `${path}/${name}`, { version: 39, body });
    assert.ok(detail.includes(`No such resource class ${name}.`), detail);
  }
  await api.must(400, 'PUT', `${path}/VCPU`, { version: 39, body });
  const inventories = { CUSTOM_NONE: { total: 4 } };
  await api.must(400, 'PUT', path, { version: 39, body: { resource_provider_generation: 0, inventories } });
});

test('traits that are set as they are, and none that are deleted, leave the generation', async () => {
  const api = startPlacement();
  await api.must(200, 'POST', '/resource_providers', { version: 39, body: { name: 'a', uuid: id(1) } });
  const path = `/resource_providers/${id(1)}/traits`;
  const generation = async () => (await api.must(200, 'GET', path, { version: 39 })).at('resource_provider_generation');
  const set = async (given: number, traits: readonly string[]) => {
    const body = { resource_provider_generation: given, traits };
    return (await api.must(200, 'PUT', path, { version: 39, body })).at('resource_provider_generation');
  };
  await api.must(204, 'DELETE', path, { version: 39 });
  assert.equal(await set(0, []), 0);
  assert.equal(await set(0, ['HW_CPU_X86_VMX', 'HW_CPU_X86_SVM']), 1);
  assert.equal(await set(1, ['HW_CPU_X86_SVM', 'HW_CPU_X86_VMX', 'HW_CPU_X86_VMX']), 1);
  await api.must(204, 'DELETE', path, { version: 39 });
  await api.must(204, 'DELETE', path, { version: 39 });
  assert.equal(await generation(), 2);
});

test('usages of a project are added up by type of consumer, or for all together', async () => {
  const api = startPlacement();
  await api.must(200, 'POST', '/resource_providers', { version: 39, body: { name: 'a', uuid: id(1) } });
  const inventories = { VCPU: { total: 100 }, VGPU: { total: 100 } };
  const stock = { resource_provider_generation: 0, inventories };
  await api.must(200, 'PUT', `/resource_providers/${id(1)}/inventories`, { version: 39, body: stock });
  const take = (number: number, resources: object, type: string) => {
    const consumer = { consumer_generation: null, consumer_type: type, project_id: 'p', user_id: 'u' };
    const body = { ...consumer, allocations: { [id(1)]: { resources } } };
    return api.must(204, 'PUT', `/allocations/${id(number)}`, { version: 39, body });
  };
  await take(11, { VCPU: 1 }, 'A');
  await take(12, { VCPU: 2, VGPU: 1 }, 'A');
  await take(13, { VCPU: 4 }, 'B');
  const usages = async (query: string, version = 39) =>
    (await api.must(200, 'GET', `/usages?project_id=p${query}`, { version })).at('usages');
  const [a, b] = [
    { VCPU: 3, VGPU: 1, consumer_count: 2 },
    { VCPU: 4, consumer_count: 1 },
  ];
  assert.deepEqual(await usages(''), { A: a, B: b });
  assert.deepEqual(await usages('&consumer_type=B'), { B: b });
  assert.deepEqual(await usages('&consumer_type=all'), { all: { VCPU: 7, VGPU: 1, consumer_count: 3 } });
  assert.deepEqual(await usages('', 37), { VCPU: 7, VGPU: 1 });
});
