import type { IncomingMessage } from 'node:http';

/**
 * The bytes of a request's body, at the pace of whoever takes them. On Node's server they come from the connection
 * itself, and iterating fails when the client is gone or silent for too long; stopping early leaves the connection
 * open, so that the client still gets the answer.
 */
export async function* bytesOf(
  request: Request,
  incoming: IncomingMessage | undefined,
  idleMsMax: number,
): AsyncGenerator<Uint8Array> {
  if (!incoming) {
    yield* webBytes(request);
    return;
  }
  const { socket } = incoming;
  const giveUp = (): void => {
    incoming.destroy(new Error('The client has sent nothing for too long.'));
  };
  socket.setTimeout(idleMsMax);
  socket.on('timeout', giveUp);
  try {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } finally {
    socket.off('timeout', giveUp);
    socket.setTimeout(0);
  }
}

async function* webBytes(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  for await (const chunk of request.body) if (chunk instanceof Uint8Array) yield chunk;
}
