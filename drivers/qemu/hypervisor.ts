import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { GuestEvent, GuestReport, Hypervisor, Order } from '../hypervisor.ts';
import type { ImageContent } from '../images.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { type Accelerator, detectAccel } from './accelerator.ts';
import { captureRoot } from './capture.ts';
import { exportGuest, importGuest } from './cold-move.ts';
import { cutLogs, readConsole } from './console-log.ts';
import { copyVolume } from './copy-volume.ts';
import { setPassword } from './guest-agent.ts';
import { ensureCards } from './guest-cards.ts';
import { isInstanceId } from './guest-files.ts';
import { ensureVolumes } from './guest-volumes.ts';
import { takeHold } from './hold.ts';
import { type Guest, inTurn, type QemuHost, type QemuLog } from './host.ts';
import { askQemuVersion, localInventory } from './inventory.ts';
import { limits } from './limits.ts';
import { cancelLeftover, force, type MoveEnd, migrate, takeOver } from './live-migration.ts';
import { machineUptime } from './machine-uptime.ts';
import { reboot, rebuild, remove, run, stop } from './operations.ts';
import { createPorts } from './ports.ts';
import { reportGuest } from './report.ts';
import { interruptGuest, pauseGuest, suspendGuest } from './suspend.ts';
import { ensureMirrored } from './volume-mirror.ts';
import { ensureVolumeSize } from './volume-size.ts';

/** How a QEMU driver is set up. */
export interface QemuHypervisorOptions {
  /** Holds `guests/<instance id>/`. Made (mode 0700) when missing. One controller at a time may use it. */
  readonly directory: string;
  readonly images: ImageContent;
  /** Where volumes are. Default: `volumes` in the directory. */
  readonly volumesDirectory?: string;
  /** Default: `qemu-system-x86_64` on the PATH. */
  readonly qemuBinary?: string;
  /** Default: `qemu-img` on the PATH. */
  readonly qemuImgBinary?: string;
  /** `auto`: KVM where it can run guests, else TCG. A guest keeps what it was first started with. Default: `auto`. */
  readonly accel?: 'auto' | Accelerator;
  /** What of this machine is the host's, from 0 to 1, where several hosts share it. Default: 1. */
  readonly share?: number;
  /** The hypervisor hostname in the inventory. */
  readonly hostname: string;
  readonly log?: QemuLog;
}

/** The guests of each driver of this process, for the driver of another host that they go to or come from; null: it is not open. */
const moveEnds = new WeakMap<Hypervisor, (instanceId: string) => MoveEnd | null>();

const binaryPath = (binary: string): string => (binary.includes('/') ? resolve(binary) : binary);
const closedError = driverFailed({ code: 'Unreachable', reason: 'the driver is not started or was closed' });

/**
 * QEMU (7.2 or later, x86_64) on this Linux machine. A guest is a process in a session of its own that survives the
 * controller; `start` takes hold of those that run. Networks are QEMU's own, one a NIC, cut off from the host but for
 * a port on 127.0.0.1 that leads to the guest's ssh port. All a guest is told, it finds on a config drive.
 */
