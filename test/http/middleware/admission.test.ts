import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Admission } from '../../../http/middleware/admission.ts';
import type { Clock } from '../../../runtime/clock.ts';

/** A clock whose timers come as late as the test says. */
class LateClock implements Pick<Clock, 'monotonic' | 'after'> {
  nowMs = 0;
  #due: { readonly atMs: number; readonly run: () => void } | null = null;
  monotonic = (): number => this.nowMs;
  after = (delayMs: number, run: () => void) => {
    this.#due = { atMs: this.nowMs + delayMs, run };
    return () => {
      this.#due = null;
    };
  };
  /** Lets the timer that is set come so late. */
  turn(lateMs: number): void {
    const due = this.#due;
    assert.ok(due !== null);
    this.nowMs = due.atMs + lateMs;
    due.run();
  }
  get isIdle(): boolean {
    return this.#due === null;
  }
}

const limits = { requestsInFlightMax: 2, eventLoopDelayMsMax: 100 };

test('requests are taken up to the limit, and those beyond are counted', () => {
  const admission = new Admission(limits, new LateClock());
  assert.equal(admission.refusal(1), null);
  assert.equal(admission.refusal(2), 'requests');
  assert.deepEqual(admission.refused, { requests: 1, delay: 0 });
});

test('an event loop that runs late twice in a row sheds requests until it has caught up', () => {
  const clock = new LateClock();
  const admission = new Admission(limits, clock);
  clock.turn(101);
  assert.equal(admission.refusal(0), null);
  clock.turn(500);
  assert.equal(admission.refusal(0), 'delay');
  clock.turn(100);
  assert.equal(admission.refusal(0), null);
  assert.deepEqual(admission.refused, { requests: 0, delay: 1 });
});

test('a stopped one sets no timers any more', () => {
  const clock = new LateClock();
  const admission = new Admission(limits, clock);
  clock.turn(0);
  admission.stop();
  assert.ok(clock.isIdle);
});
