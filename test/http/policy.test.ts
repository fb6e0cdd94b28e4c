import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as v from 'valibot';
import { BASE_RULES, POLICIES } from '../../http/compute/policies.ts';
import { computeRoutes } from '../../http/compute/routes.ts';
import { compilePolicies, NO_OWNER, ownTarget, type PolicyDefinition } from '../../http/policy.ts';
import { aCaller, anAdmin, policies } from './stub-api.ts';

const FACTS = new URL('../../../shared/compute-api/policies.tsv', import.meta.url);
const skip = existsSync(FACTS) ? false : 'policies.tsv is absent';

/** What this test reads of the contract's routes. */
const routesJson = v.object({
  operations: v.record(
    v.string(),
    v.object({
      policies: v.array(v.object({ rule: v.nullable(v.string()), fatal: v.boolean(), conditional: v.boolean() })),
    }),
  ),
});

/** Rows of the contract: name, check, symbol, module, scopes, operations, and what is deprecated. */
const facts = (): readonly (readonly string[])[] =>
  readFileSync(FACTS, 'utf8')
    .replace(/\n$/, '')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));

test('every rule, its default, its scopes, operations and deprecated default are those of Nova', { skip }, () => {
  const rows = facts();
  assert.equal(rows.length, 214);
  const told = Object.entries<PolicyDefinition>({ ...BASE_RULES, ...POLICIES });
  const ours = told.map(([name, { check, operations, scopes, deprecated }]) => {
    const scope = operations.length === 0 ? '' : (scopes ?? ['project']).join(',');
    const old = deprecated ? [deprecated.name, deprecated.check, deprecated.since] : ['', '', ''];
    return [name, check, scope, operations.join('; '), ...old].join(' | ');
  });
  const theirs = rows.map(([name, check, , , scope, operations, oldName, oldCheck, since]) => {
    // Two base rules are deprecated without another in their place: their defaults stand.
    const old = oldName === '' ? ['', '', ''] : [oldName, oldCheck, since];
    return [name, check, scope, operations, ...old].join(' | ');
  });
  assert.deepEqual(ours.sort(), theirs.sort());
});

test('every rule says what it is for', () => {
  for (const [name, { description }] of Object.entries<PolicyDefinition>({ ...BASE_RULES, ...POLICIES }))
    assert.match(description, /^[A-Z].{5,110}\.$/, name);
});

/** Routes that no rule of Nova guards: flavors are for every token. Stubs of removed APIs answer before a rule could. */
const OPEN_PATHS = /^\/flavors(\/detail|\/\{[^/]+\})?$/;

test('no route of the Compute API is without a rule, but reading flavors and what is gone', () => {
  assert.ok(computeRoutes.length > 40);
  for (const { method, path, policy } of computeRoutes) {
    if (policy !== null) assert.ok(Object.hasOwn(POLICIES, policy.rule), path);
    else if (!existsSync(FACTS)) assert.ok(method !== 'GET' || OPEN_PATHS.test(path), path);
  }
});

const unnamed = (path: string): string => path.replace(/\{[^}]+\}/g, '{}');

test('each route asks the rule that Nova asks there', { skip }, () => {
  const contract: unknown = JSON.parse(readFileSync(new URL('routes.json', FACTS), 'utf8'));
  const { operations } = v.parse(routesJson, contract);
  const facts = new Map(
    Object.entries(operations).map(([operation, { policies: asked }]) => [
      unnamed(operation),
      asked.filter((one) => one.rule !== null),
    ]),
  );
  let compared = 0;
  const findings: string[] = [];
  for (const { method, path, action, policy } of computeRoutes) {
    const operation = `${method} ${path}${action === null ? '' : `#${action}`}`;
    const asked = facts.get(unnamed(operation));
    if (asked === undefined) continue;
    compared += 1;
    const rules = asked.map((one) => one.rule);
    const isOpen = asked.every((one) => one.conditional || !one.fatal);
    if (policy === null ? !isOpen : !rules.includes(policy.rule))
      findings.push(`${operation}: ${policy?.rule ?? 'no rule'}, Nova: ${rules.join(', ')}`);
  }
  assert.ok(compared > 40, `${compared} routes compared`);
  assert.deepEqual(findings, []);
});

const rule = (check: string, more: Partial<PolicyDefinition> = {}): PolicyDefinition => ({
  check,
  description: 'A rule of a test.',
  operations: [],
  ...more,
});

