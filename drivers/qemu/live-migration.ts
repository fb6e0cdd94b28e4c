import type { GuestSpec, MigrationProgress, MigrationTerms } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import {
  type ComingGuest,
  discardArrival,
  disksSocket,
  memorySocket,
  prepareArrival,
  settleArrival,
} from './arrival.ts';
import type { Attachment } from './attachment.ts';
import { presentCards } from './cards.ts';
import { endProcess } from './end-process.ts';
import { readGuestRecord, writeGuestRecord } from './guest-record.ts';
import { takeHold } from './hold.ts';
import type { Guest, QemuHost } from './host.ts';
import { limits } from './limits.ts';
import { isGivingAway, migrationReaches, queryMigration } from './migration-status.ts';
import { beginMirrors, endMirrors, forgetMirrors, mirrorsReady } from './mirrors.ts';
import { movingDisks } from './move-disks.ts';
import { machineTypeOf, queryRunState } from './run-state.ts';
import { lookUntil, neverAborted } from './waiting.ts';

// A guest goes from one QEMU process to another one. Both are there until the very end, and only one of them may run: this
// side as long as the record of the other one does not say `arrived`, and the other side after `takeOver`, which its caller
// orders when it has decided that the guest is there. Until then everything can be taken back, since the process here keeps
// all of the guest. How this was chosen: docs/decisions/0025.

/** One end of a move: a host, and the guest there. */
export interface MoveEnd {
  readonly host: QemuHost;
  readonly guest: Guest;
}

const aborted = driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });
const notRunning = driverFailed({ code: 'HypervisorFailed', reason: 'the guest does not run' });

/** What QEMU is told once, before a migration. It stops and waits before the last step, so that the mirrors end in between. */
const CAPABILITIES = ['pause-before-switchover', 'events'].map((capability) => ({ capability, state: true }));

/** RunStates in which a guest's processors run, or did until a migration stopped them. */
const RUNS: readonly string[] = ['running', 'finish-migrate', 'postmigrate'];

/** See Hypervisor.ensureMigrated. To be called in the turns of both guests. */
export async function migrate(
  source: MoveEnd,
  target: MoveEnd,
  spec: GuestSpec,
  order: MigrationTerms,
  signal: AbortSignal,
): Promise<DriverResult> {
  const there = await takeHold(target.host, target.guest);
  if (!there.ok) return there;
  const here = await takeHold(source.host, source.guest);
  if (!here.ok) return here;
  const state = here.value === null ? null : await queryRunState(here.value.qmp);
  if (state !== null && !state.ok) return state;
  const arrival = (await readGuestRecord(target.guest.directory))?.arrival ?? null;
  if (there.value !== null && (arrival === null || arrival.state === 'arrived') && state?.value !== 'running') {
    return driverOk(null);
  }
  if (here.value === null || state === null) return notRunning;
  if (there.value !== null && arrival === null) {
    return driverFailed({ code: 'HypervisorFailed', reason: 'the guest runs on both hosts' });
  }
  const discarded = await discardArrival(target.host, target.guest);
  if (!discarded.ok) return discarded;
  const power = arrival?.power ?? (RUNS.includes(state.value) ? 'running' : 'paused');
  const kept = await keep(here.value, power);
  if (!kept.ok) return kept;
  const now = await here.value.power();
  if (!now.ok) return now;
  if (now.value !== power) return notRunning;
  return send(source, here.value, target, { spec, power, order, signal });
}

interface Journey {
  readonly spec: GuestSpec;
  readonly power: 'running' | 'paused';
  readonly order: MigrationTerms;
  readonly signal: AbortSignal;
}

