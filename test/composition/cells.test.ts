import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cell } from '../../actors/cell/protocol.ts';
import { cellMappings, hostMappings, instanceMappings } from '../../actors/cell-mapping/row.ts';
import { apiRouting, planCells, routingOf } from '../../composition/cells.ts';
import { checkSettings, SettingsRefused } from '../../composition/settings.ts';
import { RecordingContext } from '../actors/recording-context.ts';

const context = () => new RecordingContext(cell.at('cell1'));
const planned = (cells: unknown, hosts: number, ctx = context()) => {
  const settings = checkSettings({ cells, hosts }, 'the test');
  return planCells({ ...settings, driver: 'sim' }, ctx.rows).map(({ name, hosts: own }) => `${name}: ${own.join(' ')}`);
};

test('without a word about cells there is one, with all hosts', () => {
  assert.deepEqual(planned(undefined, 2), ['cell1: sim-0 sim-1']);
});

test('hosts are given to cells by their shares', () => {
  assert.deepEqual(planned(2, 4), ['cell1: sim-0 sim-2', 'cell2: sim-1 sim-3']);
  assert.deepEqual(planned({ cell1: { share: 0 }, east: { share: 2 }, west: {} }, 6), [
    'cell1: ',
    'east: sim-0 sim-1 sim-3 sim-4',
    'west: sim-2 sim-5',
  ]);
});

test('a host stays in its cell, and a cell stays, whatever the configuration says later', () => {
  const ctx = context();
  const mapping = { uuid: 'u', disabled: false, createdAtMs: 0 };
  ctx.put(cellMappings, 'cell1', { ...mapping, name: 'cell1', number: 0, stopped: false });
  ctx.put(cellMappings, 'old', { ...mapping, name: 'old', number: 1, stopped: true });
  ctx.put(hostMappings, 'sim-0', { host: 'sim-0', cell: 'old' });
  assert.deepEqual(planned(1, 2, ctx), ['cell1: sim-1', 'old: sim-0']);
  const cells = planCells({ cells: 1, hosts: 2, driver: 'sim' }, ctx.rows);
  assert.deepEqual(
    cells.map(({ isStopped }) => isStopped),
    [false, true],
  );
});

test('cells without cell1, of a name that is no name, or called cell0 are refused', () => {
  for (const cells of [
    { east: {} },
    { cell1: {}, 'a/b': {} },
    { cell1: {}, cell0: {} },
    65,
    0,
    { cell1: { share: -1 } },
  ])
    assert.throws(() => checkSettings({ cells }, 'the test'), SettingsRefused, JSON.stringify(cells));
});

test('in the api and at the front end mappings say where an actor is; in a cell what it speaks of is its own', () => {
  const cells = ['cell1', 'b'];
  const ctx = context();
  const rest = { projectId: 'p', userId: 'u', createdAtMs: 0, image: null, requestedZone: null, groupId: null };
  const flavor = { flavorId: '1', name: 'm', vcpus: 1, memoryMib: 1, rootGib: 1, ephemeralGib: 0, swapMib: 0 };
  ctx.put(instanceMappings, 'i', { ...rest, instanceId: 'i', cell: 'b', flavor: { ...flavor, extraSpecs: {} } });
  ctx.put(hostMappings, 'h', { host: 'h', cell: 'b' });
  const at = (route: ReturnType<typeof apiRouting>) =>
    [
      ['instance', 'i'],
      ['instance', 'other'],
      ['host', 'h'],
      ['cell', 'b'],
      ['cell', 'cell0'],
      ['cell', 'unknown'],
      ['project', 'p'],
    ].map(([kind = '', id = '']) => route(kind, id, ctx.rows));
  const fromApi = ['b', 'cell1', 'b', 'b', 'cell1', 'cell1', 'cell1'];
  assert.deepEqual(at(apiRouting(cells)), fromApi);
  assert.deepEqual(at(routingOf('cell1', cells)), fromApi);
  assert.deepEqual(at(routingOf('b', cells)), ['b', 'b', 'b', 'b', 'cell1', 'cell1', 'cell1']);
  assert.deepEqual(at(routingOf('cell1', ['cell1'])), new Array(7).fill('cell1'));
});
