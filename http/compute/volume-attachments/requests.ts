import * as v from 'valibot';
import { textOrNull } from '../../parameter.ts';
import { lastOf, query, shape } from '../../shape.ts';
import { always, since, stepped } from '../../stepped.ts';
import * as types from '../parameter-types.ts';

/** A disk as the guest is to see it. Nova: the format of device names in `schemas/volume_attachments.py`. */
const device = v.optional(textOrNull({ pattern: '(^/dev/x{0,1}[a-z]{0,1}d{0,1})([a-z]+)[0-9]*$' }));

/** Body of POST /servers/{server_id}/os-volume_attachments. */
export const attachVolume = shape('volumeAttachment', {
  volumeId: always(types.uuid),
  device: always(device),
  tag: since('2.49', v.optional(types.tag)),
  delete_on_termination: since('2.79', v.optional(types.boolean)),
});

/** Body of PUT …/os-volume_attachments/{id}: only another volume, up to 2.84. */
export const swapVolume = shape('volumeAttachment', { volumeId: always(types.uuid) });

/** The same from 2.85 on: what is to be changed, and what is repeated. */
export const updateAttachment = shape('volumeAttachment', {
  volumeId: always(types.uuid),
  device: always(device),
  tag: always(v.optional(types.tag)),
  delete_on_termination: always(v.optional(types.boolean)),
  serverId: always(v.optional(types.uuid)),
  id: always(v.optional(types.uuid)),
});

/** Query of GET …/os-volume_attachments. */
export const listAttachments = query(
  { limit: always(lastOf(types.nonNegativeInteger)), offset: always(lastOf(types.nonNegativeInteger)) },
  { unknown: stepped('drop', ['2.75', 'refuse']) },
);

/** Query of GET …/os-volume_attachments/{id}: there is nothing to ask for, and whatever is asked is ignored. */
export const showAttachment = query({}, { unknown: 'drop' });
