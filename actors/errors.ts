import type { AskError } from '../runtime/message.ts';

/** A count that a quota limits. */
export type QuotaResource =
  | 'instances'
  | 'cores'
  | 'ram'
  | 'key_pairs'
  | 'metadata_items'
  | 'server_groups'
  | 'server_group_members';

/**
 * Why the cloud did not do what it was asked. Plain data, because it crosses threads, machines and restarts. A code
 * exists only where a caller could react to it in its own way; `http/faults.ts` turns each into a fault.
 */
export type ComputeError =
  // Instances
  | { readonly code: 'InstanceNotFound'; readonly instanceId: string }
  /** The operation is not legal in this state. `attribute` says which state it is. */
  | {
      readonly code: 'InstanceInvalidState';
      readonly instanceId: string;
      /** As Nova names it in the message: start, stop, reboot, pause … */
      readonly action: string;
      readonly attribute: 'vm_state' | 'task_state' | 'launched_at';
      readonly state: string;
    }
  | { readonly code: 'InstanceIsLocked'; readonly instanceId: string }
  /** The instance has no host yet, or its host does not know it yet. */
  | { readonly code: 'InstanceNotReady'; readonly instanceId: string }
  /** The move is not, or no longer, where this could be done to it. */
  | {
      readonly code: 'InvalidMigrationState';
      readonly migration: number;
      readonly instanceId: string;
      readonly state: string;
      readonly method: string;
    }
  /** The cell of the instance is down. Nothing was done. */
  | { readonly code: 'CellDown'; readonly instanceId: string }
  | { readonly code: 'InstanceActionNotFound'; readonly instanceId: string; readonly requestId: string }
  // Flavors and keypairs
  | { readonly code: 'FlavorNotFound'; readonly flavorId: string }
  | { readonly code: 'FlavorExists'; readonly name: string }
  | { readonly code: 'FlavorIdExists'; readonly flavorId: string }
  | { readonly code: 'FlavorAccessExists'; readonly flavorId: string; readonly projectId: string }
  | { readonly code: 'FlavorAccessNotFound'; readonly flavorId: string; readonly projectId: string }
  | { readonly code: 'FlavorExtraSpecNotFound'; readonly flavorId: string; readonly key: string }
  | { readonly code: 'FlavorDiskTooSmall'; readonly flavorGib: number; readonly neededGib: number }
  | { readonly code: 'FlavorMemoryTooSmall' }
  | { readonly code: 'KeypairNotFound'; readonly name: string; readonly userId: string }
  | { readonly code: 'KeypairExists'; readonly name: string }
  | { readonly code: 'InvalidKeypair'; readonly reason: string }
  | { readonly code: 'KeypairLimitExceeded' }
  // Aggregates and server groups
  | { readonly code: 'AggregateNotFound'; readonly aggregateId: string }
  | { readonly code: 'AggregateNameExists'; readonly name: string }
  | { readonly code: 'AggregateHostExists'; readonly aggregateId: string; readonly host: string }
  | { readonly code: 'AggregateHostNotFound'; readonly aggregateId: string; readonly host: string }
  /** The aggregate, its hosts or its zone do not allow the change. */
  | {
      readonly code: 'InvalidAggregateAction';
      readonly aggregateId: string;
      readonly action: 'addHost' | 'remove' | 'update' | 'updateMetadata';
      readonly reason: string;
    }
  | { readonly code: 'ServerGroupNotFound'; readonly groupId: string }
  | { readonly code: 'ServerGroupLimitExceeded' }
  | { readonly code: 'ServerGroupMemberLimitExceeded' }
  // Quota
  /** A limit would be below what is used, or above what the project may have. */
  | {
      readonly code: 'QuotaLimitOutOfRange';
      readonly resource: string;
      readonly limit: number;
      readonly bound: 'minimum' | 'maximum';
      readonly value: number;
    }
  | {
      readonly code: 'QuotaExceeded';
      /** The resources that are over, sorted by name; the three counts below are in this order. */
      readonly overs: readonly QuotaResource[];
      readonly requested: readonly number[];
      readonly used: readonly number[];
      readonly allowed: readonly number[];
    }
  | { readonly code: 'MetadataLimitExceeded'; readonly allowed: number }
  | { readonly code: 'TagLimitExceeded'; readonly allowed: number }
  // Images and networks
  | { readonly code: 'ImageNotFound'; readonly imageId: string }
  | { readonly code: 'ImageNotActive'; readonly imageId: string }
  | { readonly code: 'ImageUnacceptable'; readonly imageId: string; readonly reason: string }
  | { readonly code: 'NetworkNotFound'; readonly networkId: string }
  | { readonly code: 'NetworkAmbiguous' }
  | { readonly code: 'NetworkRequiresSubnet'; readonly networkId: string }
  /** Ports that are made on the network ask for resources, which a host is only asked for with a port that is there. */
  | { readonly code: 'NetworkGuaranteesResources'; readonly networkId: string; readonly instanceId: string }
  | { readonly code: 'PortNotFound'; readonly portId: string }
  | { readonly code: 'PortInUse'; readonly portId: string }
  | { readonly code: 'FixedIpInUse'; readonly address: string }
  | { readonly code: 'FixedIpInvalid'; readonly address: string; readonly networkId: string }
  | { readonly code: 'NoMoreAddresses'; readonly networkId: string }
  | { readonly code: 'SecurityGroupNotFound'; readonly nameOrId: string; readonly projectId: string }
  /** The guest, as it runs, takes no further network card. */
  | { readonly code: 'InterfaceNotSupported'; readonly instanceId: string; readonly reason: string }
  /** The guest did not get the network card. */
  | { readonly code: 'InterfaceAttachFailed'; readonly instanceId: string }
  // Volumes
  | { readonly code: 'VolumeNotFound'; readonly volumeId: string }
  | { readonly code: 'VolumeSnapshotNotFound'; readonly snapshotId: string }
  /** What was asked is not possible with the volume as it is. */
  | { readonly code: 'InvalidVolume'; readonly reason: string }
  /** A request is for so much of something that the project would have more than it may. */
  | {
      readonly code: 'VolumeQuotaExceeded';
      readonly resource: 'volumes' | 'snapshots' | 'gigabytes';
      readonly requested: number;
      readonly used: number;
      readonly allowed: number;
    }
  // Placement, hosts and services
  | { readonly code: 'NoValidHost'; readonly reason: string }
  | { readonly code: 'HostNotFound'; readonly host: string }
  | { readonly code: 'HypervisorNotFound'; readonly hypervisorId: string }
  | { readonly code: 'ServiceNotFound'; readonly serviceId: string }
  | { readonly code: 'AvailabilityZoneNotFound'; readonly name: string }
  /** The hypervisor cannot do this at all. */
  | { readonly code: 'NotSupported' }
  // Requests
  | { readonly code: 'MarkerNotFound'; readonly marker: string }
  | { readonly code: 'InvalidInput'; readonly reason: string }
  | { readonly code: 'Forbidden'; readonly rule: string }
  // The controller itself
  /** A queue is full. Nothing was done; the same request may come again after the time. */
  | { readonly code: 'MailboxFull'; readonly retryAfterMs: number }
  /** No answer in time; whether it was done is unknown. */
  | { readonly code: 'TimedOut' }
  | { readonly code: 'ShuttingDown' }
  /** A bug: a handler threw. Nothing was done; the log says more. */
  | { readonly code: 'InternalError' }
  /** The store cannot be read or written: disk full, damaged. Nothing was done. */
  | { readonly code: 'StorageUnavailable'; readonly reason: string };

/** The name of a reason. */
export type ComputeErrorCode = ComputeError['code'];

/** Why an actor's reply did not come, as an error of compute like the others. */
export function computeErrorOf(error: AskError): ComputeError {
  switch (error.code) {
    case 'MailboxFull':
      return error;
    case 'AskTimedOut':
      return { code: 'TimedOut' };
    case 'HandlerFailed':
      return { code: 'InternalError' };
    case 'StoreFailed':
      return { code: 'StorageUnavailable', reason: error.reason };
    case 'ShardStopped':
      return { code: 'ShuttingDown' };
  }
}

const ASK_ERRORS: { readonly [C in AskError['code']]: true } = {
  MailboxFull: true,
  AskTimedOut: true,
  HandlerFailed: true,
  StoreFailed: true,
  ShardStopped: true,
};

/** Whether an error says that there was no reply, and not what the reply was. */
export const isAskError = (error: { readonly code: string }): error is AskError =>
  Object.hasOwn(ASK_ERRORS, error.code);
