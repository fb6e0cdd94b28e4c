import assert from 'node:assert/strict';
import test from 'node:test';
import { Mailbox, newLetter } from '../../runtime/mailbox.ts';
import { seededRandom } from '../../runtime/random.ts';

test('letters come out in the order in which they went in, and are counted', () => {
  const random = seededRandom(2);
  const mailbox = new Mailbox();
  let [pushed, taken] = [0, 0];
  for (let step = 0; step < 50_000; step++) {
    // Phases of growing and of shrinking, far beyond the size at which the array is cut.
    if (random.fraction() < (step % 10_000 < 5_000 ? 0.8 : 0.25)) mailbox.push(newLetter('tell', pushed++));
    else if (taken < pushed) assert.equal(mailbox.shift()?.message, taken++);
    else assert.equal(mailbox.shift(), undefined);
    assert.equal(mailbox.length, pushed - taken);
  }
  assert.deepEqual(
    [...mailbox].map(({ message }) => message),
    Array.from({ length: pushed - taken }, (_, n) => taken + n),
  );
  assert.ok(taken > 10_000);
});
