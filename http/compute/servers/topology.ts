import { allocations } from '../../../actors/cell/row.ts';
import type { Reader } from '../../../runtime/store.ts';

/**
 * The NUMA cells of a server as Nova shows them: its own side, and with `withHost` also where they are on the host. One that
 * floats has none. `siblings` are empty, as guests are told of no threads.
 */
export function topologyView(reader: Reader, serverId: string, withHost: boolean): object {
  const { numa = [] } = allocations.read(reader, serverId) ?? {};
  return {
    nodes: numa.map(({ cpus, pinning, memoryMib, hostCell }) => ({
      memory_mb: memoryMib,
      siblings: [],
      vcpu_set: [...cpus, ...pinning.map(([vcpu]) => vcpu)].sort((a, b) => a - b),
      ...(withHost ? { host_node: hostCell, cpu_pinning: Object.fromEntries(pinning) } : {}),
    })),
    pagesize_kb: numa[0]?.pageSizeKib ?? null,
  };
}
