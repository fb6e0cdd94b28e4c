import { percentile } from './figure.ts';

/** Clients at once. */
export const CLIENTS = 64;

/** How it went for many clients at once. */
export interface Measured {
  readonly rate: number;
  readonly p99Ms: number;
}

/** Does something `count` times from 64 clients at once: each starts the next as soon as it has done one. */
export async function byClients(count: number, work: (index: number) => Promise<void>): Promise<Measured> {
  const times: number[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      const startMs = performance.now();
      await work(index);
      times.push(performance.now() - startMs);
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return { rate: (count * 1_000) / (performance.now() - startMs), p99Ms: percentile(times, 99) };
}
