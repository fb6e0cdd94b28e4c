import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answer, type ImageService, imageService } from './image-service.ts';

let service: ImageService;
before(async () => {
  service = await imageService();
});
after(() => service.close());

const PATCH = 'application/openstack-images-v2.1-json-patch';
const RAW = { disk_format: 'raw', container_format: 'bare' };
const nested = (answer: Answer): string => {
  const { error } = answer.json;
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
};
const idOf = ({ json }: Answer): string => String(json['id']);
const listOf = ({ json }: Answer): Record<string, unknown>[] => (Array.isArray(json['images']) ? json['images'] : []);
const namesIn = (answer: Answer): unknown[] => listOf(answer).map((image) => image['name']);

test('versions are told without a token: 300 at the root and 200 at /versions', async () => {
  for (const [path, status] of [
    ['/image', 300],
    ['/image/', 300],
    ['/image/versions', 200],
  ] as const) {
    const answer = await service.send('', 'GET', path);
    assert.equal(answer.status, status);
    const { versions } = answer.json;
    assert.ok(Array.isArray(versions));
    assert.equal(versions[0].status, 'CURRENT');
    assert.deepEqual(versions[0].links, [{ rel: 'self', href: 'http://127.0.0.1/image/v2/' }]);
  }
});

test('without a token, or with an unknown one, the answer is 401', async () => {
  assert.equal((await service.send('', 'GET', '/image/v2/images')).status, 401);
  assert.equal((await service.send('bad token', 'GET', '/image/v2/images')).status, 401);
});

