import assert from 'node:assert/strict';
import test from 'node:test';
import { CONSOLIDATION_USER, type ConsolidatorState, handle } from '../../../actors/consolidator/handle.ts';
import { type ConsolidationOptions, DEFAULT_CONSOLIDATION } from '../../../actors/consolidator/options.ts';
import type { PlannedMove } from '../../../actors/consolidator/plan.ts';
import { type ConsolidatorMessage, consolidator } from '../../../actors/consolidator/protocol.ts';
import type { Consolidation } from '../../../actors/consolidator/row.ts';
import { type Instance, instances } from '../../../actors/instance/row.ts';
import { assertHas } from '../assert-has.ts';
import { anInstance } from '../instance/an-instance.ts';
import { RecordingContext } from '../recording-context.ts';

const OPTIONS: ConsolidationOptions = {
  ...DEFAULT_CONSOLIDATION,
  hosts: 'all',
  maxMovesAtOnce: 2,
  maxMovesPerRound: 3,
  backoffMs: 60_000,
};

const move = (instanceId: string, to = 'b'): PlannedMove => ({ instanceId, from: 'a', to });

/** A consolidator, told one message after the other, with instances on host `a`. */
class Told {
  readonly ctx = new RecordingContext(consolidator.at('cell1'));
  readonly options: ConsolidationOptions;
  state: ConsolidatorState = null;

  constructor(changes: Partial<ConsolidationOptions> = {}) {
    this.options = { ...OPTIONS, ...changes };
    for (const id of ['i1', 'i2', 'i3', 'i4']) this.put({ id });
  }

  put(changes: Partial<Instance>): void {
    const row = anInstance({ host: 'a', vmState: 'active', taskState: null, operation: null, ...changes });
    this.ctx.put(instances, row.id, row);
  }

  tell(message: ConsolidatorMessage): this {
    this.state = handle(this.state, message, this.options, this.ctx);
    return this;
  }

  /** A round in which the cell plans these moves. */
  round(...moves: readonly PlannedMove[]): this {
    return this.tell({ type: 'round' }).tell({ type: 'movesPlanned', moves });
  }

  /** The instance of a move that has begun does what it was told. */
  migrating(id: string): void {
    const requestId = this.row.moves.find(({ instanceId }) => instanceId === id)?.requestId ?? '';
    const operation = { action: 'liveMigrate', requestId, round: 0, step: 0, attempt: 1, startedMs: 0 } as const;
    this.put({ id, taskState: 'migrating', operation });
  }

  later(ms: number): this {
    this.ctx.nowMs += ms;
    return this;
  }

  get row(): Consolidation {
    assert.ok(this.state);
    return this.state;
  }

  get begun(): readonly string[] {
    return this.ctx.tells.filter(({ to }) => to.startsWith('instance/')).map(({ to }) => to.slice('instance/'.length));
  }

  get asked(): readonly unknown[] {
    return this.ctx.toldTo('cell/cell1');
  }
}

test('when hosts are not to be emptied, nothing is asked, told or kept', () => {
  const told = new Told({ hosts: 'none' });
  told.tell({ type: 'wake' }).round(move('i1'));
  assert.deepEqual([told.state, told.ctx.tells, told.ctx.timers], [null, [], []]);
});

test('it begins with a round after the time that is set, and asks its cell what to move', () => {
  const told = new Told().tell({ type: 'wake' });
  assert.deepEqual(told.ctx.timers, [{ name: 'round', delayMs: 300_000, message: { type: 'round' } }]);
  assert.equal(told.state, null);
  told.tell({ type: 'round' });
  assertHas(told.asked[0], {
    type: 'planMoves',
    limits: { hosts: 'all', maxMovesPerRound: 3, emptiestBelow: 0.5 },
    leftAlone: [],
    underWay: [],
  });
  assert.equal(told.ctx.timers.length, 2, 'and the next round is set');
});

