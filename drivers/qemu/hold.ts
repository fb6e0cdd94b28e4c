import { type DriverResult, driverOk } from '../result.ts';
import { type Attachment, attach } from './attachment.ts';
import { type GuestEnding, readGuestRecord, writeGuestRecord } from './guest-record.ts';
import { type Guest, inTurn, type QemuHost } from './host.ts';
import { queryRunState } from './run-state.ts';

/** Writes down how a process ended, unless another one runs already. */
const recordEnding = (host: QemuHost, guest: Guest, ending: GuestEnding): Promise<void> =>
  inTurn(guest, async () => {
    const record = await readGuestRecord(guest.directory);
    if (guest.attachment === null && record !== null) await writeGuestRecord(guest.directory, { ...record, ending });
  }).catch((error: unknown) => {
    host.log('warn', 'the end of a guest could not be written down', {
      instanceId: guest.instanceId,
      error: String(error),
    });
  });

function onEnded(host: QemuHost, guest: Guest, attachment: Attachment, end: Awaited<Attachment['ended']>): void {
  if (guest.attachment === attachment) {
    guest.attachment = null;
    if (guest.sshPort !== null) host.ports.release(guest.sshPort);
    guest.sshPort = null;
  }
  if (end === null || end.expected) return;
  host.log('info', 'guest ended', { instanceId: guest.instanceId, ...end.ending });
  void recordEnding(host, guest, end.ending);
  host.emit({ instanceId: guest.instanceId, ...end.ending });
}

/**
 * Takes hold of the guest's process, when one runs and answers. To be called in the guest's turn: a second connection
 * to a monitor hears nothing. Null: nobody listens. Errors: Unreachable (a process runs but does not answer).
 */
export async function takeHold(host: QemuHost, guest: Guest): Promise<DriverResult<Attachment | null>> {
  if (guest.attachment !== null) return driverOk(guest.attachment);
  const attached = await attach(guest, {
    powerChanged(power, reason) {
      host.log('info', 'guest changed its power', { instanceId: guest.instanceId, power, reason });
      host.emit({ instanceId: guest.instanceId, power, reason });
      if (power === 'crashed') void noteBrokenKvm(host, guest);
    },
  });
  if (!attached.ok || attached.value === null) return attached;
  const attachment = attached.value;
  guest.attachment = attachment;
  guest.sshPort = (await readGuestRecord(guest.directory))?.sshPort ?? null;
  void attachment.ended.then((end) => onEnded(host, guest, attachment, end));
  return attached;
}

/** A guest whose processors stop under KVM without a panic of its own: such a KVM is no use for further guests. */
async function noteBrokenKvm(host: QemuHost, guest: Guest): Promise<void> {
  const state = guest.attachment === null ? null : await queryRunState(guest.attachment.qmp);
  const isInternal = state?.ok === true && state.value === 'internal-error';
  if (!isInternal || (await readGuestRecord(guest.directory))?.accelerator !== 'kvm') return;
  host.kvmBroken = true;
  host.log('error', 'KVM cannot run guests on this host; new guests are emulated', { instanceId: guest.instanceId });
}
