import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRequests, cellIdentities, instanceMappings, OWN_IDENTITY } from '../../../actors/cell-mapping/row.ts';
import { instanceActions } from '../../../actors/instance/actions/row.ts';
import { handleInCells } from '../../../actors/instance/in-cells.ts';
import { standIn } from '../../../actors/instance/new-instance.ts';
import { type GivenToCell, instance } from '../../../actors/instance/protocol.ts';
import { bootData, type Instance } from '../../../actors/instance/row.ts';
import { REQUESTER, SPEC } from '../../simulation/clients.ts';
import { RecordingContext } from '../recording-context.ts';
import { anInstance } from './an-instance.ts';

const ID = '11111111-1111-4111-8111-111111111111';
const KEEPER = 'cell-mapping/main';
const BY = { ...REQUESTER, requestId: 'req-1' };
const spec = { ...SPEC, id: ID, name: 'i', flavor: anInstance().flavor };
const begin = { type: 'begin', operation: 'stop', requester: BY } as const;
const refusal = { code: 'NoValidHost', reason: 'No valid host was found.', details: 'all are full' } as const;

/** An instance's actor in the store of a cell; null: of a cloud that has one. */
function inCell(name: string | null) {
  const ctx = new RecordingContext(instance.at(ID));
  if (name !== null) ctx.put(cellIdentities, OWN_IDENTITY, { name, number: name === 'cell1' ? 0 : 1 });
  return ctx;
}

function created(ctx: RecordingContext, cell: string, failure: GivenToCell['failure'] = null): Instance {
  const given = { cell, createdAtMs: 5, failure };
  const state = handleInCells(null, { type: 'create', spec, requester: BY, given }, ctx);
  assert.ok(state);
  return state;
}

const claimIdOf = ({ operation }: Instance): string =>
  `${operation?.requestId}.${operation?.round}.${operation?.step}.${operation?.attempt}`;

test('in a cloud with one cell nobody is asked where an instance is', () => {
  const ctx = inCell(null);
  const state = handleInCells(null, { type: 'create', spec, requester: BY }, ctx);
  assert.equal(state?.cell, 'cell1');
  assert.equal(handleInCells(null, begin, inCell(null)), null);
  assert.deepEqual(ctx.toldTo(KEEPER), []);
});

test('an instance that its cell has no host for leaves nothing there, and asks for another cell', () => {
  const ctx = inCell('b');
  const state = created(ctx, 'b');
  assert.deepEqual([state.cell, state.createdAtMs, state.handsOn], ['b', 5, true]);
  const outcome = { ok: false, error: refusal } as const;
  assert.equal(handleInCells(state, { type: 'claimed', claimId: claimIdOf(state), outcome }, ctx), null);
  assert.deepEqual(ctx.toldTo(KEEPER), [{ type: 'notPlaced', instanceId: ID, cell: 'b', failure: refusal }]);
  assert.equal(bootData.read(ctx.rows, ID), undefined);
  assert.deepEqual([...instanceActions.scan(ctx.rows)], []);
});

test('in the cell of the api a row stays in its place until another cell has it', () => {
  const ctx = inCell('cell1');
  const state = created(ctx, 'cell1');
  const outcome = { ok: false, error: refusal } as const;
  const left = handleInCells(state, { type: 'claimed', claimId: claimIdOf(state), outcome }, ctx);
  assert.deepEqual([left?.cell, left?.vmState, left?.taskState, left?.operation], ['', 'building', 'scheduling', null]);
});

test('one that has got a host says so, and is not handed on any more', () => {
  const ctx = inCell('b');
  const state = created(ctx, 'b');
  const outcome = { ok: true, value: { host: 'h', zone: 'nova' } } as const;
  const next = handleInCells(state, { type: 'claimed', claimId: claimIdOf(state), outcome }, ctx);
  assert.deepEqual([next?.host, next?.handsOn], ['h', false]);
  assert.deepEqual(ctx.toldTo(KEEPER), [{ type: 'placed', instanceId: ID }]);
});

test('one that no cell has a host for is in ERROR, with the fault that Nova gives it', () => {
  const state = created(inCell('cell1'), 'cell0', refusal);
  assert.deepEqual([state.cell, state.vmState, state.taskState], ['cell0', 'error', null]);
  assert.deepEqual([state.fault?.code, state.fault?.message], [500, 'No valid host was found.']);
});

test('a message for an instance that is not in its cell goes to whoever keeps the mappings, with its asker', () => {
  const ctx = inCell('b');
  assert.equal(handleInCells(null, begin, ctx), null);
  const asker = { client: 'test', call: 1 };
  handleInCells(null, { type: 'passedOn', message: begin, asker }, ctx);
  const passOn = { type: 'passOn', instanceId: ID, message: begin, asker } as const;
  assert.deepEqual(ctx.toldTo(KEEPER), [
    { ...passOn, bouncedFrom: null },
    { ...passOn, bouncedFrom: 'b' },
  ]);
  assert.deepEqual(ctx.replies, []);
});

test('in the api a message goes where the mapping says, waits for a cell that is being chosen, or is answered', () => {
  const mapped = inCell('cell1');
  const { flavor } = spec;
  const rest = { projectId: 'p0', userId: 'u0', createdAtMs: 5, image: null, requestedZone: null, groupId: null };
  mapped.put(instanceMappings, ID, { ...rest, instanceId: ID, cell: 'b', flavor });
  const stands = standIn(spec, BY, 5);
  assert.equal(handleInCells(stands, begin, mapped), stands);
  assert.deepEqual(mapped.toldTo(`instance/${ID}`), [
    { type: 'passedOn', message: begin, asker: { client: 'test', call: 1 } },
  ]);
  const chosen = inCell('cell1');
  chosen.put(buildRequests, ID, { spec, requester: BY, createdAtMs: 5, tried: ['cell1'], refusals: [] });
  handleInCells(stands, begin, chosen);
  assert.equal(chosen.toldTo(KEEPER).length, 1);
  const nowhere = inCell('cell1');
  handleInCells(null, begin, nowhere);
  assert.deepEqual(nowhere.replies, [{ ok: false, error: { code: 'InstanceNotFound', instanceId: ID } }]);
});

test('a deleted one is told to whoever keeps the mappings', () => {
  const ctx = inCell('b');
  const state = anInstance({ id: ID, cell: 'b', host: null, operation: null, ports: [] });
  let next: Instance | null = handleInCells(state, { ...begin, operation: 'delete' }, ctx);
  for (let n = 0; n < 6 && next?.deletedAtMs === null; n++) {
    const { operation } = next;
    if (!operation) break;
    const effectId = claimIdOf(next);
    const ended = { type: 'effectEnded', effectId, name: 'x', outcome: { ok: true, value: null } } as const;
    next = handleInCells(next, ended, ctx);
  }
  assert.notEqual(next?.deletedAtMs ?? null, null);
  assert.deepEqual(ctx.toldTo(KEEPER), [{ type: 'gone', instanceId: ID }]);
});
