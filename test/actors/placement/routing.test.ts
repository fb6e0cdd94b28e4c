import assert from 'node:assert/strict';
import test from 'node:test';
import { cellMappings } from '../../../actors/cell-mapping/row.ts';
import { hosts } from '../../../actors/host/row.ts';
import { cellOfChange, namesFor, refusedElsewhere } from '../../../actors/placement/routing.ts';
import { anInventory, hostId, id, PlacedCell } from './placed-cell.ts';

/** Two hosts, the second of which is in another cell; as the front end reads them. */
function twoCells(): PlacedCell {
  const cell = new PlacedCell(2);
  const second = hosts.read(cell.ctx.rows, 'h2');
  assert.ok(second);
  cell.ctx.put(hosts, 'h2', { ...second, cell: 'cell2' });
  const mapping = { name: 'cell2', number: 1, uuid: id(7_000), disabled: false, createdAtMs: 1 };
  cell.ctx.put(cellMappings, 'cell2', mapping);
  return cell;
}

test('a change goes to the cell of the host at the top of its provider, and everything else to that of the api', () => {
  const cell = twoCells();
  const { rows } = cell.ctx;
  cell.provider(id(1), {}, { parentId: hostId(2) });
  cell.provider(id(2), {});
  const traits = (providerId: string) => cellOfChange({ type: 'deleteTraits', providerId }, rows);
  assert.deepEqual([hostId(1), hostId(2), id(1), id(2)].map(traits), ['cell1', 'cell2', 'cell2', 'cell1']);
  assert.equal(cellOfChange({ type: 'createProvider', id: id(3), name: 'c', parentId: id(1) }, rows), 'cell2');
  assert.equal(cellOfChange({ type: 'ensureTrait', name: 'CUSTOM_A' }, rows), 'cell1');
  assert.equal(cellOfChange(cell.allocation(id(9), { [hostId(2)]: { VCPU: 1 } }), rows), 'cell2');
  cell.must(cell.allocation(id(9), { [hostId(2)]: { VCPU: 1 } }));
  assert.equal(cellOfChange({ type: 'deleteAllocations', consumerId: id(9) }, rows), 'cell2');
  assert.equal(cellOfChange(cell.allocation(id(9), {}), rows), 'cell2', 'what it has says where it is');
});

test('another cell is told of the traits and classes that users have made, for that change', () => {
  const cell = twoCells();
  cell.must({ type: 'ensureTrait', name: 'CUSTOM_T' });
  cell.must({ type: 'ensureClass', name: 'CUSTOM_C' });
  const traits = {
    type: 'setTraits' as const,
    providerId: hostId(1),
    generation: 0,
    traits: ['CUSTOM_T', 'CUSTOM_NONE', 'HW_CPU_X86_VMX'],
  };
  assert.deepEqual(namesFor(traits, cell.ctx.rows), { traits: ['CUSTOM_T'], classes: [] });
  const inventories = {
    type: 'setInventories' as const,
    providerId: hostId(1),
    generation: 0,
    inventories: { CUSTOM_C: anInventory(1), VCPU: anInventory(1), CUSTOM_NONE: anInventory(1) },
  };
  assert.deepEqual(namesFor(inventories, cell.ctx.rows), { traits: [], classes: ['CUSTOM_C'] });
  const other = new PlacedCell(1);
  const known = { ...traits, traits: ['CUSTOM_T'] };
  assert.equal(other.refused(known), 'TraitsNotFound');
  other.tell({ type: 'placement', change: known, names: namesFor(known, cell.ctx.rows) });
  assert.ok(other.catalog().provider(hostId(1))?.traits.includes('CUSTOM_T'));
  assert.equal(other.catalog().hasTrait('CUSTOM_T'), false, 'a copy would outlive a delete in the cell that keeps it');
});

test('with several cells, what is used or taken in any of them is refused before one is asked', () => {
  const cell = twoCells();
  const { rows } = cell.ctx;
  cell.must({ type: 'ensureTrait', name: 'CUSTOM_T' });
  cell.must({ type: 'setTraits', providerId: hostId(2), generation: 0, traits: ['CUSTOM_T'] });
  const code = (change: Parameters<typeof refusedElsewhere>[0]) => refusedElsewhere(change, rows)?.code;
  assert.equal(code({ type: 'deleteTrait', name: 'CUSTOM_T' }), 'TraitInUse');
  assert.equal(code({ type: 'deleteTrait', name: 'CUSTOM_U' }), undefined);
  assert.equal(code({ type: 'createProvider', id: id(1), name: 'h2', parentId: null }), 'ProviderExists');
  assert.equal(code(cell.allocation(id(9), { [hostId(1)]: { VCPU: 1 }, [hostId(2)]: { VCPU: 1 } })), 'SeveralCells');
  cell.must(cell.allocation(id(9), { [hostId(2)]: { VCPU: 1 } }));
  assert.equal(code(cell.allocation(id(9), { [hostId(1)]: { VCPU: 1 } })), 'SeveralCells');
  assert.equal(code(cell.allocation(id(9), { [hostId(2)]: { VCPU: 2 } })), undefined);
  assert.equal(
    code({ type: 'updateProvider', id: hostId(2), name: 'h2', parentId: undefined, mayMove: false }),
    undefined,
  );
});

test('names that users have not made, or that are not there, are left to the cell that says so', () => {
  const cell = twoCells();
  cell.must({ type: 'setTraits', providerId: hostId(2), generation: 0, traits: ['HW_CPU_X86_VMX'] });
  cell.must({ type: 'createClass', name: 'CUSTOM_C' });
  cell.provider(id(1), { CUSTOM_C: anInventory(1) });
  const code = (change: Parameters<typeof refusedElsewhere>[0]) => refusedElsewhere(change, cell.ctx.rows)?.code;
  assert.equal(code({ type: 'deleteClass', name: 'CUSTOM_C' }), 'ClassInUse');
  assert.equal(code({ type: 'renameClass', name: 'CUSTOM_C', newName: 'CUSTOM_D' }), 'ClassInUse');
  assert.equal(code({ type: 'renameClass', name: 'VCPU', newName: 'CUSTOM_D' }), undefined);
  assert.equal(code({ type: 'deleteTrait', name: 'HW_CPU_X86_VMX' }), undefined);
  for (const name of ['VCPU', 'constructor', '__proto__', 'CUSTOM_NONE'])
    assert.equal(code({ type: 'deleteClass', name }), undefined, name);
});
