import { API_CELL } from '../cell-mapping/row.ts';
import type { InstanceSpec, Requester } from './protocol.ts';
import type { Instance } from './row.ts';
import { POWER } from './states.ts';

// One for all: every instance that lives keeps them.
const NO_PORTS: Instance['ports'] = [];
const NO_HOSTS: Instance['failedHosts'] = [];
const NO_VOLUMES: NonNullable<Instance['volumes']> = [];
const NO_DEVICES: NonNullable<Instance['blockDevices']> = [];

/** The cell of an instance that only stands in for one which another cell has been given. */
const NO_CELL = '';

/**
 * An instance as it is first stored: in BUILD, without a host. Every field stands here by name: an object that is spread
 * together from a message is slow to copy in V8, and each step of an operation copies it.
 */
export function newInstance(
  spec: InstanceSpec,
  requester: Requester,
  nowMs: number,
  cell: string = API_CELL,
): Instance {
  const instance: Writable<Instance> = {
    id: spec.id,
    projectId: requester.projectId,
    userId: requester.userId,
    name: spec.name,
    description: spec.description,
    hostname: spec.hostname,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    launchedAtMs: null,
    terminatedAtMs: null,
    deletedAtMs: null,
    vmState: 'building',
    taskState: 'scheduling',
    powerState: POWER.noState,
    cell,
    host: null,
    availabilityZone: null,
    requestedZone: spec.requestedZone,
    requestedHost: spec.requestedHost,
    reservationId: spec.reservationId,
    launchIndex: spec.launchIndex,
    flavor: spec.flavor,
    image: spec.image,
    rescueImage: null,
    rootImage: null,
    shelved: null,
    move: null,
    keyName: spec.keyName,
    metadata: spec.metadata,
    tags: spec.tags,
    configDrive: spec.configDrive,
    accessIpV4: spec.accessIpV4,
    accessIpV6: spec.accessIpV6,
    diskConfig: spec.diskConfig,
    locked: false,
    lockedReason: null,
    lockedBy: null,
    hasUserData: spec.bootData.userData !== null,
    securityGroups: spec.securityGroups,
    networks: spec.networks,
    ports: NO_PORTS,
    progress: 0,
    fault: null,
    operation: null,
    failedHosts: NO_HOSTS,
    schedulerHintsJson: spec.schedulerHintsJson ?? '{}',
    serverGroup: spec.serverGroup ?? null,
    volumes: NO_VOLUMES,
    blockDevices: spec.blockDevices ?? NO_DEVICES,
  };
  if (spec.placement !== undefined) instance.placement = spec.placement;
  if (spec.build !== undefined) instance.build = spec.build;
  return instance;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What is shown of an instance in the api's store until the cell that it was given to has a host for it. */
export const standIn = (spec: InstanceSpec, requester: Requester, nowMs: number): Instance =>
  newInstance(spec, requester, nowMs, NO_CELL);

/** The row that stands in for an instance which goes on to another cell. */
export const standInFor = (instance: Instance): Instance => ({
  ...instance,
  cell: NO_CELL,
  taskState: 'scheduling',
  operation: null,
  handsOn: false,
});

/** Whether a row only stands in for an instance that is elsewhere. */
export const isStandIn = ({ cell }: Pick<Instance, 'cell'>): boolean => cell === NO_CELL;
