import { driverFailed } from '../result.ts';
import type { SimClock } from './clock.ts';

export const closedError = driverFailed({
  code: 'Unreachable',
  reason: 'the driver is not started or was closed, or the host is cut off',
});
export const abortedError = driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });

type Ended = ReturnType<typeof driverFailed>;

/** Ends of the waits of a host that are under way; each is called when the driver is closed. */
export type Waits = Set<() => void>;

/** Waits so long (null: for ever). Null when the time has passed, else the error that ended the wait early. */
export function wait(clock: SimClock, waits: Waits, ms: number | null, signal: AbortSignal): Promise<Ended | null> {
  return new Promise((resolve) => {
    const finish = (outcome: Ended | null) => {
      cancel();
      signal.removeEventListener('abort', onAbort);
      waits.delete(onClose);
      resolve(outcome);
    };
    const onAbort = () => finish(abortedError);
    const onClose = () => finish(closedError);
    const cancel = ms === null ? () => {} : clock.after(ms, () => finish(null));
    signal.addEventListener('abort', onAbort, { once: true });
    waits.add(onClose);
  });
}
