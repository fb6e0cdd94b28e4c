import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { GuestReport, GuestSpec, Hypervisor, Order } from '../../drivers/hypervisor.ts';
import type { DriverError, DriverResult } from '../../drivers/result.ts';

/** A driver set up for the suite, and what the suite has to do to it from outside. */
export interface DriverUnderTest {
  /** A driver on which `start` was not called yet. Called again after `close` of the last one, it finds the same host. */
  open(): Promise<Hypervisor>;
  /** A spec of a small guest that the host can run. */
  spec(): GuestSpec;
  /** The same with an image that does not fit the root disk. */
  specWithTooLargeImage(): GuestSpec;
  /** Ends a running guest from outside, as a crash would. */
  crash(hypervisor: Hypervisor, report: GuestReport): Promise<void>;
  /** Removes everything. */
  cleanUp(): Promise<void>;
}

/** An order for a guest, with an id of its own and nobody who aborts it. */
export const orderFor = (instanceId: string, orderId: string = randomUUID(), signal?: AbortSignal): Order => ({
  instanceId,
  orderId,
  signal: signal ?? new AbortController().signal,
});

/** The value of a success; fails the test with the error otherwise. */
export function unwrap<T>(result: DriverResult<T>): T {
  if (!result.ok) assert.fail(JSON.stringify(result.error));
  return result.value;
}

/** The code of a failure, or `none`. */
export const codeOf = (result: DriverResult<unknown>): DriverError['code'] | 'none' =>
  result.ok ? 'none' : result.error.code;

/** Looks until the condition holds; fails the test after the limit. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) assert.fail(`not in ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
