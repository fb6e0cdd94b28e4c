import { claimRequest } from '../instance/claim-request.ts';
import type { Instance, InstanceFlavor, InstanceImage } from '../instance/row.ts';
import type { GuestTopology } from '../scheduler/numa/guest-topology.ts';
import { flavorPayload, NOT_KEPT } from './flavor-payload.ts';
import { type NovaObject, novaObject } from './nova-object.ts';
import { serverGroupPayload } from './server-group-payload.ts';

/** Where an instance is asked to be placed. */
interface Wanted {
  readonly flavor: InstanceFlavor;
  readonly host: string | null;
  readonly isHostForced: boolean;
  readonly excludedHosts: readonly string[];
}

/** What the operation that an instance is in asks the scheduler for. */
function wantedBy({ operation, flavor, move, ...instance }: Instance): Wanted {
  const plain = { flavor, isHostForced: false, excludedHosts: [] };
  switch (operation?.action) {
    case 'unshelve':
      return { ...plain, host: instance.shelved?.wantedHost ?? null };
    case 'rebuild':
      return { ...plain, host: instance.host };
    default:
  }
  if (!move) {
    const isHostForced = instance.placement?.isHostForced === true;
    return { ...plain, host: instance.requestedHost, isHostForced, excludedHosts: instance.failedHosts };
  }
  const { source, target, wantedHost: host, leavesHost } = move;
  const excludedHosts = leavesHost && source.host !== null ? [source.host] : [];
  return { flavor: target.flavor, host, isHostForced: move.isHostForced === true, excludedHosts };
}

/** What the scheduler is asked for an instance. Nova: `RequestSpecPayload`. */
export function requestSpecPayload(instance: Instance): NovaObject {
  const { id, serverGroup, failedHosts, projectId } = instance;
  const { flavor, host, isHostForced, excludedHosts } = wantedBy(instance);
  const { hints, numa, extraSpecs = {} } = claimRequest(instance, { flavor, host, excludedHosts });
  return novaObject('RequestSpecPayload', {
    instance_uuid: id,
    project_id: projectId,
    user_id: instance.userId,
    availability_zone: instance.requestedZone,
    flavor: flavorPayload({ ...flavor, ...NOT_KEPT }),
    force_hosts: isHostForced ? host : null,
    force_nodes: null,
    ignore_hosts: excludedHosts.length === 0 ? null : excludedHosts,
    image: imagePayload(instance.image),
    image_meta: null,
    instance_group: serverGroup
      ? serverGroupPayload({ ...serverGroup, projectId, name: null, userId: null }, null)
      : null,
    numa_topology: numa === undefined ? null : numaPayload(id, numa),
    pci_requests: novaObject('InstancePCIRequestsPayload', { instance_uuid: id, requests: devicesIn(extraSpecs) }),
    num_instances: 1,
    requested_destination:
      host === null || isHostForced
        ? null
        : novaObject('DestinationPayload', { host, node: null, cell: null, aggregates: null }),
    retry:
      failedHosts.length === 0
        ? null
        : novaObject('SchedulerRetriesPayload', { num_attempts: failedHosts.length + 1, hosts: failedHosts }),
    scheduler_hints: hints ?? {},
    security_groups: instance.securityGroups,
  });
}

/** Properties that Nova knows are named so; others it drops. */
const KNOWN_PROPERTY = /^(hw|img|os)_/;

/** The image as far as an instance keeps it; the rest is null. */
const imagePayload = (image: InstanceImage | null): NovaObject | null =>
  image &&
  novaObject('ImageMetaPayload', {
    id: image.imageId,
    name: null,
    status: 'active',
    visibility: null,
    owner: null,
    checksum: null,
    container_format: null,
    disk_format: image.format,
    size: image.sizeBytes,
    virtual_size: null,
    min_disk: image.minDiskGib,
    min_ram: image.minRamMib,
    direct_url: null,
    protected: null,
    tags: null,
    created_at: null,
    updated_at: null,
    properties: novaObject(
      'ImageMetaPropsPayload',
      Object.fromEntries(Object.entries(image.properties).filter(([name]) => KNOWN_PROPERTY.test(name))),
    ),
  });

/** What a guest asks of NUMA cells. Nothing is pinned yet. */
const numaPayload = (id: string, { cells, pageSize, cpuPolicy, threadPolicy, emulatorThreads }: GuestTopology) =>
  novaObject('InstanceNUMATopologyPayload', {
    instance_uuid: id,
    emulator_threads_policy: emulatorThreads,
    cells: cells.map(({ cpus, pcpus, memoryMib }, index) =>
      novaObject('InstanceNUMACellPayload', {
        id: index,
        cpuset: cpus,
        pcpuset: pcpus,
        cpuset_reserved: null,
        memory: memoryMib,
        pagesize: typeof pageSize === 'number' ? pageSize : null,
        cpu_topology: null,
        cpu_pinning_raw: null,
        cpu_policy: cpuPolicy,
        cpu_thread_policy: threadPolicy,
      }),
    ),
  });

/** The devices that a flavor asks for by alias, such as `gpu:2`. What an alias stands for is the scheduler's to know. */
const devicesIn = (extraSpecs: Readonly<Record<string, string>>): readonly NovaObject[] =>
  (extraSpecs['pci_passthrough:alias'] ?? '').split(',').flatMap((text) => {
    const [, name, count] = /^\s*([^:]+?)\s*:\s*(\d+)\s*$/.exec(text) ?? [];
    return name === undefined
      ? []
      : [
          novaObject('InstancePCIRequestPayload', {
            alias_name: name,
            count: Number(count),
            spec: [],
            request_id: null,
            numa_policy: extraSpecs['hw:pci_numa_affinity_policy'] ?? null,
          }),
        ];
  });
