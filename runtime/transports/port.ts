import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Link } from '../transport.ts';

/** What may be posted: the structured clone of plain data. */
function isIncoming<In>(value: unknown): value is In {
  return typeof value === 'object' && value !== null;
}

/** A link over a MessagePort. */
export interface PortLink<Out, In> extends Link<Out, In> {
  /**
   * Hands over at once what the other end has posted so far. Node may tell that a thread has ended before it delivers
   * the thread's last messages; they are not lost, only late.
   */
  drain(): void;
}

/** A link over a MessagePort between two threads of this process, or within one. One post carries a whole batch. */
export function portLink<Out, In>(port: MessagePort): PortLink<Out, In> {
  let receive: ((incoming: In) => void) | null = null;
  const take = (incoming: unknown): void => {
    if (isIncoming<In>(incoming)) receive?.(incoming);
  };
  return {
    send: (out) => port.postMessage(out),
    onReceive: (next) => {
      if (receive === null) port.on('message', take);
      receive = next;
    },
    drain() {
      for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
        take(next.message);
      }
    },
    close: () => port.close(),
  };
}
