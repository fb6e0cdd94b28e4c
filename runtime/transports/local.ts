import type { Clock } from '../clock.ts';
import type { Link } from '../transport.ts';

/**
 * Two ends of a link inside one thread. What one end sends reaches the other in order, on a later turn of the clock, as
 * on any other transport; so that a simulation meets the same interleavings.
 */
export function localLink<A, B>(clock: Clock): { readonly near: Link<A, B>; readonly far: Link<B, A> } {
  const toFar = lane<A>(clock);
  const toNear = lane<B>(clock);
  const close = (): void => {
    toFar.close();
    toNear.close();
  };
  return {
    near: { send: toFar.send, onReceive: toNear.onReceive, close },
    far: { send: toNear.send, onReceive: toFar.onReceive, close },
  };
}

function lane<T>(clock: Clock) {
  let receive: ((item: T) => void) | null = null;
  let waiting: T[] = [];
  let scheduled = false;
  let closed = false;
  const drain = (): void => {
    scheduled = false;
    if (!receive || closed) return;
    const items = waiting;
    // By `slice`, for the reason that `../sending.ts` gives.
    waiting = items.slice(items.length);
    for (const item of items) receive(item);
  };
  const schedule = (): void => {
    if (scheduled || closed || waiting.length === 0) return;
    scheduled = true;
    clock.soon(drain);
  };
  return {
    send(item: T): void {
      if (closed) return;
      waiting.push(item);
      schedule();
    },
    onReceive(next: (item: T) => void): void {
      receive = next;
      schedule();
    },
    close(): void {
      closed = true;
      waiting = [];
    },
  };
}
