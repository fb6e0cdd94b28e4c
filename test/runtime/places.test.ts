import assert from 'node:assert/strict';
import test from 'node:test';
import { Places } from '../../runtime/places.ts';
import { seededRandom } from '../../runtime/random.ts';

interface Guest {
  readonly number: number;
  state: 'waiting' | 'inside' | 'gone';
}

/** A house of places, and how often it asks after a guest. */
function house(max: number) {
  const entered: number[] = [];
  const asked = { count: 0 };
  const places = new Places<Guest>({
    max: () => max,
    enter(guest) {
      guest.state = 'inside';
      entered.push(guest.number);
    },
    isWaiting(guest) {
      asked.count++;
      return guest.state === 'waiting';
    },
  });
  return { places, entered, asked };
}

test('guests who come and go while no place is free are forgotten', () => {
  const { places, entered, asked } = house(1);
  places.take('a', { number: 0, state: 'inside' });
  for (let number = 1; number <= 100_000; number++) {
    const guest: Guest = { number, state: 'waiting' };
    assert.equal(places.take('a', guest), false);
    guest.state = 'gone';
    places.left('a');
  }
  places.take('a', { number: -1, state: 'waiting' });
  asked.count = 0;
  places.free('a');
  assert.deepEqual(entered, [-1]);
  assert.ok(asked.count < 200, `${asked.count} guests stood in the queue`);
});

test('whatever the order of coming, going and leaving, no more are inside than there are places, and the queue is served in turn', () => {
  const random = seededRandom(5);
  const { places, entered } = house(3);
  const inside: Guest[] = [];
  let waiting: Guest[] = [];
  const takeIn = (): void => {
    for (const guest of waiting) if (guest.state === 'inside') inside.push(guest);
    waiting = waiting.filter(({ state }) => state === 'waiting');
  };
  for (let number = 0; number < 20_000; number++) {
    const draw = random.fraction();
    if (draw < 0.45) {
      const guest: Guest = { number, state: 'waiting' };
      if (places.take('a', guest)) {
        guest.state = 'inside';
        inside.push(guest);
      } else waiting.push(guest);
    } else if (draw < 0.7 && waiting.length > 0) {
      const [left] = waiting.splice(Math.floor(random.fraction() * waiting.length), 1);
      if (left) left.state = 'gone';
      places.left('a');
    } else if (inside.pop()) places.free('a');
    takeIn();
    assert.ok(inside.length <= 3);
    assert.ok(inside.length === 3 || waiting.length === 0, 'somebody waits for a place that is free');
  }
  assert.deepEqual(
    entered,
    [...entered].sort((a, b) => a - b),
  );
  assert.ok(entered.length > 1_000);
});