const engine = (check: string) => compilePolicies({ base: BASE_RULES, rules: { x: rule(check) } });
const allows = (check: string, caller = aCaller(), target = ownTarget(caller)): boolean =>
  engine(check).allows('x', caller, target);

const checks: readonly (readonly [string, boolean])[] = [
  ['', true],
  ['@', true],
  ['!', false],
  ['role:member', true],
  ['role:MEMBER', true],
  ['role:admin', false],
  ['roles:member', true],
  ['roles:admin', false],
  ['not role:admin', true],
  ['not not role:admin', false],
  ['role:admin or role:member', true],
  ['role:admin and role:member or role:reader', true],
  ['role:reader or role:member and role:admin', true],
  ['(role:reader or role:member) and role:admin', false],
  ['not (role:reader or role:member)', false],
  ['((@))', true],
  ['is_admin:True', false],
  ['is_admin:False', true],
  ['project_id:%(project_id)s', true],
  ['project_id:%(target.project_id)s', true],
  ['project_id:%(absent)s', false],
  ['user_id:u1', true],
  ["'u1':%(user_id)s", true],
  ['"u2":%(user_id)s', false],
  ["'u1/6f70656e737461636b20342065766572':%(user_id)s/%(project_id)s", true],
  ["'a':a", true],
  ['True:%(absent)s', false],
  ['system_scope:all', false],
  ['rule:project_member_api', true],
  ['rule:context_is_admin OR role:member', true],
];
for (const [check, expected] of checks)
  test(`'${check}' ${expected ? 'allows' : 'refuses'} a member, and the explanation says so`, () => {
    assert.equal(allows(check), expected);
    const { allowed, decidedBy } = engine(check).explain('x', aCaller(), ownTarget(aCaller()));
    assert.equal(allowed, expected);
    assert.ok(decidedBy.length > 0);
  });

const broken: readonly (readonly [check: string, problem: RegExp])[] = [
  ['role', /rule 'x' .*'role', which is no check: it has no colon, at character 1$/],
  ['and', /unexpected 'and' at character 1$/],
  ['role:a and', /ends too early at character 11$/],
  ['(role:a', /ends too early at character 8$/],
  ['role:a)', /unexpected '\)' at character 7$/],
  ['role:a role:b', /unexpected 'role:b' at character 8$/],
  ['role:a or http://x', /asks a server \('http:'\), which is not supported: .* at character 11$/],
  ['colour:red', /asks for 'colour', which no caller has, at character 1$/],
  ['@ or rule:none', /rule 'x' .* refers to 'none', which does not exist, at character 6$/],
  ['constructor:x', /'constructor', which no caller has/],
  ['rule:__proto__', /does not exist/],
  [`role:${'a'.repeat(4096)}`, /longer than 4096 characters/],
];
for (const [check, problem] of broken)
  test(`'${check.slice(0, 40)}' is refused with the rule and the place`, () => {
    assert.throws(() => allows(check), { name: 'PolicySyntaxError', message: problem });
  });

test('deep nesting and long chains of rules are refused, and long lists of alternatives are not', () => {
  assert.equal(allows(`${'('.repeat(30)}@${')'.repeat(30)}`), true);
  assert.equal(allows(`${'not '.repeat(30)}@`), true);
  assert.throws(() => allows(`${'('.repeat(40)}@${')'.repeat(40)}`), /nested deeper than 32 at character 34$/);
  assert.throws(() => allows(`${'not '.repeat(1000)}@`), /nested deeper than 32/);
  assert.equal(allows(`${'! or '.repeat(800)}@`), true);
  assert.equal(allows(`${'@ and '.repeat(600)}!`), false);
  const chain = (length: number) =>
    compilePolicies({
      base: { r0: rule('@') },
      rules: { x: rule(`rule:r${length}`) },
      overrides: new Map(Array.from({ length }, (_, index) => [`r${length - index}`, `rule:r${length - index - 1}`])),
    });
  assert.equal(chain(20).allows('x', aCaller(), NO_OWNER), true);
  assert.throws(() => chain(5_000), /more than 32 deep/);
});

test('a rule that refers to itself is refused', () => {
  assert.throws(
    () => compilePolicies({ base: {}, rules: { a: rule('rule:b'), b: rule('not rule:a') } }),
    /refers to itself/,
  );
});

