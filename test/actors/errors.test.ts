import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeErrorOf, isAskError } from '../../actors/errors.ts';
import type { AskError } from '../../runtime/message.ts';

test('what keeps a reply from coming is told from what a reply says', () => {
  const errors: readonly AskError[] = [
    { code: 'MailboxFull', retryAfterMs: 5 },
    { code: 'AskTimedOut', deadlineMs: 5 },
    { code: 'HandlerFailed', reason: 'r' },
    { code: 'StoreFailed', reason: 'r' },
    { code: 'ShardStopped' },
  ];
  for (const error of errors) {
    assert.ok(isAskError(error), error.code);
    assert.notEqual(computeErrorOf(error), undefined);
  }
  for (const code of ['NetworkNotFound', 'InternalError', 'constructor', '__proto__']) assert.ok(!isAskError({ code }));
});
