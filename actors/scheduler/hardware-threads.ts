import type { ClaimRequest } from '../cell/protocol.ts';
import type { Filter } from './filter.ts';
import { imageProperty } from './matching/image-properties.ts';
import type { SchedulerOptions } from './options.ts';

/** The trait of a host whose cores have several hardware threads. */
export const HYPERTHREADING = 'HW_CPU_HYPERTHREADING';

/** What flavor or image say of hardware threads. Nova: `get_cpu_thread_policy_constraint`. */
export const threadPolicyAsked = ({ extraSpecs, imageProperties }: ClaimRequest): string | undefined =>
  extraSpecs?.['hw:cpu_thread_policy'] ??
  (imageProperties === undefined ? undefined : imageProperty(imageProperties, 'hw_cpu_thread_policy'));

/**
 * Keeps hosts whose cores have one thread each, for guests that let no other thread of their cores be used: elsewhere they
 * would waste every second processor. Nova asks placement for such hosts first and then, unless
 * `[workarounds] disable_fallback_pcpu_query` is set, for any.
 */
export const withoutHardwareThreads: Filter = {
  name: 'hyperthreading',
  asks: 'facts',
  compile: (request, hosts) =>
    threadPolicyAsked(request) === 'isolate' ? (row) => !hosts.facts(row).traits.includes(HYPERTHREADING) : undefined,
  reason: () => `has the trait ${HYPERTHREADING}, which hw:cpu_thread_policy=isolate wants least`,
};

/** The filter that hosts of first choice pass: when one of them passes all others, too, no other host is taken. Undefined: there is no such. */
export const firstChoice = (request: ClaimRequest, options: SchedulerOptions): Filter | undefined =>
  options.disableFallbackPcpuQuery !== true && threadPolicyAsked(request) === 'isolate'
    ? withoutHardwareThreads
    : undefined;
