import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { BASE_RULES, POLICIES } from '../../http/compute/policies.ts';
import { NO_OWNER } from '../../http/policy.ts';
import { parsePolicyFile } from '../../http/policy-file.ts';
import { LivePolicies } from '../../http/policy-reload.ts';
import { realClock } from '../../runtime/clock.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';
import { aCaller } from './stub-api.ts';

const LIST = 'os_compute_api:os-services:list';

describe('a policy file', () => {
  const read = (text: string) => Object.fromEntries(parsePolicyFile(text, 'policy.yaml').overrides);

  test('is YAML or JSON with names and check strings', () => {
    assert.deepEqual(read(`# why\n"${LIST}": "role:foo or rule:bar"\n`), { [LIST]: 'role:foo or rule:bar' });
    assert.deepEqual(read(JSON.stringify({ [LIST]: '!' })), { [LIST]: '!' });
    assert.deepEqual(read(''), {});
    assert.deepEqual(read('# nothing but comments\n'), {});
  });

  test('may have the old lists: alternatives of checks that must all hold', () => {
    assert.deepEqual(read('a: [["role:x", "role:y"], ["role:z"], "role:q"]\nb: []\n'), {
      a: '(role:x and role:y) or role:z or role:q',
      b: '@',
    });
  });

  const refusals: readonly (readonly [text: string, reason: RegExp])[] = [
    ['- a\n', /policy\.yaml is refused: it must hold names of rules/],
    ['a: "@"\nb: 5\n', /the check string of 'b' at line 2 is no text/],
    ['a: "@"\nb: [[5]]\n', /the check string of 'b' at line 2/],
    ['a: "@"\n"b: [', /at line \d/],
    ['a: "@"\na: "!"\n', /at line 2/],
    ['a: "@"\nb: *nothing\n', /policy\.yaml is refused: .*alias.*: nothing/],
    [`a: &x "@"\n${Array.from({ length: 200 }, (_, index) => `b${index}: *x\n`).join('')}`, /alias count/],
    ['a'.repeat(1_048_577), /longer than/],
  ];
  for (const [text, reason] of refusals)
    test(`is refused with the place: ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.throws(() => read(text), { name: 'PolicyFileRefused', message: reason });
    });
});

describe('rules that follow their file', () => {
  const folder = temporaryFolder();
  after(() => folder.remove());
  const file = join(folder.path, 'policy.yaml');
  const told: string[] = [];
  let clock = new VirtualClock();
  beforeEach(() => {
    told.length = 0;
    clock = new VirtualClock();
  });

  const open = (time: Pick<VirtualClock, 'after'> = clock) =>
    new LivePolicies({
      base: BASE_RULES,
      rules: POLICIES,
      file,
      clock: time,
      log: (level, message) => told.push(`${level}: ${message}`),
    });
  const write = (check: string): void => {
    // Replaced by renaming, as editors and configuration tools do, with another length so that its stamp differs.
    writeFileSync(`${file}.new`, `"${LIST}": "${check}"\n`);
    renameSync(`${file}.new`, file);
  };
  const look = (): void => {
    clock.advanceTo(clock.now() + 5_000);
  };
  const isAllowed = (policies: ReturnType<typeof open>): boolean => policies.allows(LIST, aCaller(), NO_OWNER);

  test('take a changed file, keep the old rules when it cannot be used, and say why', () => {
    write('!');
    const policies = open();
    assert.equal(isAllowed(policies), false);
    write('role:member');
    look();
    assert.equal(isAllowed(policies), true);
    write('role:member and');
    look();
    assert.equal(isAllowed(policies), true);
    assert.match(told.at(-1) ?? '', /^error: .*line 1: .*os-services:list.* at character 16\. The rules stay/);
    writeFileSync(file, `"${LIST}": *operators\n`);
    look();
    assert.equal(isAllowed(policies), true);
    assert.match(told.at(-1) ?? '', /^error: .*alias.*operators.* The rules stay/);
    rmSync(file);
    look();
    assert.equal(isAllowed(policies), true);
    assert.match(told.at(-1) ?? '', /^error: .*cannot be read/);
    write('role:nobody');
    look();
    assert.equal(isAllowed(policies), false);
    policies.close();
    write('@');
    look();
    assert.equal(isAllowed(policies), false);
  });

  test('are not read again while the file is the same', () => {
    write('role:member');
    const policies = open();
    look();
    look();
    assert.deepEqual(told, []);
    policies.close();
  });

  test('tell of names that no rule has', () => {
    writeFileSync(file, 'os_compute_api:serverz:create: "@"\n');
    open().close();
    assert.match(told.join(), /^warn: policy file: there is no policy rule 'os_compute_api:serverz:create'/);
  });

  test('are refused at the start when the file is missing or broken', () => {
    rmSync(file);
    assert.throws(open, { name: 'PolicyFileRefused', message: /policy\.yaml cannot be read/ });
    write('role:a role:b');
    assert.throws(open, { name: 'PolicyFileRefused', message: /policy\.yaml, line 1: .*unexpected 'role:b'/ });
  });

  test('follow the file in real time', async () => {
    write('!');
    const policies = open(realClock);
    write('role:member');
    const limitMs = performance.now() + 60_000;
    while (!isAllowed(policies) && performance.now() < limitMs) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(isAllowed(policies), true);
    policies.close();
  });
});
