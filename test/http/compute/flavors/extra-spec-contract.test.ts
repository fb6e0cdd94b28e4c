import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as v from 'valibot';
import { extraSpecProblem } from '../../../../http/compute/flavors/extra-spec-rules.ts';

// Nova's own validators as data. The file is no part of this repository.
const FILE = new URL('../../../../../shared/compute-api/scheduler.json', import.meta.url);

const Value = v.object({
  type: v.picklist(['str', 'int', 'bool']),
  enum: v.optional(v.array(v.string())),
  min: v.optional(v.number()),
  max: v.optional(v.number()),
  pattern: v.optional(v.string()),
});
const Facts = v.object({
  flavor_extra_specs: v.object({ specs: v.array(v.object({ name: v.string(), value: Value })) }),
});
const skip = existsSync(FILE) ? false : 'scheduler.json is absent';
const specs = skip === false ? v.parse(Facts, JSON.parse(readFileSync(FILE, 'utf8'))).flavor_extra_specs.specs : [];

/** A name without its parameters. */
const nameOf = (name: string): string =>
  name
    .replace('{group}', '1')
    .replace('{num}', '0')
    .replace('{resource}', 'GOLD')
    .replace('{filter}', ':a')
    .replace('{key}', 'k')
    .replace('{trait}', 'GOLD');

test('the names that Nova knows are at hand', { skip }, () => assert.ok(specs.length > 500));

test('every name that Nova knows is known', { skip }, () => {
  for (const { name } of specs) assert.doesNotMatch(extraSpecProblem(nameOf(name), '') ?? '', /does not appear/, name);
});

test('values are taken and refused as by Nova', { skip }, () => {
  let judged = 0;
  for (const { name, value } of specs) {
    const candidates: [string, boolean][] = [];
    if (value.type === 'bool') candidates.push(['true', true], ['0', true], ['sure', false]);
    if (value.type === 'int') {
      candidates.push(['1', true], ['x', false]);
      if (value.min !== undefined) candidates.push([String(value.min), true], [String(value.min - 1), false]);
      else candidates.push(['-5', true]);
      if (value.max !== undefined) candidates.push([String(value.max), true], [String(value.max + 1), false]);
    }
    for (const word of value.enum ?? []) candidates.push([word, true]);
    if (value.enum !== undefined) candidates.push(['no such word', false]);
    if (value.pattern !== undefined) {
      const whole = new RegExp(`^(?:${value.pattern})$`);
      for (const text of ['large', '2MB', '0-3', '^1', '0,^2', 'a:1', 'x y', '', '1,,2', '7'])
        candidates.push([text, whole.test(text)]);
    }
    for (const [text, expected] of candidates) {
      judged += 1;
      assert.equal(extraSpecProblem(nameOf(name), text) === null, expected, `${name} = '${text}'`);
    }
  }
  assert.ok(judged > 200);
});
