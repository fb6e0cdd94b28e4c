import type { InstanceSpec, Requester } from './protocol.ts';
import type { Instance } from './row.ts';
import { POWER } from './states.ts';

/** The only cell so far; with several, the api shard's summaries choose one. */
const DEFAULT_CELL = 'cell1';

/**
 * An instance as it is first stored: in BUILD, without a host. Every field stands here by name: an object that is spread
 * together from a message is slow to copy in V8, and each step of an operation copies it.
 */
export const newInstance = (spec: InstanceSpec, requester: Requester, nowMs: number): Instance => ({
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
  cell: DEFAULT_CELL,
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
  ports: [],
  progress: 0,
  fault: null,
  operation: null,
  failedHosts: [],
  schedulerHintsJson: spec.schedulerHintsJson ?? '{}',
  serverGroup: spec.serverGroup ?? null,
});
