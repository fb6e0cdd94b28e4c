import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { Attachment } from './attachment.ts';
import { findGuestProcess, type GuestIdentity, killGuestProcess } from './guest-process.ts';
import { takeHold } from './hold.ts';
import type { Guest, QemuHost } from './host.ts';
import { limits } from './limits.ts';
import { waitAtMost } from './waiting.ts';

const stillRuns = driverFailed({ code: 'TimedOut', reason: 'the process of the guest does not end' });
const aborted = driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });

/** Presses the power button, again now and then, until the guest has ended. `aborted` or `late` when it has not. */
async function pressPowerButton(attachment: Attachment, graceMs: number, signal: AbortSignal) {
  const deadline = performance.now() + graceMs;
  for (;;) {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return 'late';
    // Its answer says only that the button was pressed, so there is nothing to wait for.
    void attachment.qmp.execute('system_powerdown');
    const waited = await waitAtMost(attachment.ended, Math.min(leftMs, limits.powerButtonAgainMs), signal);
    if (waited.how === 'done') return waited.value === null ? 'late' : 'ended';
    if (waited.how === 'aborted') return 'aborted';
  }
}

/**
 * Ends a guest that the controller holds: asks it first when there is a grace, then tells QEMU to quit (which still
 * writes out what the disks' caches hold), then kills. The end is not reported as an event.
 */
export async function endAttached(
  attachment: Attachment,
  guest: GuestIdentity,
  graceMs: number,
  signal: AbortSignal,
): Promise<DriverResult> {
  if (signal.aborted) return aborted;
  attachment.expectEnd(true);
  const pressed = graceMs > 0 ? await pressPowerButton(attachment, graceMs, signal) : 'late';
  if (pressed === 'ended') return driverOk(null);
  if (pressed === 'aborted') {
    attachment.expectEnd(false);
    return aborted;
  }
  void attachment.qmp.execute('quit');
  const quit = await waitAtMost(attachment.ended, limits.quitMs);
  if (quit.how === 'done' && quit.value !== null) return driverOk(null);
  if (!(await killGuestProcess(attachment.pid, guest))) return stillRuns;
  await waitAtMost(attachment.ended, limits.processEndMs);
  return driverOk(null);
}

/**
 * Makes sure that no process of the guest runs, whatever state it is in: held, not answering, or just starting.
 * Errors: TimedOut.
 */
export async function endProcess(
  host: QemuHost,
  guest: Guest,
  graceMs: number,
  signal: AbortSignal,
): Promise<DriverResult> {
  if (signal.aborted) return aborted;
  const hold = await takeHold(host, guest);
  if (hold.ok && hold.value !== null) return endAttached(hold.value, guest, graceMs, signal);
  const pid = await findGuestProcess(guest);
  if (pid === null) return driverOk(null);
  host.log('warn', 'killing a guest process that does not answer', { instanceId: guest.instanceId, processId: pid });
  return (await killGuestProcess(pid, guest)) ? driverOk(null) : stillRuns;
}
