import { createConnection } from 'node:net';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { limits } from './limits.ts';
import { createLineReader } from './line-reader.ts';
import { parseQmpLine, type QmpMessage } from './qmp-messages.ts';

/** An event of QEMU, such as SHUTDOWN or STOP. */
export interface QmpEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A connection to the monitor of one guest. Its end is, as a rule, the end of the guest's process. */
export interface QmpClient {
  /** Sends a command. Errors: HypervisorFailed (QEMU refused), Unreachable (closed meanwhile), TimedOut. */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<DriverResult<unknown>>;
  /** Resolves, with the reason, when the connection is over, whoever ended it. */
  readonly closed: Promise<string>;
  /** Ends the connection; the guest goes on. */
  close(): void;
}

/** `absent`: nobody listens, so no such process runs. `silent`: somebody listens and does not answer. */
export type QmpConnectFailure = { readonly kind: 'absent' | 'silent' | 'broken'; readonly reason: string };

/** Limits that tests shorten. */
export interface QmpTimes {
  readonly greetingMs: number;
  readonly commandMs: number;
}

interface Waiter {
  readonly settle: (result: DriverResult<unknown>) => void;
  readonly timer: NodeJS.Timeout;
}

const defaultTimes: QmpTimes = { greetingMs: limits.qmpGreetingMs, commandMs: limits.qmpCommandMs };

/**
 * Connects to a QMP socket, takes the greeting and leaves the negotiation mode. Events that come later go to
 * `onEvent`, in order. A message that is not QMP, or a line beyond the limit, ends the connection.
 */
export function connectQmp(
  path: string,
  onEvent: (event: QmpEvent) => void,
  times: QmpTimes = defaultTimes,
): Promise<
  { readonly ok: true; readonly client: QmpClient } | { readonly ok: false; readonly failure: QmpConnectFailure }
> {
  const waiters = new Map<number, Waiter>();
  let lastId = 0;
  let endReason: string | null = null;
  let isGreeted = false;

  return new Promise((resolveConnect) => {
    let resolveClosed: (reason: string) => void = () => {};
    const closed = new Promise<string>((resolve) => {
      resolveClosed = resolve;
    });
    const socket = createConnection({ path });
    const greetingTimer = setTimeout(() => fail('silent', 'QMP sent no greeting in time'), times.greetingMs);

    const fail = (kind: QmpConnectFailure['kind'], reason: string) => {
      clearTimeout(greetingTimer);
      endReason ??= reason;
      socket.destroy();
      resolveConnect({ ok: false, failure: { kind, reason } });
    };
    const end = (reason: string) => {
      endReason ??= reason;
      socket.destroy();
    };

    const client: QmpClient = {
      closed,
      close: () => end('closed by the controller'),
      execute(command, args) {
        if (endReason !== null) return Promise.resolve(driverFailed({ code: 'Unreachable', reason: endReason }));
        lastId += 1;
        const id = lastId;
        return new Promise((settle) => {
          const timer = setTimeout(() => {
            waiters.delete(id);
            settle(
              driverFailed({ code: 'TimedOut', reason: `QMP ${command} was not answered in ${times.commandMs} ms` }),
            );
          }, times.commandMs);
          waiters.set(id, { settle, timer });
          socket.write(
            `${JSON.stringify({ execute: command, id, ...(args === undefined ? {} : { arguments: args }) })}\n`,
          );
        });
      },
    };

    const answerTo = (id: number, result: DriverResult<unknown>) => {
      const waiter = waiters.get(id);
      if (waiter === undefined) return; // answered after its time was up
      waiters.delete(id);
      clearTimeout(waiter.timer);
      waiter.settle(result);
    };
    const take = (message: QmpMessage) => {
      switch (message.type) {
        case 'greeting':
          // Each one is answered, so one that comes again and again would cost us more than its sender.
          if (isGreeted) return end('QMP greeted twice');
          isGreeted = true;
          void client.execute('qmp_capabilities').then((result) => {
            if (!result.ok) return fail('broken', 'QMP refused qmp_capabilities');
            clearTimeout(greetingTimer);
            return resolveConnect({ ok: true, client });
          });
          return;
        case 'answer':
          return answerTo(message.id, driverOk(message.value));
        case 'refusal':
          if (message.id === null) return end(`QMP: ${message.reason}`);
          return answerTo(message.id, driverFailed({ code: 'HypervisorFailed', reason: `QMP: ${message.reason}` }));
        case 'event':
          return onEvent({ name: message.name, data: message.data });
      }
    };
    const lines = createLineReader(limits.qmpLineBytesMax, (line) => {
      if (endReason !== null) return;
      const message = parseQmpLine(line);
      if (message === null) end('QMP sent a line that is not QMP');
      else take(message);
    });

    socket.on('data', (chunk) => {
      if (!lines.take(chunk)) end('QMP sent a line beyond the limit');
    });
    socket.on('error', (error) => {
      const code = 'code' in error ? error.code : undefined;
      fail(code === 'ENOENT' || code === 'ECONNREFUSED' ? 'absent' : 'broken', `QMP: ${String(code ?? error.message)}`);
    });
    socket.on('close', () => {
      fail('broken', endReason ?? 'QMP closed the connection');
      const reason = endReason ?? 'QMP closed the connection';
      for (const [id, waiter] of waiters) {
        clearTimeout(waiter.timer);
        waiters.delete(id);
        waiter.settle(driverFailed({ code: 'Unreachable', reason }));
      }
      resolveClosed(reason);
    });
  });
}
