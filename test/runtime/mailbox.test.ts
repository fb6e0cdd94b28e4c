import assert from 'node:assert/strict';
import test from 'node:test';
import { type Item, Letter, Mailbox, newLetter } from '../../runtime/mailbox.ts';
import { seededRandom } from '../../runtime/random.ts';

const messageIn = (item: Item | undefined): unknown => (item instanceof Letter ? item.message : item);

test('letters come out in the order in which they went in, and are counted', () => {
  const random = seededRandom(2);
  const mailbox = new Mailbox();
  let [pushed, taken] = [0, 0];
  for (let step = 0; step < 50_000; step++) {
    // Phases of growing and of shrinking, far beyond the size at which the array is cut.
    if (random.fraction() < (step % 10_000 < 5_000 ? 0.8 : 0.25)) {
      const message = { n: pushed++ };
      if (random.fraction() < 0.5) mailbox.pushMessage(message);
      else mailbox.push(newLetter('tell', message));
    } else if (taken < pushed) assert.deepEqual(messageIn(mailbox.shift()), { n: taken++ });
    else assert.equal(mailbox.shift(), undefined);
    assert.equal(mailbox.length, pushed - taken);
  }
  assert.deepEqual(
    [...mailbox].map(({ message }) => message),
    Array.from({ length: pushed - taken }, (_, n) => ({ n: taken + n })),
  );
  assert.ok(taken > 10_000);
});

test('what is noted on the letter of a message that waits is still there when it is taken', () => {
  const mailbox = new Mailbox();
  const messages = [{ n: 0 }, { n: 1 }, { n: 2 }];
  for (const message of messages) mailbox.pushMessage(message);
  let place = 10;
  mailbox.eachNew((letter) => {
    letter.place = place++;
  });
  mailbox.pushMessage({ n: 3 });
  const taken = Array.from({ length: 4 }, () => {
    const item = mailbox.shift();
    return [messageIn(item), item instanceof Letter ? item.place : null];
  });
  assert.deepEqual(taken, [
    [{ n: 0 }, 10],
    [{ n: 1 }, 11],
    [{ n: 2 }, 12],
    [{ n: 3 }, null],
  ]);
});
