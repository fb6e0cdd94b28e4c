import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { Attachment } from './attachment.ts';
import { deviceNames } from './cards.ts';
import { limits } from './limits.ts';
import { lookUntil } from './waiting.ts';

/**
 * Asks the guest to let go of a device, and waits until it has. `what` is how it is called in an error. One whose processors
 * stand still never does. Errors: HypervisorFailed (it does not let go), Unreachable, TimedOut (QEMU does not answer).
 */
export async function unplugDevice(
  attachment: Pick<Attachment, 'qmp' | 'listen'>,
  id: string,
  what: string,
  signal: AbortSignal,
): Promise<DriverResult> {
  const { qmp, listen } = attachment;
  let told: 'gone' | 'refused' | null = null;
  const endListening = listen(({ name, data }) => {
    if (data['device'] !== id) return;
    if (name === 'DEVICE_DELETED') told = 'gone';
    if (name === 'DEVICE_UNPLUG_GUEST_ERROR') told = 'refused';
  });
  try {
    // Asked a second time, QEMU may say that it is at it already; what counts is that the device goes.
    const asked = await qmp.execute('device_del', { id });
    const gone = await lookUntil<DriverResult>(
      async () => {
        if (told === 'gone') return driverOk(null);
        if (told === 'refused') return driverFailed({ code: 'HypervisorFailed', reason: `the guest keeps ${what}` });
        // The event may have come before somebody listened.
        const names = await deviceNames(qmp);
        if (!names.ok) return names.error.code === 'Unreachable' ? names : null;
        return names.value.includes(id) ? null : driverOk(null);
      },
      limits.unplugMs,
      signal,
    );
    if (gone !== null) return gone;
    const reason = asked.ok || asked.error.code === 'GuestNotFound' ? '' : `: ${JSON.stringify(asked.error)}`;
    return driverFailed({ code: 'HypervisorFailed', reason: `the guest does not let go of ${what}${reason}` });
  } finally {
    endListening();
  }
}
