import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selfAndBookmark } from '../../http/links.ts';
import { pageLinks, pageOf } from '../../http/paging.ts';

const context = {
  endpoint: 'http://h/compute',
  projectInUrl: null,
  edition: 'v2.1' as const,
  search: 'name=a%20b&marker=m0&limit=2&all_tenants=1',
};

test('self links have the version, bookmarks do not, and both have the project only if the URL had it', () => {
  assert.deepEqual(
    selfAndBookmark(context, 'servers', 's1').map((link) => link.href),
    ['http://h/compute/v2.1/servers/s1', 'http://h/compute/servers/s1'],
  );
  assert.deepEqual(
    selfAndBookmark({ ...context, projectInUrl: 'p1' }, 'servers', 's1').map((link) => link.href),
    ['http://h/compute/v2.1/p1/servers/s1', 'http://h/compute/p1/servers/s1'],
  );
});

test('a full page has a next link with all parameters sorted and the new marker', () => {
  assert.deepEqual(pageLinks(context, 'servers/detail', pageOf({ limit: 2 }), ['m1', 'm2']), [
    { rel: 'next', href: 'http://h/compute/v2.1/servers/detail?all_tenants=1&limit=2&marker=m2&name=a+b' },
  ]);
});

test('a page that is not full has no next link, nor has an empty one', () => {
  assert.equal(pageLinks(context, 'servers', pageOf({ limit: 2 }), ['m1']), undefined);
  assert.equal(pageLinks(context, 'servers', pageOf({ limit: 0 }), []), undefined);
});

test('a page is at most a thousand long, and limit 0 stays 0', () => {
  assert.deepEqual(
    [pageOf({}).limit, pageOf({ limit: 5000 }).limit, pageOf({ limit: 0 }).limit, pageOf({ marker: 'm' }).marker],
    [1000, 1000, 0, 'm'],
  );
});
