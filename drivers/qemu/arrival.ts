import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestSpec } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { Attachment } from './attachment.ts';
import { type Card, placeCards } from './cards.ts';
import { forwardingNic, type GuestMachine } from './command-line.ts';
import { copyFileInto } from './copy-file.ts';
import { guestDisks } from './disks.ts';
import { endProcess } from './end-process.ts';
import { guestFile } from './guest-files.ts';
import { type GuestRecord, readGuestRecord, writeGuestRecord } from './guest-record.ts';
import type { Guest, QemuHost } from './host.ts';
import { limits } from './limits.ts';
import { queryMigration } from './migration-status.ts';
import { type MovingDisk, makeMovingDisks } from './move-disks.ts';
import { refusal } from './refusal.ts';
import { queryRunState } from './run-state.ts';
import { startProcess } from './start-process.ts';
import { lookUntil, neverAborted } from './waiting.ts';

/** A guest that comes from another host as it runs. */
export interface ComingGuest {
  /** Its directory there. */
  readonly directory: string;
  readonly record: GuestRecord;
  readonly machineType: string;
  readonly power: 'running' | 'paused';
  readonly disks: readonly MovingDisk[];
  readonly overCommit: boolean;
}

/** The sockets of a process that a guest comes to, in its directory: of its memory, and of its disks. */
const socket = { memory: 'incoming', disks: 'incoming-disks' } as const;

/**
 * The path to a socket in the directory of a process. It is short whatever the directory is (an address of a UNIX socket has at
 * most 107 bytes), and leads nowhere when the process has ended.
 */
const pathTo = ({ pid }: Attachment, name: string): string => `/proc/${pid}/cwd/${name}`;

/** Where the memory of a guest is to be sent. */
export const memorySocket = (arriving: Attachment): string => pathTo(arriving, socket.memory);

/** Where its disks are served. */
export const disksSocket = (arriving: Attachment): string => pathTo(arriving, socket.disks);

/** Removes what is here of a guest that has not arrived. Errors: TimedOut. */
export async function discardArrival(host: QemuHost, guest: Guest): Promise<DriverResult> {
  const ended = await endProcess(host, guest, 0, neverAborted);
  if (!ended.ok) return ended;
  await rm(guest.directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  return driverOk(null);
}

/**
 * Makes a place for a guest: empty disks, and a process with the same devices that waits for memory and disks. Nothing of a
 * guest may be here before. Errors: OutOfResources, HypervisorFailed, ImageUnusable, TimedOut, Unreachable.
 */
export async function prepareArrival(
  host: QemuHost,
  guest: Guest,
  spec: GuestSpec,
  coming: ComingGuest,
  signal: AbortSignal,
): Promise<DriverResult<Attachment>> {
  const refused = refusal(host, spec);
  if (!refused.ok) return refused;
  await mkdir(guest.directory, { recursive: true, mode: 0o700 });
  const nics = coming.record.nics ?? placeCards(spec.nics, []);
  // First of all, so that whoever comes after a crash knows what this is.
  const record: GuestRecord = {
    ...coming.record,
    nics,
    sshPort: null,
    ending: null,
    arrival: { state: 'arriving', power: coming.power },
  };
  await writeGuestRecord(guest.directory, record);
  const tools = { qemuImg: host.qemuImg, images: host.images, signal };
  const made = await makeMovingDisks(guest.directory, coming.disks, coming.overCommit, tools);
  if (!made.ok) return made;
  // The guest has it in use, so it must be the same bytes.
  const drive = join(coming.directory, guestFile.configDrive);
  const copied = await copyFileInto(drive, guest.directory, guestFile.configDrive, signal);
  if (!copied.ok) return copied;
  const machine = {
    instanceId: guest.instanceId,
    accelerator: record.accelerator,
    vcpus: spec.vcpus,
    memoryMib: spec.memoryMib,
    disks: guestDisks({ ...spec, rescueImage: null }),
    volumes: spec.volumes ?? [],
    volumesDirectory: host.volumesDirectory,
    guestAgent: spec.guestAgent === true,
    nics,
    cardPorts: record.cardPorts,
    loadMemory: false,
    machineType: coming.machineType,
    arrives: true,
  };
  const started = await startWaiting(host, guest, machine, record, nics, signal);
  if (!started.ok) return started;
  const ready = await openSockets(started.value, coming.disks);
  return ready.ok ? started : ready;
}

/** Starts the process; a port that another process has taken meanwhile is not its end. */
async function startWaiting(
  host: QemuHost,
  guest: Guest,
  machine: Omit<GuestMachine, 'sshPort'>,
  record: GuestRecord,
  nics: readonly Card[],
  signal: AbortSignal,
): Promise<DriverResult<Attachment>> {
  for (let attempt = 1; ; attempt += 1) {
    const sshPort = forwardingNic(nics) === -1 ? null : await host.ports.take(null);
    let isStarted = false;
    try {
      await writeGuestRecord(guest.directory, { ...record, sshPort });
      if (signal.aborted) return driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });
      const started = await startProcess(host, guest, { ...machine, sshPort }, signal);
      if (started.error.ok) {
        isStarted = true;
        started.error.value.expectPause(true);
        return started.error;
      }
      if (!started.portTaken || attempt >= limits.portAttemptsMax) return started.error;
    } finally {
      if (sshPort !== null && !isStarted) host.ports.release(sshPort);
    }
  }
}

