import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cell } from '../../../actors/cell/protocol.ts';
import { type Candidate, cellsFor } from '../../../actors/cell-mapping/choose.ts';
import { hostMappings, instanceMappings } from '../../../actors/cell-mapping/row.ts';
import { SPEC } from '../../simulation/clients.ts';
import { RecordingContext } from '../recording-context.ts';

const flavor = {
  flavorId: '1',
  name: 'm1',
  vcpus: 1,
  memoryMib: 1_024,
  rootGib: 1,
  ephemeralGib: 0,
  swapMib: 0,
  extraSpecs: {},
};
const SPEC_1 = { ...SPEC, id: 'i1', name: 'i1', flavor };

const candidate = (
  name: string,
  number: number,
  free: number,
  largest: number = free,
  more: { readonly disabled?: boolean; readonly stopped?: boolean; readonly zones?: readonly string[] } = {},
): [string, Candidate] => {
  const { disabled = false, stopped = false, zones = ['nova'] } = more;
  const amount = (memoryMib: number) => ({ vcpus: 100, memoryMib, diskGib: 1_000 });
  const summary = { cell: name, atMs: 0, hosts: 2, free: amount(free), largest: amount(largest), zones };
  return [name, { mapping: { name, number, uuid: name, disabled, stopped, createdAtMs: 0 }, summary }];
};

const context = () => new RecordingContext(cell.at('cell1'));
const chosen = (
  candidates: readonly [string, Candidate][],
  spec: Parameters<typeof cellsFor>[0] = SPEC_1,
  ctx = context(),
  tried: readonly string[] = [],
) => cellsFor(spec, new Map(candidates), tried, ctx.rows);

test('the cell in which most instances of the size fit comes first, and of equal ones the first', () => {
  assert.deepEqual(chosen([candidate('cell1', 0, 4_096), candidate('b', 1, 8_192), candidate('c', 2, 4_096)]), [
    'b',
    'cell1',
    'c',
  ]);
});

test('a cell without a hole that is large enough comes after those that have one, however much it has', () => {
  assert.deepEqual(chosen([candidate('cell1', 0, 90_000, 512), candidate('b', 1, 1_024)]), ['b', 'cell1']);
});

test('a cell that has told nothing comes before those that have said that they are full', () => {
  const silent = candidate('b', 1, 0);
  silent[1].summary = null;
  assert.deepEqual(chosen([candidate('cell1', 0, 0), silent, candidate('c', 2, 2_048)]), ['c', 'b', 'cell1']);
});

test('cells that are disabled or stopped, and those that were tried, are left out', () => {
  const cells = [
    candidate('cell1', 0, 9_000, 9_000, { disabled: true }),
    candidate('b', 1, 9_000, 9_000, { stopped: true }),
    candidate('c', 2, 9_000),
    candidate('d', 3, 9_000),
  ];
  assert.deepEqual(chosen(cells, SPEC_1, context(), ['c']), ['d']);
});

test('a cell without the zone that is asked for comes last', () => {
  const cells = [candidate('cell1', 0, 9_000), candidate('b', 1, 2_048, 2_048, { zones: ['east'] })];
  assert.deepEqual(chosen(cells, { ...SPEC_1, requestedZone: 'east' }), ['b', 'cell1']);
});

test('a host that is asked for names its cell', () => {
  const ctx = context();
  ctx.put(hostMappings, 'h', { host: 'h', cell: 'b' });
  const cells = [candidate('cell1', 0, 9_000), candidate('b', 1, 0)];
  assert.deepEqual(chosen(cells, { ...SPEC_1, requestedHost: 'h' }, ctx), ['b']);
});

test('members of an affinity group follow the first one; those of a soft group do if there is room', () => {
  const ctx = context();
  const member = { instanceId: 'i0', cell: 'b', projectId: 'p', userId: 'u', createdAtMs: 0, flavor, image: null };
  ctx.put(instanceMappings, 'i0', { ...member, requestedZone: null, groupId: 'g' });
  const cells = [candidate('cell1', 0, 9_000), candidate('b', 1, 2_048)];
  const inGroup = (policy: 'affinity' | 'soft-affinity' | 'anti-affinity') => ({
    ...SPEC_1,
    serverGroup: { id: 'g', policy, maxServersPerHost: null },
  });
  assert.deepEqual(chosen(cells, inGroup('affinity'), ctx), ['b']);
  assert.deepEqual(chosen(cells, inGroup('soft-affinity'), ctx), ['b', 'cell1']);
  assert.deepEqual(chosen(cells, inGroup('anti-affinity'), ctx), ['cell1', 'b']);
  const full = [candidate('cell1', 0, 9_000), candidate('b', 1, 0)];
  assert.deepEqual(chosen(full, inGroup('soft-affinity'), ctx), ['cell1', 'b']);
});
