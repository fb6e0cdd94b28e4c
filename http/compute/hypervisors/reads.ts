import { allocationId, allocations } from '../../../actors/cell/row.ts';
import { type Host, hosts } from '../../../actors/host/row.ts';
import { instances } from '../../../actors/instance/row.ts';
import type { HostInventory } from '../../../drivers/hypervisor.ts';
import { compareKeys } from '../../../runtime/key.ts';
import type { Reader } from '../../../runtime/store.ts';
import { instanceNameOf } from '../instance-name.ts';

/** A host whose hypervisor has answered at least once: before that nothing is known of it. */
export interface Hypervisor {
  readonly host: Host;
  readonly inventory: HostInventory;
}

const hypervisorOf = (host: Host | undefined): Hypervisor[] =>
  host === undefined || host.inventory === null ? [] : [{ host, inventory: host.inventory }];

/** All hypervisors, in the order in which they became known. */
export const allHypervisors = (reader: Reader): Hypervisor[] =>
  [...hosts.scan(reader)]
    .flatMap(hypervisorOf)
    .sort((a, b) => a.host.createdAtMs - b.host.createdAtMs || compareKeys(a.host.hypervisorId, b.host.hypervisorId));

/** The hypervisor of a UUID. */
export const hypervisorByUuid = (reader: Reader, uuid: string): Hypervisor | undefined => {
  for (const name of hosts.ids(reader, 'byHypervisorId', [uuid], { limit: 1 }))
    return hypervisorOf(hosts.read(reader, name))[0];
  return undefined;
};

/** What the instances of a hypervisor take of it. */
export interface Usage {
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
}

/** Sums what is claimed on a host: one small row an instance. */
export const usageOf = (reader: Reader, host: string): Usage => {
  let vcpus = 0;
  let memoryMib = 0;
  let diskGib = 0;
  for (const id of instances.ids(reader, 'byHost', [host])) {
    for (const part of [undefined, 'move'] as const) {
      const allocation = allocations.read(reader, allocationId(id, part));
      if (allocation?.host !== host) continue;
      // Those of its own are of another class.
      vcpus += allocation.vcpus + (allocation.resources?.['PCPU'] ?? 0);
      memoryMib += allocation.memoryMib;
      diskGib += allocation.diskGib;
    }
  }
  return { vcpus, memoryMib, diskGib };
};

/** How many instances of a host something is being done to. */
export const workloadOf = (reader: Reader, host: string): number => {
  let busy = 0;
  for (const id of instances.ids(reader, 'byHost', [host])) if (instances.read(reader, id)?.taskState) busy += 1;
  return busy;
};

/** The instances of a host, as hypervisors show them. */
export const serversOf = (reader: Reader, host: string): readonly { readonly name: string; readonly uuid: string }[] =>
  [...instances.ids(reader, 'byHost', [host])].map((uuid) => ({ name: instanceNameOf(uuid), uuid }));
