import assert from 'node:assert/strict';
import test from 'node:test';
import { changed, OPTIONAL_FIELDS } from '../../../actors/instance/changed.ts';
import { type Instance, instances } from '../../../actors/instance/row.ts';
import { anInstance } from './an-instance.ts';

/** A row with every field, of which nothing is looked at but whether it is still there. */
const full = (): Instance => {
  const marks = Object.fromEntries(OPTIONAL_FIELDS.map(([field]) => [field, { field }]));
  return { ...anInstance({ vmState: 'active' }), ...marks };
};

test('a changed instance has every field of the former one, whatever it may lack', () => {
  const former = full();
  assert.deepEqual(changed(former, {}), former);
  const bare: Instance = { ...former };
  for (const [field] of OPTIONAL_FIELDS) Reflect.deleteProperty(bare, field);
  const given = OPTIONAL_FIELDS.flatMap(([field, json]) => (json === null ? [] : [[field, JSON.parse(json)] as const]));
  const copy = changed(bare, {});
  assert.deepEqual(copy, { ...bare, ...Object.fromEntries(given) });
  assert.ok(given.length > 5 && given.length < OPTIONAL_FIELDS.length);
});

test('the changes are taken over, and the former instance stays as it was', () => {
  const former = full();
  const before = structuredClone(former);
  const next = changed(former, { vmState: 'stopped', host: null, locked: true });
  assert.deepEqual(next, { ...before, vmState: 'stopped', host: null, locked: true });
  assert.deepEqual(former, before);
});

test('rows that are taken to be indexed alike have the same entries', () => {
  const row: Instance = { ...full(), serverGroup: { id: 'g', policy: 'affinity', maxServersPerHost: null }, host: 'h' };
  const entries = instances.entries(row, row.id);
  const fields = Object.keys(row);
  const alike = fields.filter((field) => {
    const other = { ...row, [field]: { other: field } };
    if (!instances.isIndexedAlike(row, other)) return false;
    assert.deepEqual(instances.entries(other, row.id), entries, field);
    return true;
  });
  assert.ok(alike.length > 40 && alike.length < fields.length - 3, `${alike.length} of ${fields.length}`);
});