test('it begins live migrations as an administrator would, not more at once than it may', () => {
  const told = new Told().round(move('i1'), move('i2'), move('i3'));
  assert.deepEqual(told.begun, ['i1', 'i2']);
  assertHas(told.ctx.toldTo('instance/i1')[0], {
    type: 'begin',
    operation: 'liveMigrate',
    host: 'b',
    by: { userId: CONSOLIDATION_USER, projectId: 'p1' },
    requester: { userId: CONSOLIDATION_USER, projectId: 'p1', isAdmin: true },
  });
  assert.deepEqual(
    told.row.moves.map(({ instanceId }) => instanceId),
    ['i1', 'i2'],
  );
});

test('while moves are under way nothing is asked; when one has ended the next is planned as things are then', () => {
  const told = new Told().round(move('i1'), move('i2'));
  for (const id of ['i1', 'i2']) told.migrating(id);
  told.tell({ type: 'lookAtMoves' });
  assert.equal(told.asked.length, 1);
  told.put({ id: 'i1', host: 'b' });
  told.tell({ type: 'lookAtMoves' });
  assertHas(told.asked[1], { limits: { maxMovesPerRound: 1 }, underWay: [move('i2')] });
  assert.deepEqual([told.row.moved, told.row.notMoved], [1, 0]);
  told.tell({ type: 'movesPlanned', moves: [move('i3'), move('i4')] });
  assert.deepEqual(told.begun, ['i1', 'i2', 'i3'], 'three of a round');
});

test('a move that has failed is not tried again before its time, which doubles', () => {
  const told = new Told({ maxMovesPerRound: 10 }).round(move('i1'));
  told.tell({ type: 'lookAtMoves' });
  assert.deepEqual([told.row.moved, told.row.notMoved, told.row.moves.length], [0, 1, 0]);
  assertHas(told.asked.at(-1), { leftAlone: ['i1'] });
  told.later(60_000).tell({ type: 'round' });
  assertHas(told.asked.at(-1), { leftAlone: [] });
  told.tell({ type: 'movesPlanned', moves: [move('i1')] }).tell({ type: 'lookAtMoves' });
  told.later(119_999).tell({ type: 'round' });
  assertHas(told.asked.at(-1), { leftAlone: ['i1'] });
  told.later(1).tell({ type: 'round' });
  assertHas(told.asked.at(-1), { leftAlone: [] });
  told.tell({ type: 'movesPlanned', moves: [move('i1')] });
  told.put({ id: 'i1', host: 'b' });
  told.tell({ type: 'lookAtMoves' });
  assert.deepEqual(told.row.failed, [], 'one that went well is forgiven');
});

test('an instance that is deleted, gone or somewhere else by now is neither moved nor counted as a failure', () => {
  const told = new Told().round(move('i1'), move('i2'));
  told.put({ id: 'i1', deletedAtMs: 5 });
  told.put({ id: 'i2', host: 'c' });
  told.tell({ type: 'lookAtMoves' });
  assert.deepEqual([told.row.moves, told.row.notMoved, told.row.failed], [[], 0, []]);
  told.round(move('i1'), move('i2'), move('unknown'));
  assert.deepEqual(told.begun, ['i1', 'i2'], 'as before');
});

test('after a restart it goes on with the moves that it had begun', () => {
  const told = new Told().round(move('i1'), move('i2'));
  for (const id of ['i1', 'i2']) told.migrating(id);
  const again = new Told();
  again.state = told.state;
  again.put({ id: 'i1', host: 'b' });
  again.migrating('i2');
  again.tell({ type: 'wake' });
  assert.deepEqual([again.row.moved, again.row.moves.length], [1, 1]);
  assert.ok(again.ctx.timers.some(({ name }) => name === 'moves'));
});

test('a plan that comes when there is no room for more moves begins none', () => {
  const told = new Told().round(move('i1'), move('i2'));
  told.tell({ type: 'movesPlanned', moves: [move('i3')] });
  assert.deepEqual(told.begun, ['i1', 'i2']);
});
