/** The QEMU driver: real guests on this machine. */
export { detectAccel } from './accelerator.ts';
export { listGuestAccess } from './guest-access.ts';
export { createQemuHypervisor, type QemuHypervisorOptions } from './hypervisor.ts';
export { createQemuImageCache } from './image-cache.ts';
export { createQemuVolumes } from './volumes.ts';
