import type { ComputeError, ComputeErrorCode } from '../actors/errors.ts';

/** How an error of one code is told over HTTP. */
export interface FaultRow<C extends ComputeErrorCode> {
  readonly status: number;
  readonly message: (error: Extract<ComputeError, { code: C }>) => string;
}

const LATER_SECONDS = 1;

/**
 * Every reason of the cloud as a fault; a code without a row does not compile. Texts are Nova's, where it has one
 * (nova/exception.py and the API's handlers). A route that answers with another status says so in its `statuses`.
 */
const FAULTS: { readonly [C in ComputeErrorCode]: FaultRow<C> } = {
  InstanceNotFound: { status: 404, message: (e) => `Instance ${e.instanceId} could not be found.` },
  InstanceInvalidState: {
    status: 409,
    message: (e) => `Cannot '${e.action}' instance ${e.instanceId} while it is in ${e.attribute} ${e.state}`,
  },
  InstanceIsLocked: { status: 409, message: (e) => `Instance ${e.instanceId} is locked` },
  InstanceNotReady: { status: 409, message: (e) => `Instance ${e.instanceId} is not ready` },
  InvalidMigrationState: {
    status: 400,
    message: (e) =>
      `Migration ${e.migration} state of instance ${e.instanceId} is ${e.state}. Cannot ${e.method} while the migration is in this state.`,
  },
  InstanceActionNotFound: {
    status: 404,
    message: (e) => `Action for request_id ${e.requestId} on instance ${e.instanceId} not found`,
  },
  FlavorNotFound: { status: 404, message: (e) => `Flavor ${e.flavorId} could not be found.` },
  FlavorExists: { status: 409, message: (e) => `Flavor with name ${e.name} already exists.` },
  FlavorIdExists: { status: 409, message: (e) => `Flavor with ID ${e.flavorId} already exists.` },
  FlavorAccessExists: {
    status: 409,
    message: (e) => `Flavor access already exists for flavor ${e.flavorId} and project ${e.projectId} combination.`,
  },
  FlavorAccessNotFound: {
    status: 404,
    message: (e) => `Flavor access not found for ${e.flavorId} / ${e.projectId} combination.`,
  },
  FlavorExtraSpecNotFound: {
    status: 404,
    message: (e) => `Flavor ${e.flavorId} has no extra specs with key ${e.key}.`,
  },
  FlavorDiskTooSmall: { status: 400, message: () => "The created instance's disk would be too small." },
  FlavorMemoryTooSmall: { status: 400, message: () => "Flavor's memory is too small for requested image." },
  KeypairNotFound: { status: 404, message: (e) => `Keypair ${e.name} not found for user ${e.userId}` },
  KeypairExists: { status: 409, message: (e) => `Key pair '${e.name}' already exists.` },
  InvalidKeypair: { status: 400, message: (e) => `Keypair data is invalid: ${e.reason}` },
  KeypairLimitExceeded: { status: 403, message: () => 'Quota exceeded, too many key pairs.' },
  AggregateNotFound: { status: 404, message: (e) => `Aggregate ${e.aggregateId} could not be found.` },
  AggregateNameExists: { status: 409, message: (e) => `Aggregate ${e.name} already exists.` },
  AggregateHostExists: { status: 409, message: (e) => `Aggregate ${e.aggregateId} already has host ${e.host}.` },
  AggregateHostNotFound: {
    status: 404,
    message: (e) => `Cannot remove host ${e.host} in aggregate ${e.aggregateId}`,
  },
  InvalidAggregateAction: {
    status: 400,
    message: (e) => {
      const verbs = {
        addHost: 'add host to',
        // Nova's words for the removal of the aggregate too.
        remove: 'remove host from',
        update: 'update',
        updateMetadata: 'update metadata of',
      } as const;
      return `Cannot ${verbs[e.action]} aggregate ${e.aggregateId}. Reason: ${e.reason}.`;
    },
  },
  ServerGroupNotFound: { status: 404, message: (e) => `Instance group ${e.groupId} could not be found.` },
  ServerGroupLimitExceeded: { status: 403, message: () => 'Quota exceeded, too many server groups.' },
  ServerGroupMemberLimitExceeded: { status: 403, message: () => 'Quota exceeded, too many servers in group' },
  QuotaLimitOutOfRange: {
    status: 400,
    message: (e) => {
      const relation =
        e.bound === 'minimum' ? 'greater than or equal to already used and reserved' : 'less than or equal to';
      return `Quota limit ${e.limit} for ${e.resource} must be ${relation} ${e.value}.`;
    },
  },
  QuotaExceeded: {
    status: 403,
    message: (e) => {
      const overs = e.overs.join(', ');
      const [requested, used, allowed] = [e.requested, e.used, e.allowed].map((counts) => counts.join(', '));
      return `Quota exceeded for ${overs}: Requested ${requested}, but already used ${used} of ${allowed} ${overs}`;
    },
  },
  TagLimitExceeded: {
    status: 400,
    message: (e) => `The number of tags exceeded the per-server limit ${e.allowed}`,
  },
  MetadataLimitExceeded: { status: 403, message: (e) => `Maximum number of metadata items exceeds ${e.allowed}` },
  ImageNotFound: { status: 404, message: (e) => `Image ${e.imageId} could not be found.` },
  ImageNotActive: { status: 400, message: (e) => `Image ${e.imageId} is not active.` },
  ImageUnacceptable: { status: 400, message: (e) => `Image ${e.imageId} is unacceptable: ${e.reason}` },
  NetworkNotFound: { status: 400, message: (e) => `Network ${e.networkId} could not be found.` },
  NetworkAmbiguous: {
    status: 409,
    message: () => 'More than one possible network found. Specify network ID(s) to select which one(s) to connect to.',
  },
  NetworkGuaranteesResources: {
    status: 400,
    message: (e) =>
      `Using networks with QoS policy is not supported for instance ${e.instanceId}. (Network ID is ${e.networkId})`,
  },
  NetworkRequiresSubnet: {
    status: 400,
    message: (e) => `Network ${e.networkId} requires a subnet in order to boot instances on.`,
  },
  PortNotFound: { status: 400, message: (e) => `Port id ${e.portId} could not be found.` },
  PortInUse: { status: 409, message: (e) => `Port ${e.portId} is still in use.` },
  FixedIpInUse: { status: 400, message: (e) => `Fixed IP ${e.address} is already in use.` },
  FixedIpInvalid: {
    status: 400,
    message: (e) => `Fixed IP ${e.address} is not a valid ip address for network ${e.networkId}.`,
  },
  NoMoreAddresses: { status: 400, message: (e) => `No fixed IP addresses available for network: ${e.networkId}` },
  SecurityGroupNotFound: {
    status: 400,
    message: (e) => `Security group ${e.nameOrId} not found for project ${e.projectId}.`,
  },
  InterfaceNotSupported: {
    status: 400,
    message: (e) => `Attaching interfaces is not supported for instance ${e.instanceId}. ${e.reason}`,
  },
  InterfaceAttachFailed: {
    status: 500,
    message: (e) => `Failed to attach network adapter device to ${e.instanceId}`,
  },
  VolumeNotFound: { status: 404, message: (e) => `Volume ${e.volumeId} could not be found.` },
  VolumeSnapshotNotFound: { status: 404, message: (e) => `Snapshot ${e.snapshotId} could not be found.` },
  InvalidVolume: { status: 400, message: (e) => `Invalid volume: ${e.reason}` },
  VolumeQuotaExceeded: {
    status: 403,
    message: (e) =>
      `Quota exceeded for ${e.resource}: Requested ${e.requested}, but already used ${e.used} of ${e.allowed} ${e.resource}`,
  },
  NoValidHost: { status: 400, message: (e) => `No valid host was found. ${e.reason}` },
  HostNotFound: { status: 404, message: (e) => `Host ${e.host} could not be found.` },
  HypervisorNotFound: { status: 404, message: (e) => `Hypervisor with ID '${e.hypervisorId}' could not be found.` },
  ServiceNotFound: { status: 404, message: (e) => `Service ${e.serviceId} could not be found.` },
  AvailabilityZoneNotFound: { status: 400, message: () => 'The requested availability zone is not available' },
  NotSupported: { status: 501, message: () => 'The requested functionality is not supported.' },
  MarkerNotFound: { status: 400, message: (e) => `Marker ${e.marker} could not be found.` },
  InvalidInput: { status: 400, message: (e) => `Invalid input received: ${e.reason}` },
  Forbidden: { status: 403, message: (e) => `Policy doesn't allow ${e.rule} to be performed.` },
  MailboxFull: { status: 503, message: () => 'Too many requests are waiting; try again.' },
  TimedOut: {
    status: 503,
    message: () => 'The operation was not confirmed in time; look at its outcome before trying again.',
  },
  InternalError: { status: 500, message: () => 'The request met an internal error; nothing was changed.' },
  CellDown: {
    status: 503,
    message: (e) => `The cell of instance ${e.instanceId} does not answer at the moment; try again.`,
  },
  ShuttingDown: { status: 503, message: () => 'The service is stopping; try again.' },
  // The reason may name files of the machine, so it goes to the log, not to the client.
  StorageUnavailable: { status: 503, message: () => 'The service cannot store data at the moment; try again.' },
};

/** An error as a status, a message and, where trying again helps, after how many seconds. */
export interface Fault {
  readonly status: number;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

const messageOf = <C extends ComputeErrorCode>(code: C, error: Extract<ComputeError, { code: C }>): string =>
  FAULTS[code].message(error);

/** The fault of an error, by the table. */
export const faultOf = (error: ComputeError): Fault => {
  const { status } = FAULTS[error.code];
  const message = messageOf(error.code, error);
  if (error.code === 'MailboxFull')
    return { status, message, retryAfterSeconds: Math.max(LATER_SECONDS, Math.ceil(error.retryAfterMs / 1000)) };
  return status === 503 ? { status, message, retryAfterSeconds: LATER_SECONDS } : { status, message };
};
