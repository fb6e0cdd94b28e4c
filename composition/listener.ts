import { IncomingMessage } from 'node:http';
import { createAdaptorServer, type Http2Bindings, type HttpBindings, type ServerType } from '@hono/node-server';
import type { Serve } from '../http/middleware/door.ts';
import type { Settings } from './settings.ts';

/** How long the headers of a request may be on their way, in milliseconds, also on a connection that never sends any. Node's own default. */
const HEADERS_MS_MAX = 60_000;

/** A listener that cannot be opened. The message says why. */
export class ListenRefused extends Error {
  override readonly name = 'ListenRefused';
}

/** The listener speaks nothing else. */
const isHttp1 = (env: HttpBindings | Http2Bindings): env is HttpBindings => env.incoming instanceof IncomingMessage;

/** Opens the listener. Throws ListenRefused when the port is in use or may not be used. */
export async function listen(
  serve: Serve,
  { host, port }: Settings['listen'],
): Promise<{ server: ServerType; url: string }> {
  const fetch = (request: Request, env: HttpBindings | Http2Bindings) => serve(request, isHttp1(env) ? env : {});
  // Uploads of images may take longer than Node's limit of a request; those that bring nothing are ended by their app. Without
  // a limit of its own for headers Node takes that of the request, and a client could hold a connection for ever.
  const serverOptions = { requestTimeout: 0, headersTimeout: HEADERS_MS_MAX };
  // For a request of HTTP/1.0, which need not say what host it is for: checks of load balancers do not.
  const hostname = host.includes(':') ? `[${host}]` : host;
  const server = createAdaptorServer({ fetch, serverOptions, hostname });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is in use; choose another with --listen' : error.message;
      reject(new ListenRefused(`Cannot listen on ${host}:${port}: ${reason}.`));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return { server, url: `http://${hostname}:${bound}` };
}
