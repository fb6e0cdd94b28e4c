import type { EffectRecord, EffectRunner } from '../runtime/effect.ts';
import { failed } from '../runtime/result.ts';

/** An order that is being carried out. */
interface UnderWay {
  readonly signal: AbortSignal;
  readonly ended: Promise<unknown>;
}

/** Orders about another one that is under way. */
const ASIDE: readonly string[] = ['driver.forceMigration'];

/** The guests that an order is about: on its host, and on the one that a move comes from or goes to. */
function guestsOf({ name, args }: EffectRecord): readonly string[] {
  if (ASIDE.includes(name)) return [];
  const given: Record<string, unknown> = typeof args === 'object' && args !== null ? { ...args } : {};
  const { instanceId } = given;
  if (typeof instanceId !== 'string') return [];
  const hosts = [given['host'], given['sourceHost'], given['targetHost']];
  return hosts.flatMap((host) => (typeof host === 'string' && host !== '' ? [`${host}/${instanceId}`] : []));
}

/**
 * Gives a guest of a host one order at a time: the next one waits until the one before has ended, or has been taken back.
 * So a removal that is still under way from a move that failed cannot take what the next move brings to the same host.
 * One that waits still has its own deadline.
 */
export function oneOrderAtATime(run: EffectRunner): EffectRunner {
  const underWay = new Map<string, UnderWay>();
  return async (request, signal) => {
    const guests = guestsOf(request);
    for (let first = blocking(underWay, guests); first !== undefined; first = blocking(underWay, guests)) {
      await Promise.race([first.ended, aborted(first.signal), aborted(signal)]);
      if (signal.aborted) return failed({ code: 'TimedOut', reason: 'another order of the guest was under way' });
    }
    const ended = run(request, signal);
    const own: UnderWay = { signal, ended: ended.catch(() => {}) };
    for (const guest of guests) underWay.set(guest, own);
    try {
      return await ended;
    } finally {
      for (const guest of guests) if (underWay.get(guest) === own) underWay.delete(guest);
    }
  };
}

const blocking = (underWay: ReadonlyMap<string, UnderWay>, guests: readonly string[]): UnderWay | undefined =>
  guests.map((guest) => underWay.get(guest)).find((order) => order !== undefined && !order.signal.aborted);

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
