import type { Link } from '../transport.ts';
import type { Place } from './chooser.ts';
import type { MessageFault } from './fault-rates.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** One direction of a simulated connection. */
export interface Direction<T> {
  /** Where its messages get lost or late. */
  readonly place: Place;
  readonly chances: Readonly<Record<MessageFault, number>>;
  /** Whether the thread that receives still lives. */
  readonly isReceiving: () => boolean;
  /** Hears of everything that is sent, before it is lost. */
  readonly onSend?: (item: T) => void;
}

/** A connection between two simulated threads: a link, and the means to break it. */
export interface SimulatedConnection<A, B> {
  readonly near: Link<A, B>;
  readonly far: Link<B, A>;
  /** Ends the connection. What is under way arrives nevertheless, or is lost. */
  break(arrives: boolean): void;
}

/** What is slow takes up to so long: longer than it takes the outbox to send it again. */
const SLOW_MS_MAX = 4_000;
const TRANSIT_MS_MAX = 3;

/**
 * Two ends of a connection that takes a while, and loses what it likes. As the port wants it, what arrives does so in
 * order and once; but after a break, what was under way may arrive behind what the next connection brought.
 */
export function simulatedLink<A, B>(
  time: VirtualClock,
  toFar: Direction<A>,
  toNear: Direction<B>,
): SimulatedConnection<A, B> {
  const there = lane(time, toFar);
  const back = lane(time, toNear);
  const close = (): void => {
    there.end(false);
    back.end(false);
  };
  return {
    near: { send: there.send, onReceive: back.onReceive, close },
    far: { send: back.send, onReceive: there.onReceive, close },
    break(arrives) {
      there.end(arrives);
      back.end(arrives);
    },
  };
}

function lane<T>(time: VirtualClock, { place, chances, isReceiving, onSend }: Direction<T>) {
  let receive: ((item: T) => void) | null = null;
  let arrived: T[] = [];
  let lastMs = 0;
  let isOpen = true;
  let isLost = false;
  const arrive = (item: T): void => {
    if (isLost || !isReceiving()) return;
    if (receive) receive(item);
    else arrived.push(item);
  };
  return {
    send(item: T): void {
      if (!isOpen) return;
      onSend?.(item);
      const fault = place.fault(chances);
      if (fault === 'lose') return;
      const transitMs = place.upTo(fault === 'slow' ? SLOW_MS_MAX : TRANSIT_MS_MAX);
      // Behind everything before it: a fraction apart, since what is due at one moment comes in any order.
      lastMs = Math.max(lastMs + ORDER_MS, time.monotonic() + transitMs);
      time.after(lastMs - time.monotonic(), () => arrive(item));
    },
    onReceive(next: (item: T) => void): void {
      receive = next;
      const items = arrived;
      arrived = [];
      for (const item of items) next(item);
    },
    end(arrives: boolean): void {
      isOpen = false;
      if (!arrives) isLost = true;
    },
  };
}

/** What separates two messages of a link at least. */
const ORDER_MS = 1 / 1024;
