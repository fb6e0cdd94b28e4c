import { createServer } from 'node:net';

/** Ports on 127.0.0.1 for the forwarding into guests. */
export interface Ports {
  /** A free port, `preferred` if that is free. It is not given again until `release`. Null when none can be had. */
  take(preferred: number | null): Promise<number | null>;
  release(port: number): void;
}

const tryPort = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });

/**
 * Finds ports by listening for a moment. Another process may take one before QEMU does, then QEMU says so and another
 * port is tried; guests of this driver that start at the same time are kept apart here.
 */
export function createPorts(): Ports {
  const taken = new Set<number>();
  return {
    async take(preferred) {
      for (const wanted of [...(preferred === null || taken.has(preferred) ? [] : [preferred]), 0, 0, 0]) {
        if (wanted !== 0) taken.add(wanted);
        const port = await tryPort(wanted);
        if (port !== null && (port === wanted || !taken.has(port))) {
          taken.add(port);
          return port;
        }
        if (wanted !== 0) taken.delete(wanted);
      }
      return null;
    },
    release: (port) => void taken.delete(port),
  };
}
