import type { MessagePort } from 'node:worker_threads';
import type { Link } from '../transport.ts';

/** What may be posted: the structured clone of plain data. */
function isIncoming<In>(value: unknown): value is In {
  return typeof value === 'object' && value !== null;
}

/** A link over a MessagePort between two threads of this process. One post carries a whole batch. */
export function portLink<Out, In>(port: MessagePort): Link<Out, In> {
  return {
    send: (out) => port.postMessage(out),
    onReceive: (receive) => {
      port.on('message', (incoming: unknown) => {
        if (isIncoming<In>(incoming)) receive(incoming);
      });
    },
    close: () => port.close(),
  };
}
