import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { GuestPower } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { tailOf } from './console-log.ts';
import { guestFile, withSocketPath } from './guest-files.ts';
import { findGuestProcess, type GuestIdentity, processEnds } from './guest-process.ts';
import type { GuestEnding } from './guest-record.ts';
import { limits } from './limits.ts';
import { connectQmp, type QmpClient, type QmpEvent } from './qmp-client.ts';
import { queryStatus, queryUuid, shutdownData } from './qmp-messages.ts';

/** A running guest that the controller holds by its monitor. */
export interface Attachment {
  readonly pid: number;
  readonly qmp: QmpClient;
  /** The guest's power. `crashed`: the process is there, but the guest in it has ended. Errors: Unreachable, TimedOut. */
  power(): Promise<DriverResult<GuestPower>>;
  /** Says that what comes next was ordered (true) or no longer is (false): the end is then no event. */
  expectEnd(expected: boolean): void;
  /** Says whether stops of the processors, and their going on, are part of an order: no event then. Ends are told all the same. */
  expectPause(expected: boolean): void;
  /** Hears what QEMU tells until the function returned is called. */
  listen(listener: (event: QmpEvent) => void): () => void;
  /** Lets go of the guest, which goes on. */
  release(): void;
  /** How the process ended; null when only the connection did, and the process lives on. */
  readonly ended: Promise<{ readonly ending: GuestEnding; readonly expected: boolean } | null>;
}

/** What happens to an attached guest without an order. */
export interface AttachmentListener {
  powerChanged(power: GuestPower, reason: string): void;
}

/** RunState of QEMU (`query-status`) as Nova's power. */
export function powerOfRunState(status: string): GuestPower {
  switch (status) {
    case 'running':
      return 'running';
    case 'internal-error':
    case 'guest-panicked':
      return 'crashed';
    case 'shutdown':
      return 'stopped';
    default:
      return 'paused';
  }
}

/** How a process ended, from QEMU's last SHUTDOWN event (ShutdownCause), when there was one. */
export function endingOfShutdown(data: Readonly<Record<string, unknown>> | null): GuestEnding | null {
  const read = v.safeParse(shutdownData, data);
  if (!read.success) return null;
  switch (read.output.reason) {
    case 'guest-shutdown':
      return { power: 'stopped', reason: 'guest shut itself down' };
    case 'guest-panic':
      return { power: 'crashed', reason: 'guest panicked' };
    case 'host-signal':
      return { power: 'crashed', reason: 'process was ended by a signal' };
    case 'host-qmp-quit':
      return { power: 'crashed', reason: 'process was ended by its monitor' };
    default:
      return { power: read.output.guest ? 'stopped' : 'crashed', reason: `process ended: ${read.output.reason}` };
  }
}

/**
 * How a process ended that nobody watched. QEMU removes its pid file when it ends in order and cannot when it is
 * killed or the host loses power; an end by SIGTERM is in order too, but then QEMU's log says so.
 */
export async function endingByTraces(guest: GuestIdentity): Promise<GuestEnding> {
  const pidFile = await tailOf(join(guest.directory, guestFile.pid), 16);
  if (pidFile.length > 0) return { power: 'crashed', reason: 'process was killed or the host went down' };
  const log = (await tailOf(join(guest.directory, guestFile.log), 4096)).toString('latin1');
  if (log.includes('terminating on signal')) return { power: 'crashed', reason: 'process was ended by a signal' };
  return { power: 'stopped', reason: 'guest shut itself down' };
}

/**
 * Connects to a guest's monitor and makes sure that it is this guest's. Null: no such process runs.
 * Errors: Unreachable (it runs and does not answer, or is another guest's; or the guest's directory cannot be opened).
 */
export async function attach(
  guest: GuestIdentity,
  listener: AttachmentListener,
): Promise<DriverResult<Attachment | null>> {
  if (!existsSync(guest.directory)) return driverOk(null);
  let lastShutdown: QmpEvent['data'] | null = null;
  let onEvent: (event: QmpEvent) => void = () => {};
  const connected = await withSocketPath(guest.directory, guestFile.qmp, (path) =>
    connectQmp(path, (event) => {
      if (event.name === 'SHUTDOWN') lastShutdown = event.data;
      onEvent(event);
    }),
  ).catch((error: unknown) => ({ ok: false, failure: { kind: 'broken', reason: String(error) } }) as const);
  if (!connected.ok) {
    if (connected.failure.kind === 'absent') return driverOk(null);
    return driverFailed({ code: 'Unreachable', reason: connected.failure.reason });
  }
  const qmp = connected.client;
  const uuid = await qmp.execute('query-uuid');
  const read = v.safeParse(queryUuid, uuid.ok ? uuid.value : null);
  const pid = await findGuestProcess(guest);
  if (!read.success || read.output.UUID !== guest.instanceId || pid === null) {
    qmp.close();
    return driverFailed({ code: 'Unreachable', reason: 'another process answers on the monitor of the guest' });
  }

  let expected = false;
  let pauseExpected = false;
  let released = false;
  const listeners = new Set<(event: QmpEvent) => void>();
  const power = async (): Promise<DriverResult<GuestPower>> => {
    const answer = await qmp.execute('query-status');
    if (!answer.ok) return answer;
    const status = v.safeParse(queryStatus, answer.value);
    if (!status.success) return driverFailed({ code: 'Unreachable', reason: 'query-status: not an answer' });
    return driverOk(powerOfRunState(status.output.status));
  };
  /** Asks once at a time, however often QEMU says that the processors stand still. */
  let asking: 'no' | 'once' | 'again' = 'no';
  const askAfterStop = async (): Promise<void> => {
    if (asking !== 'no') {
      asking = 'again';
      return;
    }
    do {
      asking = 'once';
      const now = await power();
      if (now.ok && now.value !== 'running') listener.powerChanged(now.value, `processors stopped (${now.value})`);
    } while (asking !== 'once');
    asking = 'no';
  };
  onEvent = (event) => {
    for (const hears of listeners) hears(event);
    if (pauseExpected) return;
    if (event.name === 'RESUME') listener.powerChanged('running', 'guest was resumed');
    // QEMU also says STOP on its way out; then SHUTDOWN came before.
    if (event.name !== 'STOP' || lastShutdown !== null || expected) return;
    void askAfterStop();
  };
  const ended = qmp.closed.then(async () => {
    if (released || !(await processEnds(pid, guest, limits.processEndMs))) return null;
    return { ending: endingOfShutdown(lastShutdown) ?? (await endingByTraces(guest)), expected };
  });
  return driverOk({
    pid,
    qmp,
    power,
    expectEnd: (value) => {
      expected = value;
    },
    expectPause: (value) => {
      pauseExpected = value;
    },
    listen(hears) {
      listeners.add(hears);
      return () => void listeners.delete(hears);
    },
    release: () => {
      released = true;
      qmp.close();
    },
    ended,
  });
}
