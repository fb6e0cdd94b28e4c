import assert from 'node:assert/strict';
import test from 'node:test';
import { type HostState, handle } from '../../../actors/host/handle.ts';
import { type HostMessage, host } from '../../../actors/host/protocol.ts';
import { assertHas } from '../assert-has.ts';
import { RecordingContext } from '../recording-context.ts';

const REGISTRATION = { name: 'host-a', cell: 'cell1', zone: 'nova', lookEveryMs: 60_000 };

function told(): { readonly ctx: RecordingContext; readonly tell: (message: HostMessage) => HostState } {
  const ctx = new RecordingContext(host.at('host-a'));
  let state: HostState = null;
  const tell = (message: HostMessage): HostState => {
    state = handle(state, message, ctx);
    return state;
  };
  tell({ type: 'register', registration: REGISTRATION });
  return { ctx, tell };
}

const failed: HostMessage = { type: 'buildEnded', failed: true, failuresMax: 3 };
const fine: HostMessage = { ...failed, failed: false };

test('after too many builds in a row have failed a host takes no new instances, and says why', () => {
  const { tell, ctx } = told();
  tell(failed);
  assert.equal(tell(failed)?.disabled, false);
  const disabled = tell(failed);
  assert.deepEqual([disabled?.disabled, disabled?.disabledReason], [true, 'Auto-disabled due to 3 build failures']);
  assertHas(ctx.toldTo('cell/cell1').at(-1), { type: 'hostAvailable', available: false });
});

test('a build that succeeds, and whoever enables the host, begin the count anew', () => {
  const { tell } = told();
  for (const message of [failed, failed, fine, failed, failed]) assert.equal(tell(message)?.disabled, false);
  tell(failed);
  assert.equal(tell({ type: 'setDisabled', disabled: false, reason: null })?.disabled, false);
  for (const message of [failed, failed]) assert.equal(tell(message)?.disabled, false);
});

test('a host that is down by order is not looked at, until that is taken back', () => {
  const { tell, ctx } = told();
  const down = tell({ type: 'setForcedDown', forcedDown: true });
  assert.deepEqual([down?.state, down?.forcedDown], ['down', true]);
  assert.deepEqual(ctx.cancelledEffects, ['look']);
  const looks = ctx.effects.length;
  for (const message of [{ type: 'lookAgain' }, { type: 'register', registration: REGISTRATION }] as const) {
    assert.equal(tell(message)?.state, 'down');
  }
  assert.equal(ctx.effects.length, looks);
  const back = tell({ type: 'setForcedDown', forcedDown: false });
  assert.equal(back?.state, 'connecting');
  assert.equal(ctx.effects.length, looks + 1);
});

test('a look that comes back while the host is down by order changes nothing', () => {
  const { tell } = told();
  tell({ type: 'setForcedDown', forcedDown: true });
  const outcome = { ok: false, error: { code: 'Unreachable', reason: 'gone' } } as const;
  const after = tell({ type: 'effectEnded', effectId: 'look', name: 'driver.look', outcome });
  assert.deepEqual([after?.state, after?.problem], ['down', 'Somebody has said that it is down.']);
});
