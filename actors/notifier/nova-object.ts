/** A payload as Nova's versioned objects are written. */
export interface NovaObject {
  readonly 'nova_object.name': string;
  readonly 'nova_object.namespace': 'nova';
  readonly 'nova_object.version': string;
  readonly 'nova_object.data': Readonly<Record<string, unknown>>;
}

/** The versions of the payloads that are made here; Nova raises them when a field is added. */
const VERSIONS = {
  BlockDevicePayload: '1.0',
  ExceptionPayload: '1.1',
  FlavorPayload: '1.4',
  InstanceActionPayload: '1.9',
  InstanceActionRebuildPayload: '1.10',
  InstanceActionRescuePayload: '1.4',
  InstanceActionResizePrepPayload: '1.4',
  InstanceActionSnapshotPayload: '1.10',
  InstanceActionVolumePayload: '1.7',
  InstanceActionVolumeSwapPayload: '1.9',
  InstanceCreatePayload: '1.13',
  InstanceStateUpdatePayload: '1.0',
  InstanceUpdatePayload: '2.1',
  AggregateCachePayload: '1.0',
  AggregatePayload: '1.1',
  AuditPeriodPayload: '1.0',
  ComputeTaskPayload: '1.0',
  DestinationPayload: '1.0',
  ImageMetaPayload: '1.0',
  ImageMetaPropsPayload: '1.19',
  InstanceNUMACellPayload: '1.2',
  InstanceNUMATopologyPayload: '1.0',
  InstancePCIRequestPayload: '1.1',
  InstancePCIRequestsPayload: '1.0',
  IpPayload: '1.0',
  KeypairPayload: '1.0',
  RequestSpecPayload: '1.1',
  SchedulerRetriesPayload: '1.0',
  ServerGroupPayload: '1.1',
  ServiceStatusPayload: '1.1',
} as const;

export type PayloadName = keyof typeof VERSIONS;

/** A payload of this name, in the version that is made here. */
export const novaObject = (name: PayloadName, data: Readonly<Record<string, unknown>>): NovaObject => ({
  'nova_object.name': name,
  'nova_object.namespace': 'nova',
  'nova_object.version': VERSIONS[name],
  'nova_object.data': data,
});

/** A moment as Nova writes it: UTC, whole seconds. */
export const novaTime = (ms: number | null): string | null =>
  ms === null ? null : `${new Date(ms).toISOString().slice(0, 19)}Z`;
