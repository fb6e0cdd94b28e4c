/** How a bounded wait ended. */
export type Waited<T> =
  | { readonly how: 'done'; readonly value: T }
  | { readonly how: 'late' }
  | { readonly how: 'aborted' };

/** Of what is done to its end, whatever becomes of the order that it is part of. */
export const neverAborted = new AbortController().signal;

/** Waits for a promise at most `limitMs`, and not after the signal was aborted. Leaves no timer and no listener behind. */
export function waitAtMost<T>(promise: Promise<T>, limitMs: number, signal?: AbortSignal): Promise<Waited<T>> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      resolve({ how: 'aborted' });
      return;
    }
    const onAbort = () => settle({ how: 'aborted' });
    const timer = setTimeout(() => settle({ how: 'late' }), limitMs);
    const release = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const settle = (outcome: Waited<T>) => {
      release();
      resolve(outcome);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    promise.then(
      (value) => settle({ how: 'done', value }),
      (error: unknown) => {
        release();
        reject(error);
      },
    );
  });
}

/** Waits a while; ends early, without an error, when the signal is aborted. */
const pause = async (ms: number, signal?: AbortSignal): Promise<void> => {
  await waitAtMost(new Promise<never>(() => {}), ms, signal);
};

/**
 * Looks again and again until `look` gives something other than null, at most `limitMs`. For things that send no
 * word, such as the end of a process that is not our child. Answers null when it was late or aborted.
 */
export async function lookUntil<T>(
  look: () => Promise<T | null>,
  limitMs: number,
  signal?: AbortSignal,
): Promise<T | null> {
  const deadline = performance.now() + limitMs;
  for (let stepMs = 5; ; stepMs = Math.min(stepMs * 1.5, 100)) {
    const seen = await look();
    if (seen !== null) return seen;
    if (signal?.aborted || performance.now() >= deadline) return null;
    await pause(stepMs, signal);
  }
}
