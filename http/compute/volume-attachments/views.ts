import type { Instance, InstanceVolume } from '../../../actors/instance/row.ts';
import { always, since, until } from '../../stepped.ts';
import { viewOf } from '../field-view.ts';

/** A volume of a server. */
export const attachmentView = viewOf<InstanceVolume, Instance>({
  id: until('2.88', (volume: InstanceVolume) => volume.volumeId),
  volumeId: always((volume) => volume.volumeId),
  serverId: always((_, server) => server.id),
  device: always((volume) => volume.device),
  tag: since('2.70', (volume: InstanceVolume) => volume.tag),
  delete_on_termination: since('2.79', (volume: InstanceVolume) => volume.deleteOnTermination),
  attachment_id: since('2.89', (volume: InstanceVolume) => volume.attachmentId),
  bdm_uuid: since('2.89', (volume: InstanceVolume) => volume.deviceId),
});

/** The same as the answer to its attachment, which never has the fields of 2.89. */
export const attachedView = viewOf<InstanceVolume, Instance>({
  id: always((volume) => volume.volumeId),
  serverId: always((_, server) => server.id),
  volumeId: always((volume) => volume.volumeId),
  device: always((volume) => volume.device),
  tag: since('2.70', (volume: InstanceVolume) => volume.tag),
  delete_on_termination: since('2.79', (volume: InstanceVolume) => volume.deleteOnTermination),
});