test('a new image has all of its fields, and custom properties beside them', async () => {
  const answer = await service.send('p', 'POST', '/image/v2/images', {
    name: 'new',
    ...RAW,
    hw_disk_bus: 'virtio',
    tags: ['a', 'a'],
  });
  assert.equal(answer.status, 201);
  const { id, created_at, updated_at, ...rest } = answer.json;
  assert.match(String(created_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal(updated_at, created_at);
  assert.equal(answer.headers.get('location'), `/v2/images/${id}`);
  assert.deepEqual(rest, {
    name: 'new',
    hw_disk_bus: 'virtio',
    status: 'queued',
    visibility: 'shared',
    protected: false,
    os_hidden: false,
    owner: 'p',
    disk_format: 'raw',
    container_format: 'bare',
    size: null,
    virtual_size: null,
    checksum: null,
    os_hash_algo: null,
    os_hash_value: null,
    min_disk: 0,
    min_ram: 0,
    tags: ['a'],
    self: `/v2/images/${id}`,
    file: `/v2/images/${id}/file`,
    schema: '/v2/schemas/image',
  });
  const shown = await service.send('p', 'GET', `/image/v2/images/${id}`);
  assert.deepEqual([shown.status, shown.json], [200, answer.json]);
});

const bad: readonly [name: string, body: unknown, status: number, message: RegExp][] = [
  ['no JSON', '{"name": ', 400, /Malformed JSON/],
  ['a list', [], 400, /JSON object/],
  ['null', null, 400, /JSON object/],
  ['a number as name', { name: 5 }, 400, /'name'.*string/],
  ['a name of 256 characters', { name: 'x'.repeat(256) }, 400, /'name'.*255/],
  ['an unknown disk format', { disk_format: 'floppy' }, 400, /'disk_format'.*raw, qcow2/],
  ['an unknown container format', { container_format: 'crate' }, 400, /'container_format'.*bare/],
  ['an unknown visibility', { visibility: 'secret' }, 400, /'visibility'/],
  ['a negative min_disk', { min_disk: -1 }, 400, /'min_disk'.*negative/],
  ['a min_ram of 2^31', { min_ram: 2 ** 31 }, 400, /'min_ram'/],
  ['min_disk as text', { min_disk: '1' }, 400, /'min_disk'.*number/],
  ['protected as text', { protected: 'yes' }, 400, /'protected'/],
  ['tags that are no list', { tags: 'a' }, 400, /'tags'/],
  ['a tag of 256 characters', { tags: ['x'.repeat(256)] }, 400, /'tags\.0'.*255/],
  ['an id that is no UUID', { id: '../../x' }, 400, /'id'.*UUID/],
  ['a property that is a number', { os_distro: 5 }, 400, /'os_distro'.*string/],
  ['a property that is an object', { x: { y: 1 } }, 400, /'x'.*string/],
  ['a property with a name of 256 characters', { ['x'.repeat(256)]: '' }, 400, /property name/],
  ['the status', { status: 'active' }, 403, /'status' is read-only/],
  ['the size', { size: 1 }, 403, /'size' is read-only/],
  ['locations', { locations: [] }, 403, /'locations' is reserved/],
  ['a key __proto__', '{"__proto__": "x"}', 400, /Malformed JSON/],
  ['another owner', { owner: 'q' }, 403, /another project/],
  ['public visibility', { visibility: 'public' }, 403, /administrator/],
  ['129 properties', Object.fromEntries(Array.from({ length: 129 }, (_, n) => [`p${n}`, ''])), 413, /128 properties/],
  ['properties of more than 64 KiB', { x: 'y'.repeat(65_535), z: 'y' }, 413, /limit of 65536 bytes of properties/],
  ['a body of more than 512 KiB', { x: 'y'.repeat(600_000) }, 413, /524288/],
];

for (const [name, body, status, message] of bad) {
  test(`creating an image with ${name} is ${status}, says why and makes nothing`, async () => {
    const before = [...service.rows.keys({ prefix: 'r/image/' })].length;
    const answer = await service.send('p', 'POST', '/image/v2/images', body);
    assert.equal(answer.status, status, answer.text);
    assert.match(nested(answer), message);
    assert.equal([...service.rows.keys({ prefix: 'r/image/' })].length, before);
  });
}

test('an id that a client chose is kept, and taken only once', async () => {
  const id = '6F2B1A3C-0000-4000-8000-00000000ABCD';
  const first = await service.send('p', 'POST', '/image/v2/images', { id });
  assert.equal(idOf(first), id.toLowerCase());
  assert.equal((await service.send('p', 'POST', '/image/v2/images', { id })).status, 409);
});

test('the id of a deleted image is 409 for everybody', async () => {
  const id = idOf(await service.send('admin', 'POST', '/image/v2/images', { visibility: 'public' }));
  assert.equal((await service.send('admin', 'DELETE', `/image/v2/images/${id}`)).status, 204);
  for (const token of ['p', 'admin']) {
    const again = await service.send(token, 'POST', '/image/v2/images', { id, visibility: 'community' });
    assert.equal(again.status, 409);
  }
  assert.equal((await service.send('p', 'GET', `/image/v2/images/${id}`)).status, 404);
});

test('a reader creates nothing', async () => {
  assert.equal((await service.send('reader', 'POST', '/image/v2/images', {})).status, 403);
});

test('a patch sets attributes and adds, replaces and removes properties', async () => {
  const id = idOf(await service.send('p', 'POST', '/image/v2/images', { name: 'old', a: '1', b: '2' }));
  const patch = [
    { op: 'replace', path: '/name', value: 'new' },
    { op: 'add', path: '/min_ram', value: 64 },
    { op: 'replace', path: '/tags', value: ['t'] },
    { op: 'replace', path: '/a', value: '3' },
    { op: 'remove', path: '/b' },
    { op: 'add', path: '/x~1y~0z', value: 'escaped' },
  ];
  const answer = await service.send('p', 'PATCH', `/image/v2/images/${id}`, patch, PATCH);
  assert.equal(answer.status, 200, answer.text);
  const { name, min_ram, tags, a, b, 'x/y~z': escaped } = answer.json;
  assert.deepEqual([name, min_ram, tags, a, b, escaped], ['new', 64, ['t'], '3', undefined, 'escaped']);
});

const badPatches: readonly [name: string, patch: unknown, status: number][] = [
  ['that is no list', { op: 'add' }, 400],
  ['with an unknown operation', [{ op: 'move', path: '/a', from: '/b' }], 400],
  ['with a path of two parts', [{ op: 'add', path: '/tags/0', value: 'x' }], 400],
  ['with a path without a slash', [{ op: 'add', path: 'name', value: 'x' }], 400],
  ['that removes an attribute', [{ op: 'remove', path: '/name' }], 403],
  ['that sets the status', [{ op: 'replace', path: '/status', value: 'active' }], 403],
  ['that sets the id', [{ op: 'replace', path: '/id', value: 'x' }], 403],
  ['that removes a property that is not there', [{ op: 'remove', path: '/none' }], 409],
  ['that replaces a property that is not there', [{ op: 'replace', path: '/none', value: '' }], 409],
  ['that adds a property without a value', [{ op: 'add', path: '/p' }], 400],
  ['that gives min_disk a text', [{ op: 'replace', path: '/min_disk', value: 'big' }], 400],
];

for (const [name, patch, status] of badPatches) {
  test(`a patch ${name} is ${status} and changes nothing`, async () => {
    const created = await service.send('p', 'POST', '/image/v2/images', { name: 'stays' });
    const path = `/image/v2/images/${idOf(created)}`;
    const answer = await service.send('p', 'PATCH', path, patch, PATCH);
    assert.equal(answer.status, status, answer.text);
    assert.notEqual(nested(answer), '');
    assert.deepEqual((await service.send('p', 'GET', path)).json, created.json);
  });
}

test('a patch of another media type is 415', async () => {
  const id = idOf(await service.send('p', 'POST', '/image/v2/images', {}));
  assert.equal((await service.send('p', 'PATCH', `/image/v2/images/${id}`, [])).status, 415);
});

test('an image is deleted once; a protected one is not', async () => {
  const id = idOf(await service.send('p', 'POST', '/image/v2/images', { protected: true }));
  const path = `/image/v2/images/${id}`;
  assert.equal((await service.send('p', 'DELETE', path)).status, 403);
  await service.send('p', 'PATCH', path, [{ op: 'replace', path: '/protected', value: false }], PATCH);
  assert.equal((await service.send('p', 'DELETE', path)).status, 204);
  assert.equal((await service.send('p', 'DELETE', path)).status, 404);
  assert.equal((await service.send('p', 'GET', path)).status, 404);
});

test('what is private to a project is 404 to another', async () => {
  const id = idOf(await service.send('p', 'POST', '/image/v2/images', { visibility: 'private' }));
  for (const method of ['GET', 'DELETE']) {
    assert.equal((await service.send('q', method, `/image/v2/images/${id}`)).status, 404);
  }
  assert.equal((await service.send('q', 'GET', `/image/v2/images/${id}/file`)).status, 404);
});

test('a list has what the caller owns, what is public and what was accepted', async () => {
  const own = await imageService();
  const create = (token: string, body: unknown): Promise<Answer> => own.send(token, 'POST', '/image/v2/images', body);
  await create('p', { name: 'private of p', visibility: 'private' });
  await create('admin', { name: 'public', visibility: 'public' });
  await create('p', { name: 'community of p', visibility: 'community' });
  await create('admin', { name: 'hidden', visibility: 'public', os_hidden: true });
  const shared = idOf(await create('p', { name: 'shared by p', visibility: 'shared' }));
  const list = async (token: string, query = ''): Promise<unknown[]> =>
    namesIn(await own.send(token, 'GET', `/image/v2/images?sort=name:asc${query}`));
  const members = `/image/v2/images/${shared}/members`;
  assert.equal((await own.send('p', 'POST', members, { member: 'q' })).status, 200);
  assert.deepEqual(await list('p'), ['community of p', 'private of p', 'public', 'shared by p']);
  assert.deepEqual(await list('q'), ['public']);
  assert.deepEqual(await list('q', '&member_status=all'), ['public', 'shared by p']);
  assert.equal((await own.send('p', 'PUT', `${members}/q`, { status: 'accepted' })).status, 403);
  assert.equal((await own.send('q', 'PUT', `${members}/q`, { status: 'approved' })).status, 400);
  assert.equal((await own.send('q', 'PUT', `${members}/q`, { status: 'accepted' })).status, 200);
  assert.deepEqual(await list('q'), ['public', 'shared by p']);
  assert.deepEqual(await list('q', '&visibility=community'), ['community of p']);
  assert.deepEqual(await list('q', '&os_hidden=true'), ['hidden']);
  assert.deepEqual(await list('admin'), ['community of p', 'private of p', 'public', 'shared by p']);
  const seen = await own.send('q', 'GET', members);
  assert.deepEqual(Array.isArray(seen.json['members']) && seen.json['members'].map((m) => m.member_id), ['q']);
  assert.equal((await own.send('r', 'GET', members)).status, 404);
  assert.equal((await own.send('p', 'DELETE', `${members}/q`)).status, 204);
  assert.deepEqual(await list('q'), ['public']);
  await own.close();
});

test('a list is filtered, sorted and paged; following the links gives each image once', async () => {
  const own = await imageService();
  for (const name of ['b', 'a', 'c', 'a', 'd']) {
    await own.send('p', 'POST', '/image/v2/images', { name, os_distro: name === 'c' ? 'x' : 'y', tags: [name, 'all'] });
  }
  const get = (query: string): Promise<Answer> => own.send('p', 'GET', `/image/v2/images${query}`);
  assert.deepEqual(namesIn(await get('?name=a')), ['a', 'a']);
  assert.deepEqual(namesIn(await get('?name=in:b,%22c%22&sort=name:desc')), ['c', 'b']);
  assert.deepEqual(namesIn(await get('?os_distro=x')), ['c']);
  assert.deepEqual(namesIn(await get('?tag=all&tag=d')), ['d']);
  assert.deepEqual(namesIn(await get('?status=active')), []);
  assert.deepEqual(namesIn(await get('?owner=q')), []);
  assert.equal(listOf(await get('?created_at=lt:2000-01-01T00:00:00Z')).length, 0);
  assert.equal(listOf(await get('?created_at=gte:2000-01-01T00:00:00Z')).length, 5);
  assert.deepEqual(namesIn(await get('?sort_key=name&sort_dir=asc')), ['a', 'a', 'b', 'c', 'd']);
  assert.deepEqual(namesIn(await get('?limit=0')), []);
  for (const query of ['?limit=2', '?limit=2&sort=name:asc', '?limit=1&sort_dir=asc', '?limit=2&tag=all&sort=size']) {
    const ids: unknown[] = [];
    for (let path: unknown = `/v2/images${query}`, pages = 0; typeof path === 'string' && pages < 9; pages++) {
      const page = await own.send('p', 'GET', `/image${path}`);
      ids.push(...listOf(page).map((image) => image['id']));
      path = page.json['next'];
    }
    assert.equal(ids.length, 5, query);
    assert.equal(new Set(ids).size, 5, query);
  }
  await own.close();
});

for (const query of [
  'limit=-1',
  'limit=x',
  'marker=none',
  'sort=color',
  'sort=name:up',
  'sort_key=name&sort=name',
  'visibility=x',
  'status=x',
  'size_min=x',
  'created_at=yesterday',
  'os_hidden=perhaps',
  'member_status=x',
]) {
  test(`a list with ${query} is 400 and says why`, async () => {
    const answer = await service.send('p', 'GET', `/image/v2/images?${query}`);
    assert.equal(answer.status, 400);
    assert.notEqual(nested(answer), '');
  });
}

test('tags are added and removed one by one', async () => {
  const path = `/image/v2/images/${idOf(await service.send('p', 'POST', '/image/v2/images', {}))}`;
  assert.equal((await service.send('p', 'PUT', `${path}/tags/a%20b`)).status, 204);
  assert.equal((await service.send('p', 'PUT', `${path}/tags/a%20b`)).status, 204);
  assert.deepEqual((await service.send('p', 'GET', path)).json['tags'], ['a b']);
  assert.equal((await service.send('p', 'DELETE', `${path}/tags/a%20b`)).status, 204);
  assert.equal((await service.send('p', 'DELETE', `${path}/tags/a%20b`)).status, 404);
  assert.equal((await service.send('p', 'PUT', `${path}/tags/${'x'.repeat(256)}`)).status, 400);
});

test('the schemas and the service information that clients ask for are there', async () => {
  for (const name of ['image', 'images', 'member', 'members']) {
    const answer = await service.send('p', 'GET', `/image/v2/schemas/${name}`);
    assert.deepEqual([answer.status, answer.json['name']], [200, name]);
  }
  assert.equal((await service.send('p', 'GET', '/image/v2/schemas/none')).status, 404);
  assert.equal((await service.send('p', 'GET', '/image/v2/info/import')).status, 200);
  assert.equal((await service.send('p', 'GET', '/image/v2/info/stores')).status, 404);
});

test('an unknown path is 404, a wrong method 405, and every answer has a request id', async () => {
  for (const [method, path, status] of [
    ['GET', '/image/v2/nothing', 404],
    ['GET', '/image/v3', 404],
    ['DELETE', '/image/v2/images', 405],
    ['POST', '/image/v2/images/x', 405],
  ] as const) {
    const answer = await service.send('p', method, path);
    assert.equal(answer.status, status);
    assert.match(answer.headers.get('x-openstack-request-id') ?? '', /^req-/);
    assert.notEqual(nested(answer), '');
  }
  assert.deepEqual(service.notices, []);
});