/** Serves the disks, so that they can be written to from the other host, and waits for the memory. */
async function openSockets({ qmp }: Attachment, disks: readonly MovingDisk[]): Promise<DriverResult> {
  if (disks.length > 0) {
    const addr = { type: 'unix', data: { path: socket.disks } };
    const served = await qmp.execute('nbd-server-start', { addr });
    if (!served.ok) return served;
  }
  for (const { node } of disks) {
    const names = { id: `move-${node}`, 'node-name': node, name: node };
    const exported = await qmp.execute('block-export-add', { type: 'nbd', ...names, writable: true });
    if (!exported.ok) return exported;
  }
  const waits = await qmp.execute('migrate-incoming', { uri: `unix:${socket.memory}` });
  return waits.ok ? driverOk(null) : waits;
}

/**
 * Takes a guest as arrived: all of its memory is here, and from now on this host may let it go on. The console's log goes on
 * where the one there ends. Errors: HypervisorFailed, TimedOut, Unreachable.
 */
export async function settleArrival(
  guest: Guest,
  arriving: Attachment,
  { directory, disks }: ComingGuest,
): Promise<DriverResult> {
  const here = await lookUntil<DriverResult>(async () => {
    const state = await queryRunState(arriving.qmp);
    if (!state.ok) return state;
    if (state.value !== 'inmigrate') return driverOk(null);
    const coming = await queryMigration(arriving.qmp);
    if (!coming.ok) return coming;
    const { status, error } = coming.value;
    return status === 'failed'
      ? driverFailed({ code: 'HypervisorFailed', reason: error ?? 'it did not arrive' })
      : null;
  }, limits.arrivalMs);
  if (here === null) return driverFailed({ code: 'TimedOut', reason: 'the guest does not arrive' });
  if (!here.ok) return here;
  if (disks.length > 0) {
    const stopped = await arriving.qmp.execute('nbd-server-stop');
    if (!stopped.ok) return stopped;
  }
  for (const name of [guestFile.consoleBefore, guestFile.console]) {
    const log = await readFile(join(directory, name)).catch(() => null);
    // Added to the file, since QEMU has it open already.
    if (log !== null) await appendFile(join(guest.directory, name), log, { mode: 0o600 });
  }
  const record = await readGuestRecord(guest.directory);
  if (!record?.arrival) return driverFailed({ code: 'HypervisorFailed', reason: 'the record of the guest is gone' });
  await writeGuestRecord(guest.directory, { ...record, arrival: { ...record.arrival, state: 'arrived' } });
  return driverOk(null);
}