export function createQemuHypervisor(options: QemuHypervisorOptions): Hypervisor {
  const guests = new Map<string, Guest>();
  const listeners = new Set<(event: GuestEvent) => void>();
  const closing = new AbortController();
  const log: QemuLog = options.log ?? (() => {});
  let host: QemuHost | null = null;
  let version = 0;
  let logTimer: NodeJS.Timeout | null = null;

  const guestOf = (opened: QemuHost, instanceId: string): Guest => {
    const known = guests.get(instanceId);
    if (known !== undefined) return known;
    const directory = join(opened.guestsDirectory, instanceId);
    const guest: Guest = {
      instanceId,
      directory,
      attachment: null,
      sshPort: null,
      departure: null,
      turn: Promise.resolve(),
    };
    guests.set(instanceId, guest);
    return guest;
  };

  /** Runs one order in its guest's turn. What a file system throws becomes an error value: repeating is safe. */
  const order = <T>(
    { instanceId, signal }: Pick<Order, 'instanceId' | 'signal'>,
    act: (opened: QemuHost, guest: Guest, signal: AbortSignal) => Promise<DriverResult<T>>,
  ): Promise<DriverResult<T>> => {
    const opened = host;
    if (opened === null || closing.signal.aborted) return Promise.resolve(closedError);
    if (!isInstanceId(instanceId)) {
      return Promise.resolve(
        driverFailed({ code: 'HypervisorFailed', reason: `not an instance id: ${JSON.stringify(instanceId)}` }),
      );
    }
    const guest = guestOf(opened, instanceId);
    const either = AbortSignal.any([signal, closing.signal]);
    const mine = inTurn(guest, async () => {
      if (either.aborted) return driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });
      try {
        return await act(opened, guest, either);
      } catch (error) {
        const full = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
        log('error', 'an order failed', { instanceId, error: String(error) });
        return driverFailed({ code: full ? 'OutOfResources' : 'HypervisorFailed', reason: String(error) });
      }
    });
    const last = guest.turn;
    return mine.finally(() => {
      // Forget a guest that is gone, unless another order for it came meanwhile.
      if (guest.turn === last && guest.attachment === null && !existsSync(guest.directory)) guests.delete(instanceId);
    });
  };

  const emit = (event: GuestEvent) => {
    if (closing.signal.aborted) return;
    for (const listener of listeners) listener(event);
  };

  const instanceIdsOnDisk = async (opened: QemuHost): Promise<readonly string[]> =>
    (await readdir(opened.guestsDirectory)).filter(isInstanceId);

  const attachAll = async (opened: QemuHost): Promise<void> => {
    const ids = [...(await instanceIdsOnDisk(opened))];
    const worker = async () => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
        const guest = guestOf(opened, id);
        const hold = await inTurn(guest, () => takeHold(opened, guest));
        if (!hold.ok) log('warn', 'a guest does not answer', { instanceId: id, error: hold.error });
        else if (hold.value !== null) {
          log('info', 'guest found running', { instanceId: id, processId: hold.value.pid });
          await cancelLeftover(hold.value);
        }
      }
    };
    await Promise.all(Array.from({ length: limits.attachAtOnceMax }, worker));
  };

  const cutAllLogs = async (): Promise<void> => {
    for (const guest of guests.values()) {
      if (guest.attachment === null) continue;
      await cutLogs(guest.directory).catch((error: unknown) => {
        log('warn', 'a log could not be cut', { instanceId: guest.instanceId, error: String(error) });
      });
    }
    if (!closing.signal.aborted) logTimer = setTimeout(() => void cutAllLogs(), limits.logCheckMs).unref();
  };

  const hypervisor: Hypervisor = {
    capabilities: {
      consoleOutput: true,
      softReboot: true,
      pause: true,
      suspend: true,
      rescue: true,
      rebuild: true,
      coldMigration: true,
      liveMigration: true,
      setPassword: false,
      volumes: true,
      guestsSurviveController: true,
    },

    async start() {
      if (!isAbsolute(options.directory)) {
        return driverFailed({ code: 'HypervisorFailed', reason: `not an absolute path: ${options.directory}` });
      }
      const guestsDirectory = join(options.directory, 'guests');
      const qemu = binaryPath(options.qemuBinary ?? 'qemu-system-x86_64');
      try {
        await mkdir(guestsDirectory, { recursive: true, mode: 0o700 });
        if ((await stat(guestsDirectory)).uid !== process.getuid?.()) {
          return driverFailed({ code: 'HypervisorFailed', reason: `${guestsDirectory} belongs to another user` });
        }
        await chmod(guestsDirectory, 0o700);
        const asked = await askQemuVersion(qemu, guestsDirectory);
        if (!asked.ok) return asked;
        version = asked.value;
        host = {
          guestsDirectory: await realpath(guestsDirectory),
          volumesDirectory: resolve(options.volumesDirectory ?? join(options.directory, 'volumes')),
          qemu,
          qemuImg: binaryPath(options.qemuImgBinary ?? 'qemu-img'),
          images: options.images,
          accel: options.accel ?? 'auto',
          ports: createPorts(),
          share: options.share ?? 1,
          log,
          emit,
          kvmBroken: false,
        };
        await attachAll(host);
      } catch (error) {
        return driverFailed({ code: 'HypervisorFailed', reason: `${guestsDirectory}: ${String(error)}` });
      }
      await cutAllLogs();
      return driverOk(null);
    },

    async inventory() {
      if (host === null) return closedError;
      const accelerator = host.accel === 'auto' ? await detectAccel() : host.accel;
      return driverOk(
        await localInventory({
          directory: host.guestsDirectory,
          hostname: options.hostname,
          hypervisorVersion: version,
          share: host.share,
          isAccelerated: accelerator === 'kvm' && !host.kvmBroken,
        }),
      );
    },

    async uptime() {
      return host === null ? closedError : driverOk(await machineUptime());
    },

    async inspectAll() {
      const opened = host;
      if (opened === null || closing.signal.aborted) return closedError;
      const ids = await instanceIdsOnDisk(opened);
      const results = await Promise.all(ids.map((id) => reportGuest(opened, guestOf(opened, id))));
      const reports: GuestReport[] = [];
      for (const result of results) {
        if (result.ok) reports.push(result.value);
        else if (result.error.code !== 'GuestNotFound') return result;
      }
      return driverOk(reports);
    },

    async inspect(instanceId) {
      if (host === null || closing.signal.aborted) return closedError;
      const present = isInstanceId(instanceId) && existsSync(join(host.guestsDirectory, instanceId));
      if (!present) return driverFailed({ code: 'GuestNotFound', instanceId });
      return reportGuest(host, guestOf(host, instanceId));
    },

    ensureRunning: (asked, spec) => order(asked, (opened, guest, signal) => run(opened, guest, spec, signal)),

    ensureStopped: (asked, graceMs) => order(asked, (opened, guest, signal) => stop(opened, guest, graceMs, signal)),

    ensureRebooted: (asked, spec, { kind, graceMs }) =>
      order(asked, (opened, guest, signal) =>
        reboot(opened, guest, asked, spec, kind === 'soft' ? graceMs : 0, signal),
      ),

    ensurePaused: (asked) => order(asked, pauseGuest),

    ensureSuspended: (asked) => order(asked, suspendGuest),

    ensureRebuilt: (asked, spec, { preserveEphemeral }) =>
      order(asked, (opened, guest, signal) => rebuild(opened, guest, asked, spec, preserveEphemeral, signal)),

    captureRoot: (asked, intake, quiescing = 'no') =>
      order(asked, (opened, guest, signal) => captureRoot(opened, guest, intake, quiescing, signal)),

    triggerCrashDump: (asked) => order(asked, interruptGuest),

    ensurePassword: (asked, password) => order(asked, (_, guest, signal) => setPassword(guest, password, signal)),

    exportGuest: (asked) => order(asked, exportGuest),
    ensureImported: (asked, spec, exported) =>
      order(asked, (opened, guest, signal) => importGuest(opened, guest, { ...asked, signal }, spec, exported)),

    ensureMigrated: (asked, spec, target, terms = {}) =>
      order(asked, async (opened, guest, signal) => {
        const there = moveEnds.get(target)?.(asked.instanceId);
        if (!there)
          return there === null ? closedError : driverFailed({ code: 'Unsupported', capability: 'liveMigration' });
        return inTurn(there.guest, () => migrate({ host: opened, guest }, there, spec, terms, signal));
      }),

    ensureTakenOver: (asked, source) =>
      order(asked, (opened, guest) => {
        const from = source === null ? null : moveEnds.get(source)?.(asked.instanceId);
        if (!from) return takeOver({ host: opened, guest }, null);
        return inTurn(from.guest, () => takeOver({ host: opened, guest }, from));
      }),

    // Not in the guest's turn, which its migration has.
    async forceMigration({ instanceId }) {
      if (host === null || closing.signal.aborted) return closedError;
      const guest = guests.get(instanceId);
      return guest === undefined ? driverOk(null) : force(guest);
    },

    ensureVolumes: (asked, spec) => order(asked, (opened, guest, signal) => ensureVolumes(opened, guest, spec, signal)),

    ensureCards: (asked, spec) => order(asked, (opened, guest, signal) => ensureCards(opened, guest, spec, signal)),

    ensureMirrored: (asked, spec, volumeId, target) =>
      order(asked, (opened, guest, signal) => ensureMirrored(opened, guest, spec, volumeId, target, signal)),

    ensureVolumeSize: (asked, volumeId, sizeGib) =>
      order(asked, (opened, guest) => ensureVolumeSize(opened, guest, volumeId, sizeGib)),

    copyVolume: (asked, volumeId, path, quiescing = 'no') =>
      order(asked, (opened, guest, signal) => copyVolume(opened, guest, volumeId, path, quiescing, signal)),

    ensureAbsent: (asked) => order(asked, remove),

    async consoleOutput(instanceId, lines) {
      if (host === null || closing.signal.aborted) return closedError;
      const present = isInstanceId(instanceId) && existsSync(join(host.guestsDirectory, instanceId));
      if (!present) return driverFailed({ code: 'GuestNotFound', instanceId });
      return driverOk(await readConsole(join(host.guestsDirectory, instanceId), lines));
    },

    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    async close() {
      closing.abort();
      if (logTimer !== null) clearTimeout(logTimer);
      for (const guest of guests.values()) guest.attachment?.release();
      await Promise.all([...guests.values()].map((guest) => guest.turn));
      // An order that was under way may have taken hold of its guest meanwhile.
      for (const guest of guests.values()) guest.attachment?.release();
      guests.clear();
    },
  };
  moveEnds.set(hypervisor, (instanceId) =>
    host === null || closing.signal.aborted ? null : { host, guest: guestOf(host, instanceId) },
  );
  return hypervisor;
}
