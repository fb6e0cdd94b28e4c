import type { InstanceAction } from '../instance/actions/row.ts';
import type { Instance } from '../instance/row.ts';
import { POWER, type PowerState } from '../instance/states.ts';
import { exceptionPayload } from './exception-payload.ts';
import { flavorPayload, NOT_KEPT } from './flavor-payload.ts';
import { type NovaObject, novaObject, novaTime, type PayloadName } from './nova-object.ts';

const POWER_NAMES: Readonly<Record<PowerState, string>> = {
  [POWER.noState]: 'pending',
  [POWER.running]: 'running',
  [POWER.paused]: 'paused',
  [POWER.shutdown]: 'shutdown',
  [POWER.crashed]: 'crashed',
  [POWER.suspended]: 'suspended',
};

const addressesOf = ({ ports }: Instance): readonly NovaObject[] =>
  ports.flatMap(({ portId, networkName, macAddress, fixedIps }) =>
    fixedIps.map(({ address, version }) =>
      novaObject('IpPayload', {
        label: networkName,
        mac: macAddress,
        meta: {},
        port_uuid: portId,
        version,
        address,
        device_name: `tap${portId.slice(0, 11)}`,
      }),
    ),
  );

/** Why it failed. */
const faultOf = ({ fault }: Instance, failed: boolean): NovaObject | null =>
  failed && fault !== null ? exceptionPayload('InstanceFault', fault.message) : null;

const blockDevicesOf = ({ volumes = [] }: Instance): readonly NovaObject[] =>
  volumes.map((volume) =>
    novaObject('BlockDevicePayload', {
      volume_id: volume.volumeId,
      device_name: volume.device,
      boot_index: volume.bootIndex,
      delete_on_termination: volume.deleteOnTermination,
      tag: volume.tag,
    }),
  );

/** What every notification of an instance tells. */
function instanceData(instance: Instance, by: By): Readonly<Record<string, unknown>> {
  return {
    uuid: instance.id,
    user_id: instance.userId,
    tenant_id: instance.projectId,
    reservation_id: instance.reservationId,
    display_name: instance.name,
    display_description: instance.description,
    host_name: instance.hostname,
    host: instance.host,
    node: instance.host,
    os_type: instance.image?.properties['os_type'] ?? null,
    architecture: instance.image?.properties['hw_architecture'] ?? null,
    availability_zone: instance.availabilityZone,
    flavor: flavorPayload({ ...instance.flavor, ...NOT_KEPT }),
    image_uuid: instance.image?.imageId ?? null,
    key_name: instance.keyName,
    kernel_id: '',
    ramdisk_id: '',
    created_at: novaTime(instance.createdAtMs),
    launched_at: novaTime(instance.launchedAtMs),
    terminated_at: novaTime(instance.terminatedAtMs),
    deleted_at: novaTime(instance.deletedAtMs),
    updated_at: novaTime(instance.updatedAtMs),
    state: instance.vmState,
    power_state: POWER_NAMES[instance.powerState],
    task_state: instance.taskState,
    progress: instance.progress,
    ip_addresses: addressesOf(instance),
    block_devices: blockDevicesOf(instance),
    metadata: instance.metadata,
    locked: instance.locked,
    locked_reason: instance.lockedReason,
    auto_disk_config: instance.diskConfig,
    shares: [],
    request_id: by.requestId,
    action_initiator_user: by.userId,
    action_initiator_project: by.projectId,
  };
}

/** Who has begun what is told; null for what the cloud does by itself. */
export type By = Pick<InstanceAction, 'requestId' | 'userId' | 'projectId'> | Nobody;
interface Nobody {
  readonly requestId: null;
  readonly userId: null;
  readonly projectId: null;
}

/** What some types tell beyond the rest, with the name of their payload. */
function extras(eventType: string, instance: Instance): readonly [PayloadName, Readonly<Record<string, unknown>>] {
  const { operation } = instance;
  const [, name] = eventType.split('.');
  switch (name) {
    case 'create':
      return [
        'InstanceCreatePayload',
        {
          tags: instance.tags,
          // The key itself is the user's; who needs it asks for it by its name.
          keypairs: [],
          trusted_image_certificates: null,
          instance_name: `instance-${instance.id.slice(-8)}`,
        },
      ];
    case 'rebuild':
    case 'rebuild_scheduled':
      return ['InstanceActionRebuildPayload', { trusted_image_certificates: null }];
    case 'rescue':
      return ['InstanceActionRescuePayload', { rescue_image_ref: instance.rescueImage?.imageId ?? null }];
    case 'resize_prep':
      return [
        'InstanceActionResizePrepPayload',
        { new_flavor: flavorPayload({ ...(instance.move?.target.flavor ?? instance.flavor), ...NOT_KEPT }) },
      ];
    case 'snapshot':
      return [
        'InstanceActionSnapshotPayload',
        { snapshot_image_id: operation?.details?.kind === 'snapshot' ? operation.details.imageId : null },
      ];
    case 'volume_attach':
    case 'volume_detach':
      return [
        'InstanceActionVolumePayload',
        { volume_id: operation?.details?.kind === 'volume' ? operation.details.volumeId : null },
      ];
    case 'volume_swap': {
      const details = operation?.details?.kind === 'swapVolume' ? operation.details : null;
      const ids = { old_volume_id: details?.volumeId ?? null, new_volume_id: details?.newVolumeId ?? null };
      return ['InstanceActionVolumeSwapPayload', ids];
    }
    default:
      return ['InstanceActionPayload', {}];
  }
}

/** The payload of a notification about an operation. `failed`: it tells of a failure. */
export function actionPayload(eventType: string, instance: Instance, by: By, failed: boolean): NovaObject {
  const [name, more] = extras(eventType, instance);
  return novaObject(name, { ...instanceData(instance, by), fault: faultOf(instance, failed), ...more });
}

/** The payload of `instance.update`: what it was, and what it is. */
export function updatePayload(before: Instance, instance: Instance, by: By): NovaObject {
  return novaObject('InstanceUpdatePayload', {
    ...instanceData(instance, by),
    old_display_name: before.name === instance.name ? null : before.name,
    tags: instance.tags,
    audit_period: novaObject('AuditPeriodPayload', {
      audit_period_beginning: novaTime(monthOf(instance.updatedAtMs)),
      audit_period_ending: novaTime(instance.updatedAtMs),
    }),
    state_update: novaObject('InstanceStateUpdatePayload', {
      old_state: before.vmState,
      state: instance.vmState,
      old_task_state: before.taskState,
      new_task_state: instance.taskState,
    }),
  });
}

/** The beginning of the month of a moment: what Nova audits by. */
const monthOf = (ms: number): number => {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
};