/** Takes the guest there, or leaves it as it was: nothing of it is there then. */
async function send(
  { host, guest }: MoveEnd,
  attachment: Attachment,
  target: MoveEnd,
  { spec, power, order, signal }: Journey,
): Promise<DriverResult> {
  const record = await readGuestRecord(guest.directory);
  const machineType = await machineTypeOf(attachment.qmp);
  if (!machineType.ok) return machineType;
  const tools = { qemuImg: host.qemuImg, images: host.images, signal };
  const disks = await movingDisks(guest.directory, spec, tools);
  if (!disks.ok) return disks;
  if (record === null) return driverFailed({ code: 'HypervisorFailed', reason: 'the record of the guest is gone' });
  const cards = record.nics === null ? driverOk(null) : await presentCards(attachment.qmp, record.nics);
  if (!cards.ok) return cards;
  const coming: ComingGuest = {
    directory: guest.directory,
    // The process there must have the same devices.
    record: { ...record, nics: cards.value },
    machineType: machineType.value,
    power,
    disks: disks.value,
    overCommit: order.overCommit ?? true,
  };
  const tell = progressTeller(order.progress);
  attachment.expectPause(true);
  guest.departure = { isForced: false, sendsMemory: false };
  let moved: DriverResult = aborted;
  try {
    const place = await prepareArrival(target.host, target.guest, spec, coming, signal);
    moved = place.ok ? await copy(attachment, guest, place.value, coming, { tell, signal }) : place;
    if (moved.ok && place.ok) moved = await settleArrival(target.guest, place.value, coming);
    // Taken back to the last: nobody has let it go on there.
    if (moved.ok && signal.aborted) moved = aborted;
  } finally {
    guest.departure = null;
    if (!moved.ok) moved = await bringBack(moved, attachment, target, power);
    attachment.expectPause(false);
  }
  if (moved.ok) host.log('info', 'guest has left', { instanceId: guest.instanceId, to: target.guest.directory });
  return moved;
}

interface Watch {
  readonly tell: (progress: Partial<MigrationProgress>) => void;
  readonly signal: AbortSignal;
}

/** Copies disks and memory; afterwards the guest stands still, and all of it is there. */
async function copy(
  attachment: Attachment,
  guest: Guest,
  arriving: Attachment,
  { disks }: ComingGuest,
  { tell, signal }: Watch,
): Promise<DriverResult> {
  const { qmp } = attachment;
  const begun = await beginMirrors(qmp, disks, disksSocket(arriving));
  if (!begun.ok) return begun;
  const ready = await mirrorsReady(qmp, signal, (disk) => tell({ disk }));
  if (!ready.ok) return ready;
  for (const [command, args] of [
    ['migrate-set-capabilities', { capabilities: CAPABILITIES }],
    ['migrate-set-parameters', { 'max-bandwidth': limits.migrationBytesPerSecond }],
    ['migrate', { uri: `unix:${memorySocket(arriving)}` }],
  ] as const) {
    if (signal.aborted) return aborted;
    const done = await qmp.execute(command, args);
    if (!done.ok) return done;
  }
  if (guest.departure) guest.departure.sendsMemory = true;
  if (guest.departure?.isForced) await qmp.execute('stop');
  const seen = ({ memory }: { readonly memory: MigrationProgress['memory'] | null }): void => {
    if (memory !== null) tell({ memory });
  };
  const standsStill = await migrationReaches(attachment, ['pre-switchover'], signal, seen);
  if (!standsStill.ok) return standsStill;
  const mirrored = await endMirrors(qmp, disks, true);
  if (!mirrored.ok) return mirrored;
  const goesOn = await qmp.execute('migrate-continue', { state: 'pre-switchover' });
  if (!goesOn.ok) return goesOn;
  const sent = await migrationReaches(attachment, ['completed'], AbortSignal.timeout(limits.arrivalMs), seen);
  return sent.ok ? driverOk(null) : sent;
}

/** Undoes what was done of a migration: ends it, removes what is there, and only then lets the guest go on here. */
async function bringBack(
  failure: DriverResult,
  attachment: Attachment,
  target: MoveEnd,
  power: 'running' | 'paused',
): Promise<DriverResult> {
  await cancel(attachment);
  const discarded = await discardArrival(target.host, target.guest);
  // As long as a process is there that could go on, none may go on here.
  if (!discarded.ok) return discarded;
  const kept = await keep(attachment, power);
  return kept.ok ? failure : kept;
}

