import type { HostInventory } from '../../drivers/hypervisor.ts';

/** What a simulated host of four processors tells of itself; or of so much as is said. */
export const smallHost = (said: Partial<HostInventory> = {}): HostInventory => ({
  vcpus: 4,
  memoryMib: 4_096,
  diskGib: 100,
  hypervisorType: 'sim',
  hypervisorVersion: 1_000_000,
  hypervisorHostname: 'h',
  hostIp: '127.0.0.1',
  cpuModel: 'simulated',
  cpuArchitecture: 'x86_64',
  ...said,
});
