import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handle } from '../../../actors/idempotency/handle.ts';
import { type IdempotencyMessage, idempotency } from '../../../actors/idempotency/protocol.ts';
import { idempotentRequests } from '../../../actors/idempotency/row.ts';
import { RecordingContext } from '../recording-context.ts';

/** A project's memory that is asked one thing after the other. */
class Asked {
  readonly ctx = new RecordingContext(idempotency.at('p'));

  ask(message: IdempotencyMessage): unknown {
    handle(null, message, this.ctx);
    return this.ctx.replies.at(-1);
  }

  begin(key: string, digest = 'd'): unknown {
    return this.ask({ type: 'begin', key, digest });
  }

  finish(key: string): unknown {
    return this.ask({ type: 'finish', key, digest: 'd', answer: 'sealed' });
  }

  get count(): number {
    return [...idempotentRequests.scan(this.ctx.rows)].length;
  }
}

const NEW = { ok: true, value: { kind: 'new' } };
const HOUR_MS = 3_600_000;

test('a key is new, under way, answered, and after 24 hours new again', () => {
  const asked = new Asked();
  assert.deepEqual(asked.begin('k'), NEW);
  assert.deepEqual(asked.begin('k'), { ok: true, value: { kind: 'under way' } });
  assert.deepEqual(asked.begin('k', 'other'), { ok: true, value: { kind: 'different' } });
  asked.finish('k');
  asked.ctx.nowMs += 24 * HOUR_MS - 1;
  assert.deepEqual(asked.begin('k'), { ok: true, value: { kind: 'answered', answer: 'sealed' } });
  asked.ctx.nowMs += 1;
  assert.deepEqual(asked.begin('k', 'other'), NEW);
});

test('a key that was never answered is free after two minutes, one that was refused at once', () => {
  const asked = new Asked();
  asked.begin('lost');
  asked.begin('refused');
  asked.ask({ type: 'forget', key: 'refused', digest: 'd' });
  assert.deepEqual(asked.begin('refused'), NEW);
  asked.ctx.nowMs += 120_000;
  assert.deepEqual(asked.begin('lost'), NEW);
});

test('what is over is removed, and of too many the oldest is forgotten', () => {
  const asked = new Asked();
  for (let index = 0; index < 1_001; index++) {
    asked.ctx.nowMs += 1;
    asked.begin(`k${index}`);
    asked.finish(`k${index}`);
  }
  assert.equal(asked.count, 1_000);
  assert.deepEqual(asked.begin('k0'), NEW);
  asked.ctx.nowMs += 25 * HOUR_MS;
  asked.begin('later');
  assert.equal(asked.count, 1);
});
