/** The simulated driver: hosts without a hypervisor, in real or virtual time. */
export type { SimClock } from './clock.ts';
export { createSimFaults } from './faults.ts';
export { createSimHypervisor } from './hypervisor.ts';
export { SimImageCache } from './image-cache.ts';
export { noLatency, type SimLatency } from './latency.ts';
export type { SimHypervisor, SimHypervisorOptions } from './options.ts';
export { simInside } from './topology.ts';
export { createSimVolumes } from './volumes.ts';
export { createSimWorld, type SimWorld } from './world.ts';
