import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { PLACEMENT_POLICIES } from '../../../http/placement/policies.ts';
import { placementRoutes } from '../../../http/placement/routes.ts';
import { startPlacement } from './placement-api.ts';

// The contract of the Placement API as data. It is no part of this repository.
const FILE = new URL('../../../../shared/compute-api/placement.json', import.meta.url);
const absent = existsSync(FILE) ? false : 'shared/compute-api/placement.json is absent';

const Entry = v.object({
  method: v.string(),
  path: v.string(),
  min: v.string(),
  max: v.string(),
  policy: v.optional(v.string()),
  body: v.nullable(v.string()),
  query: v.nullable(v.string()),
});
const Example = v.object({
  request: v.string(),
  version: v.nullable(v.string()),
  token_user: v.optional(v.string()),
  request_body: v.optional(v.unknown()),
  request_headers: v.optional(v.record(v.string(), v.string())),
  status: v.number(),
  headers: v.record(v.string(), v.string()),
  body: v.optional(v.unknown()),
});
const Contract = v.object({
  entries: v.array(Entry),
  examples: v.array(Example),
  policies: v.array(v.object({ name: v.string(), check_str: v.string() })),
});

const contract =
  absent === false
    ? v.parse(Contract, JSON.parse(readFileSync(FILE, 'utf8')))
    : { entries: [], examples: [], policies: [] };

const minorOf = (version: string): number => Number(version.slice(2));

/** Replaces what differs from one run to the next. */
function settled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(settled);
  if (typeof value === 'string')
    return value
      .replaceAll('/placement/resource_', '/resource_')
      .replaceAll(
        /(?!11111111|22222222|33333333)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
        'UUID',
      );
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'request_id')
      .map(([key, inner]): [string, unknown] => [key, settled(inner)]),
  );
}

/** A validator's account of schema and instance depends on its release: only the sentence before it is compared. */
const withoutSchema = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replace(/ {2}(Failed validating|On instance).*? {2}"/, '  "'));

const users: Readonly<Record<string, string | null>> = { '(empty)': null, bob: 'reader' };

describe('the contract of the Placement API', { skip: absent }, () => {
  test('has each route at each microversion where it is, with its policy, and no other', () => {
    assert.ok(contract.entries.length > 60, `${contract.entries.length} entries`);
    for (const entry of contract.entries) {
      for (let minor = minorOf(entry.min); minor <= minorOf(entry.max); minor += 1) {
        const found = placementRoutes.filter(
          ({ method, path, from, until }) =>
            method === entry.method && path === entry.path && from <= minor && minor <= until,
        );
        const name = `${entry.method} ${entry.path} at 1.${minor}`;
        assert.equal(found.length, 1, name);
        assert.equal(found[0]?.policy, entry.policy ?? null, name);
        assert.equal(found[0]?.bodyAt(minor) === undefined, entry.body === null, name);
      }
    }
    for (const { method, path, from, until } of placementRoutes)
      for (let minor = from; minor <= until; minor += 1)
        assert.ok(
          contract.entries.some(
            (entry) =>
              entry.method === method &&
              entry.path === path &&
              minorOf(entry.min) <= minor &&
              minor <= minorOf(entry.max),
          ),
          `${method} ${path} at 1.${minor} is not in the contract`,
        );
  });

  test('has the same rules', () => {
    const names = contract.policies.map(({ name }) => name).filter((name) => name.startsWith('placement:'));
    assert.ok(names.length > 30);
    assert.deepEqual(Object.keys(PLACEMENT_POLICIES).sort(), names.sort());
    for (const { name, check_str: check } of contract.policies) {
      const own = Object.entries(PLACEMENT_POLICIES).find(([rule]) => rule === name)?.[1];
      if (own && name !== 'placement:reshaper:reshape') assert.equal(own.check, check);
    }
  });

  test('answers as Placement itself did, request by request', async () => {
    assert.ok(contract.examples.length > 40, `${contract.examples.length} examples`);
    const api = startPlacement();
    for (const example of contract.examples) {
      const [method = '', target = ''] = example.request.split(' ');
      const as = example.token_user === undefined ? 'admin' : (users[example.token_user] ?? null);
      const isOpen = target === '/';
      // Without a token keystonemiddleware, which the recording was made without, answers first.
      if (as === null && !isOpen) continue;
      const answer = await api.call(method, target === '/' ? '' : target, {
        as,
        ...(example.version === null ? {} : { version: `placement ${example.version}` }),
        ...(example.request_body === undefined ? {} : { body: example.request_body }),
        ...(example.request_headers === undefined ? {} : { headers: example.request_headers }),
      });
      const name = `${example.request} at ${example.version}`;
      assert.equal(answer.status, example.status, `${name}: ${JSON.stringify(answer.body)}`);
      assert.deepEqual(withoutSchema(settled(answer.body)), withoutSchema(settled(example.body ?? null)), name);
      for (const header of ['openstack-api-version', 'vary', 'allow', 'cache-control', 'location']) {
        const recorded = Object.entries(example.headers).find(([key]) => key.toLowerCase() === header)?.[1] ?? null;
        const own = answer.headers.get(header)?.replace('http://cloud.test/placement', 'http://x') ?? null;
        assert.equal(settled(own), settled(recorded), `${name}: ${header}`);
      }
      if (answer.headers.has('cache-control')) assert.ok(answer.headers.has('last-modified'), name);
    }
    assert.deepEqual(api.crashes, []);
  });
});