test('an override changes a rule and those built from it; one of an unknown rule is told', () => {
  const overrides = new Map([
    ['os_compute_api:os-services:list', '@'],
    ['context_is_admin', 'role:root'],
    ['nope', '@'],
    ['ours', 'role:auditor'],
    ['os_compute_api:os-services:update', 'rule:ours'],
  ]);
  const open = compilePolicies({ base: BASE_RULES, rules: POLICIES, overrides });
  assert.equal(open.allows('os_compute_api:os-services:list', aCaller(), NO_OWNER), true);
  assert.equal(open.allows('os_compute_api:os-services:delete', anAdmin(), NO_OWNER), false);
  assert.equal(open.allows('os_compute_api:os-services:delete', aCaller({ roles: ['root'] }), NO_OWNER), true);
  assert.equal(open.allows('os_compute_api:os-services:update', aCaller({ roles: ['auditor'] }), NO_OWNER), true);
  assert.deepEqual(open.warnings, ["there is no policy rule 'nope', and no other rule refers to it"]);
  assert.equal(open.checkOf('os_compute_api:os-services:list'), '@');
});

test('an override under the old name of a rule counts, and is told, unless the new name is there, too', () => {
  const overrides = new Map([
    ['os_compute_api:os-services', '@'],
    ['os_compute_api:os-services:delete', '!'],
  ]);
  const open = compilePolicies({ base: BASE_RULES, rules: POLICIES, overrides });
  assert.equal(open.allows('os_compute_api:os-services:list', aCaller(), NO_OWNER), true);
  assert.equal(open.allows('os_compute_api:os-services:delete', anAdmin(), NO_OWNER), false);
  assert.equal(open.warnings.length, 2);
  assert.match(open.warnings.join('\n'), /'os_compute_api:os-services' is the old name of .*os-services:list/);
});

test('deprecated defaults count only when they are asked for', () => {
  const nobody = aCaller({ roles: [] });
  const old = { base: BASE_RULES, rules: POLICIES, enforceNewDefaults: false } as const;
  assert.equal(policies.allows('os_compute_api:servers:show', nobody, ownTarget(nobody)), false);
  assert.equal(compilePolicies(old).allows('os_compute_api:servers:show', nobody, ownTarget(nobody)), true);
  assert.equal(compilePolicies(old).allows('os_compute_api:os-volumes:create', nobody, ownTarget(nobody)), true);
  assert.equal(compilePolicies(old).allows('os_compute_api:os-services:list', nobody, ownTarget(nobody)), false);
});

test('a member may show a server of its own project, not of another, and nothing without an owner', () => {
  const show = (target: Readonly<Record<string, string>>) =>
    policies.allows('os_compute_api:servers:show', aCaller(), target);
  assert.deepEqual([show(ownTarget(aCaller())), show({ project_id: 'other' }), show(NO_OWNER)], [true, false, false]);
  assert.equal(policies.allows('os_compute_api:servers:show', anAdmin(), { project_id: 'other' }), true);
});

test('readers read, members change, managers migrate, services tell of events, admins do all', () => {
  const asked = [
    'os_compute_api:servers:show',
    'os_compute_api:servers:create',
    'os_compute_api:os-migrate-server:migrate',
    'os_compute_api:os-server-external-events:create',
  ] as const;
  const table = [
    ['reader', [true, false, false, false]],
    ['member', [false, true, false, false]],
    ['manager', [false, false, true, false]],
    ['service', [false, false, false, true]],
    ['admin', [true, true, true, true]],
  ] as const;
  for (const [role, expected] of table) {
    const caller = aCaller({ roles: [role] });
    assert.deepEqual(
      asked.map((name) => policies.allows(name, caller, ownTarget(caller))),
      expected,
      role,
    );
  }
});

test('a token of another scope than the rule is refused whatever its roles, unless scopes are not enforced', () => {
  const system = { ...anAdmin(), projectId: null, systemScope: 'all' } as const;
  const domain = { ...anAdmin(), projectId: null, domainId: 'default' };
  for (const caller of [system, domain]) {
    assert.equal(policies.allows('os_compute_api:os-services:list', caller, NO_OWNER), false);
    const lax = compilePolicies({ base: BASE_RULES, rules: POLICIES, enforceScope: false });
    assert.equal(lax.allows('os_compute_api:os-services:list', caller, NO_OWNER), true);
  }
  const ofSystem = compilePolicies({ base: {}, rules: { x: rule('role:admin', { scopes: ['system'] }) } });
  assert.equal(ofSystem.allows('x', system, NO_OWNER), true);
  assert.equal(ofSystem.allows('x', anAdmin(), NO_OWNER), false);
  assert.match(ofSystem.explain('x', anAdmin(), NO_OWNER).decidedBy.join(), /project scope, .* is for system/);
});
