import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { limits } from '../../../actors/limits.ts';
import { handle, type NotifierState } from '../../../actors/notifier/handle.ts';
import { type Notification, type NotifierMessage, notifier, type Sink } from '../../../actors/notifier/protocol.ts';
import { deadNotifications, notifications } from '../../../actors/notifier/row.ts';
import { assertHas } from '../assert-has.ts';
import { RecordingContext } from '../recording-context.ts';

const numbered = (number: number): Notification => ({ messageId: `m-${number}`, eventType: 'instance.x', body: '{}' });

class ToldNotifier {
  readonly ctx: RecordingContext;
  state: NotifierState = null;

  constructor(sink: Sink) {
    this.ctx = new RecordingContext(notifier.at(sink));
  }

  tell(message: NotifierMessage): void {
    this.state = handle(this.state, message, this.ctx);
  }

  notify(count: number): void {
    for (let number = 1; number <= count; number++) this.tell({ type: 'notify', notification: numbered(number) });
  }

  ended(isWell: boolean): void {
    const error = { code: 'Unreachable', reason: 'nobody is there' };
    const outcome = isWell ? ({ ok: true, value: null } as const) : ({ ok: false, error } as const);
    this.tell({ type: 'effectEnded', effectId: 'deliver', name: 'notify.deliver', outcome });
  }

  get waiting(): readonly string[] {
    return [...notifications.scan(this.ctx.rows)].map(({ messageId }) => messageId);
  }

  /** What was asked to be delivered, attempt by attempt. */
  get asked(): readonly unknown[] {
    return this.ctx.effects.map(({ args }) => args);
  }
}

test('what comes while something is being delivered goes together, in order, when that has been taken', () => {
  const told = new ToldNotifier('webhook');
  told.notify(3);
  told.ended(true);
  assert.deepEqual(told.asked, [
    { sink: 'webhook', from: 1, to: 1 },
    { sink: 'webhook', from: 2, to: 3 },
  ]);
  assert.deepEqual(told.waiting, ['m-2', 'm-3']);
  told.ended(true);
  assert.deepEqual(told.waiting, []);
  assert.equal(told.asked.length, 2);
});

test('no more go at once than a batch', () => {
  const told = new ToldNotifier('file');
  told.notify(limits.notificationBatchMax + 5);
  told.ended(true);
  assertHas(told.asked.at(-1), { from: 2, to: limits.notificationBatchMax + 1 });
});

test('a delivery that failed is tried again with the same ones, later each time', () => {
  const told = new ToldNotifier('webhook');
  told.notify(2);
  told.ended(false);
  told.tell({ type: 'deliverAgain' });
  told.ended(false);
  assert.deepEqual(
    told.ctx.timers.map(({ delayMs }) => delayMs),
    [limits.notificationAgainMs, 2 * limits.notificationAgainMs],
  );
  assert.deepEqual(told.waiting, ['m-1', 'm-2']);
});

test('what is never taken becomes a dead letter, and the next ones go', () => {
  const told = new ToldNotifier('webhook');
  told.notify(1);
  for (let attempt = 1; attempt < limits.notificationAttemptsMax; attempt++) {
    told.ended(false);
    told.tell({ type: 'deliverAgain' });
  }
  told.ended(false);
  assert.deepEqual(told.waiting, []);
  assert.deepEqual(
    [...deadNotifications.scan(told.ctx.rows)].map(({ messageId }) => messageId),
    ['m-1'],
  );
  assertHas(told.state, { lost: 1, failures: 0 });
  told.tell({ type: 'notify', notification: numbered(2) });
  assertHas(told.asked.at(-1), { from: 2, to: 2 });
});

/** Says for a test that fewer may wait than in earnest. */
function waitingAtMost(t: TestContext, count: number): void {
  const usual = limits.notificationsWaitingMax;
  Object.assign(limits, { notificationsWaitingMax: count });
  t.after(() => Object.assign(limits, { notificationsWaitingMax: usual }));
}

test('for a sink that takes nothing no more wait than the limit, the newest, and what it missed is counted', (t) => {
  waitingAtMost(t, 5);
  const told = new ToldNotifier('webhook');
  told.notify(2);
  told.ended(false);
  told.notify(10);
  assert.equal(told.waiting.length, 5);
  assertHas(told.state, { last: 12, lost: 7 });
  told.tell({ type: 'deliverAgain' });
  assertHas(told.asked.at(-1), { from: 8, to: 12 });
  told.ended(true);
  assert.deepEqual(told.waiting, []);
  assertHas(told.state, { first: 13, lost: 7, failures: 0 });
});

test('when all that is on its way was dropped for newer ones, its end takes nothing from them', (t) => {
  waitingAtMost(t, 5);
  for (const attempts of [1, limits.notificationAttemptsMax]) {
    const told = new ToldNotifier('webhook');
    told.notify(1);
    for (let attempt = 1; attempt < attempts; attempt++) {
      told.ended(false);
      told.tell({ type: 'deliverAgain' });
    }
    told.notify(10);
    told.ended(attempts === 1);
    assert.equal(told.waiting.length, 5);
    assertHas(told.state, { first: 7, lost: 6, failures: 0 });
    assertHas(told.asked.at(-1), { from: 7, to: 11 });
  }
});

test('the program comes for its own, and those that it has handled go', () => {
  const told = new ToldNotifier('program');
  told.notify(3);
  assert.deepEqual(told.asked, []);
  told.tell({ type: 'delivered', upTo: 2 });
  assert.deepEqual(told.waiting, ['m-3']);
  told.tell({ type: 'delivered', upTo: 1 });
  assert.deepEqual(told.waiting, ['m-3']);
});