/** Ends a migration under way, also of a controller that died, with its mirrors. A guest that it had stopped goes on by itself. */
async function cancel({ qmp }: Attachment): Promise<void> {
  await lookUntil<true>(async () => {
    const state = await queryMigration(qmp);
    if (!state.ok || !isGivingAway(state.value)) return true;
    if (state.value.status !== 'cancelling') await qmp.execute('migrate_cancel');
    return null;
  }, limits.arrivalMs);
  await forgetMirrors(qmp);
}

/** Ends what is left of a migration, and gives the guest the power that it had. */
async function keep(attachment: Attachment, power: 'running' | 'paused'): Promise<DriverResult> {
  await cancel(attachment);
  const state = await queryRunState(attachment.qmp);
  if (!state.ok) return state;
  if (power === 'paused' || state.value === 'running') return driverOk(null);
  const resumed = await attachment.qmp.execute('cont');
  return resumed.ok ? driverOk(null) : resumed;
}

/** Ends a migration that a controller which died has begun: nobody would bring it to its end. To be called when a guest is found running. */
export async function cancelLeftover(attachment: Attachment): Promise<void> {
  const state = await queryMigration(attachment.qmp);
  if (state.ok && isGivingAway(state.value)) await cancel(attachment);
}

/** See Hypervisor.ensureTakenOver. To be called in the turns of both guests. */
export async function takeOver(target: MoveEnd, source: MoveEnd | null): Promise<DriverResult> {
  const record = await readGuestRecord(target.guest.directory);
  if (record === null) return driverFailed({ code: 'GuestNotFound', instanceId: target.guest.instanceId });
  if (record.arrival?.state === 'arriving') {
    return driverFailed({ code: 'HypervisorFailed', reason: 'the guest has not arrived' });
  }
  if (record.arrival) {
    const hold = await takeHold(target.host, target.guest);
    if (!hold.ok) return hold;
    const goesOn = hold.value === null ? notRunning : await keep(hold.value, record.arrival.power);
    if (!goesOn.ok) return goesOn;
    hold.value?.expectPause(false);
    await writeGuestRecord(target.guest.directory, { ...record, arrival: null });
    target.host.log('info', 'guest has come', { instanceId: target.guest.instanceId, processId: hold.value?.pid });
  }
  return source === null ? driverOk(null) : endDeparted(source);
}

/** Ends the process that a guest has left. Its disks stay until the guest is removed. */
async function endDeparted({ host, guest }: MoveEnd): Promise<DriverResult> {
  const ended = await endProcess(host, guest, 0, neverAborted);
  if (!ended.ok) return ended;
  const record = await readGuestRecord(guest.directory);
  const ending = { power: 'stopped', reason: 'has gone to another host' } as const;
  if (record !== null) await writeGuestRecord(guest.directory, { ...record, ending });
  return driverOk(null);
}

/**
 * See Hypervisor.forceMigration. Not in the guest's turn, which the migration has. A guest that stands still changes no more
 * memory, so that the copy ends; while disks are copied it goes on, and what it writes is copied behind it.
 */
export async function force({ attachment, departure }: Guest): Promise<DriverResult> {
  if (departure === null || attachment === null || departure.isForced) return driverOk(null);
  departure.isForced = true;
  if (!departure.sendsMemory) return driverOk(null);
  const stopped = await attachment.qmp.execute('stop');
  return stopped.ok ? driverOk(null) : stopped;
}

/** Tells how far a migration is: at once when something new is known, then now and then. */
function progressTeller(told: MigrationTerms['progress']): (progress: Partial<MigrationProgress>) => void {
  let last: MigrationProgress = { memory: null, disk: null };
  let lastMs = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const isNew = (progress.memory && !last.memory) || (progress.disk && !last.disk);
    last = { ...last, ...progress };
    if (!isNew && performance.now() - lastMs < limits.migrationTellMs) return;
    lastMs = performance.now();
    told?.(last);
  };
}
