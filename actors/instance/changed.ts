import type { Instance } from './row.ts';

/** The fields that a row may lack. */
type Optional = { [K in keyof Instance]-?: undefined extends Instance[K] ? K : never }[keyof Instance];

/** Each of them, so that a new one that is not copied below is an error of the compiler here. */
const OPTIONAL = {
  rescueImage: true,
  rootImage: true,
  shelved: true,
  move: true,
  lockedBy: true,
  build: true,
  pluggedPorts: true,
  reclaimAtMs: true,
  schedulerHintsJson: true,
  serverGroup: true,
  placement: true,
  volumes: true,
  blockDevices: true,
  waiting: true,
  handsOn: true,
} as const satisfies { readonly [K in Optional]: true };

const isOptional = (key: string): key is Optional => Object.hasOwn(OPTIONAL, key);

/** Names of the optional fields, for the test that compares them with what is copied. */
export const OPTIONAL_FIELDS: readonly Optional[] = Object.keys(OPTIONAL).filter(isOptional);

/**
 * The instance with some of its fields changed: what `{ ...instance, ...changes }` is. Each field is copied by its name, since V8
 * up to that of Node 20 copies an object of so many fields forty times slower when it is spread (1.2 µs against 30 ns), and every
 * step of an operation does it several times.
 */
export function changed(instance: Instance, changes: Partial<Instance>): Instance {
  return Object.assign(copyOf(instance), changes);
}

type Mutable = { -readonly [K in keyof Instance]: Instance[K] };

function copyOf(i: Instance): Mutable {
  const copy: Mutable = {
    id: i.id,
    projectId: i.projectId,
    userId: i.userId,
    name: i.name,
    description: i.description,
    hostname: i.hostname,
    createdAtMs: i.createdAtMs,
    updatedAtMs: i.updatedAtMs,
    launchedAtMs: i.launchedAtMs,
    terminatedAtMs: i.terminatedAtMs,
    deletedAtMs: i.deletedAtMs,
    vmState: i.vmState,
    taskState: i.taskState,
    powerState: i.powerState,
    cell: i.cell,
    host: i.host,
    availabilityZone: i.availabilityZone,
    requestedZone: i.requestedZone,
    requestedHost: i.requestedHost,
    reservationId: i.reservationId,
    launchIndex: i.launchIndex,
    flavor: i.flavor,
    image: i.image,
    keyName: i.keyName,
    metadata: i.metadata,
    tags: i.tags,
    configDrive: i.configDrive,
    accessIpV4: i.accessIpV4,
    accessIpV6: i.accessIpV6,
    diskConfig: i.diskConfig,
    locked: i.locked,
    lockedReason: i.lockedReason,
    hasUserData: i.hasUserData,
    securityGroups: i.securityGroups,
    networks: i.networks,
    ports: i.ports,
    progress: i.progress,
    fault: i.fault,
    operation: i.operation,
    failedHosts: i.failedHosts,
  };
  if (i.rescueImage !== undefined) copy.rescueImage = i.rescueImage;
  if (i.rootImage !== undefined) copy.rootImage = i.rootImage;
  if (i.shelved !== undefined) copy.shelved = i.shelved;
  if (i.move !== undefined) copy.move = i.move;
  if (i.lockedBy !== undefined) copy.lockedBy = i.lockedBy;
  if (i.build !== undefined) copy.build = i.build;
  if (i.pluggedPorts !== undefined) copy.pluggedPorts = i.pluggedPorts;
  if (i.reclaimAtMs !== undefined) copy.reclaimAtMs = i.reclaimAtMs;
  if (i.schedulerHintsJson !== undefined) copy.schedulerHintsJson = i.schedulerHintsJson;
  if (i.serverGroup !== undefined) copy.serverGroup = i.serverGroup;
  if (i.placement !== undefined) copy.placement = i.placement;
  if (i.volumes !== undefined) copy.volumes = i.volumes;
  if (i.blockDevices !== undefined) copy.blockDevices = i.blockDevices;
  if (i.waiting !== undefined) copy.waiting = i.waiting;
  if (i.handsOn !== undefined) copy.handsOn = i.handsOn;
  return copy;
}
