import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BASE_RULES, POLICIES } from '../../http/compute/policies.ts';
import { compilePolicies, NO_OWNER, ownTarget } from '../../http/policy.ts';
import { aCaller, anAdmin, policies } from './stub-api.ts';

const FACTS = new URL('../../../shared/compute-api/policies.tsv', import.meta.url);

test('the rules are those of Nova', { skip: existsSync(FACTS) ? false : 'policies.tsv is absent' }, () => {
  const rows = readFileSync(FACTS, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));
  assert.equal(rows.length, 214);
  assert.deepEqual({ ...BASE_RULES, ...POLICIES }, Object.fromEntries(rows.map((row) => [row[0], row[1]])));
});

const allows = (check: string, caller = aCaller(), target = ownTarget(caller)): boolean =>
  compilePolicies({ base: BASE_RULES, rules: { x: check } }).allows('x', caller, target);

const checks: readonly (readonly [string, boolean])[] = [
  ['', true],
  ['@', true],
  ['!', false],
  ['role:member', true],
  ['role:MEMBER', true],
  ['role:admin', false],
  ['not role:admin', true],
  ['not not role:admin', false],
  ['role:admin or role:member', true],
  ['role:admin and role:member or role:reader', true],
  ['role:reader or role:member and role:admin', true],
  ['(role:reader or role:member) and role:admin', false],
  ['((@))', true],
  ['is_admin:True', false],
  ['is_admin:False', true],
  ['project_id:%(project_id)s', true],
  ['project_id:%(absent)s', false],
  ['user_id:u1', true],
  ['rule:project_member_api', true],
  ['rule:context_is_admin OR role:member', true],
];
for (const [check, expected] of checks)
  test(`'${check}' ${expected ? 'allows' : 'refuses'} a member`, () => assert.equal(allows(check), expected));

for (const broken of [
  'role',
  'and',
  'role:a and',
  '(role:a',
  'role:a)',
  'role:a role:b',
  'http:x',
  'colour:red',
  'rule:none',
  'constructor:x',
])
  test(`'${broken}' is refused when it is compiled`, () => {
    assert.throws(() => allows(broken), { name: 'PolicySyntaxError' });
  });

test('a rule that refers to itself is refused', () => {
  assert.throws(() => compilePolicies({ base: {}, rules: { a: 'rule:b', b: 'not rule:a' } }), /refers to itself/);
});

test('an override changes a rule, and one of an unknown rule is refused', () => {
  const sources = { base: BASE_RULES, rules: POLICIES };
  const open = compilePolicies({ ...sources, overrides: { 'os_compute_api:os-services:list': '@' } });
  assert.equal(open.allows('os_compute_api:os-services:list', aCaller(), NO_OWNER), true);
  assert.throws(() => compilePolicies({ ...sources, overrides: { nope: '@' } }), /no policy rule 'nope'/);
});

test('a member may show a server of its own project, not of another, and nothing without an owner', () => {
  const show = (target: Readonly<Record<string, string>>) =>
    policies.allows('os_compute_api:servers:show', aCaller(), target);
  assert.deepEqual([show(ownTarget(aCaller())), show({ project_id: 'other' }), show(NO_OWNER)], [true, false, false]);
  assert.equal(policies.allows('os_compute_api:servers:show', anAdmin(), { project_id: 'other' }), true);
});

test('a reader may not create, and an admin with a token of the system may do nothing', () => {
  const reader = aCaller({ roles: ['reader'] });
  assert.equal(policies.allows('os_compute_api:servers:create', reader, ownTarget(reader)), false);
  const system = { ...anAdmin(), projectId: null, systemScope: 'all' } as const;
  assert.equal(policies.allows('os_compute_api:os-services:list', system, NO_OWNER), false);
});
