import { setTimeout as pause } from 'node:timers/promises';

/** Looks every `everyMs` until there is a value; throws when there is none after `limitMs`. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null> | T | null,
  { limitMs, everyMs = 50 }: { readonly limitMs: number; readonly everyMs?: number },
): Promise<T> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > endMs) throw new Error(`${what}: not after ${limitMs} ms`);
    await pause(everyMs);
  }
}
