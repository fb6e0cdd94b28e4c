import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { ALL_BASE_RULES, ALL_POLICIES } from '../../http/policies.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';

const folder = temporaryFolder();
after(() => folder.remove());
const file = join(folder.path, 'policy.yaml');
writeFileSync(file, '"os_compute_api:os-services:list": "role:auditor"\nnope: "@"\n');

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'cli/novella.ts', 'policy', ...args], { encoding: 'utf8' });

test('list tells default, what is in force, scope and operations of each rule', () => {
  const { status, stdout, stderr } = run('list', '--policy-file', file);
  assert.equal(status, 0);
  const shown = stdout.split('\n\n').find((block) => block.startsWith('os_compute_api:os-services:list\n'));
  assert.equal(
    shown,
    [
      'os_compute_api:os-services:list',
      '  default   rule:context_is_admin',
      '  in force  role:auditor',
      '  scope     project',
      '  for       GET /os-services',
    ].join('\n'),
  );
  assert.match(stderr, /no policy rule 'nope'/);
});

test('list as JSON holds every rule', () => {
  const rows: unknown = JSON.parse(run('list', '--json').stdout);
  assert.ok(Array.isArray(rows));
  assert.equal(rows.length, Object.keys(ALL_BASE_RULES).length + Object.keys(ALL_POLICIES).length);
});

test('check tells which part decides, and its status is 1 when a rule refuses', () => {
  const refused = run('check', '--rule', 'os_compute_api:servers:create', '--roles', 'reader');
  assert.equal(refused.status, 1);
  assert.match(refused.stdout, /^refused {2}os_compute_api:servers:create\n {9}by rule:.* > role:member\n/);
  const allowed = run('check', '--rule', 'os-services:list', '--roles', 'auditor', '--policy-file', file);
  assert.deepEqual(
    [allowed.status, allowed.stdout],
    [0, 'allowed  os_compute_api:os-services:list\n         by role:auditor\n'],
  );
});

test('check takes another project, a thing without an owner and a token of the system', () => {
  const show = ['check', '--rule', 'os_compute_api:ips:show'] as const;
  assert.equal(run(...show, '--project', 'a', '--target', 'project_id=a').status, 0);
  assert.equal(run(...show, '--project', 'a', '--target', 'project_id=b').status, 1);
  assert.equal(run(...show, '--target', 'none').status, 1);
  const system = run(...show, '--roles', 'admin', '--system-scope');
  assert.equal(system.status, 1);
  assert.match(system.stdout, /by the scope: a token of system scope/);
});

test('a sample is a policy file without a rule, and with every rule at its default when it is uncommented', () => {
  const { stdout } = run('sample');
  assert.equal(parse(stdout), null);
  const defaults = Object.entries({ ...ALL_BASE_RULES, ...ALL_POLICIES }).map(([name, { check }]) => [name, check]);
  assert.deepEqual(parse(stdout.replace(/^#"/gm, '"')), Object.fromEntries(defaults));
});

test('what cannot be is refused with a line that says why', () => {
  writeFileSync(join(folder.path, 'broken.yaml'), 'a: "role:x or"\n');
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['list', '--policy-file', join(folder.path, 'broken.yaml')], /line 1: the policy rule 'a' .* at character 10/],
    [['check', '--rule', 'nothing-such'], /no policy rule "nothing-such"/],
    [['check', '--target', 'project'], /--target project: expected NAME=VALUE/],
    [['check', '--project', 'a', '--system-scope'], /exclude each other/],
    [['show'], /no command "novella policy show"/],
  ];
  for (const [args, reason] of cases) {
    const { status, stderr } = run(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, reason);
  }
});
