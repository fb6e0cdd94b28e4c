import * as v from 'valibot';
import { anything, choice, list, parameter, text, textOrNull } from '../../parameter.ts';
import { object } from '../../shape.ts';
import { always, mapSteps, since, stepped } from '../../stepped.ts';
import * as types from '../parameter-types.ts';

const short = v.optional(text({ maxLength: 255 }));

const common = {
  virtual_name: always(short),
  volume_id: always(v.optional(types.uuid)),
  snapshot_id: always(v.optional(types.uuid)),
  volume_size: always(v.optional(types.integerBetween(1))),
  device_name: always(v.optional(text({ minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9._/-]*$' }))),
  delete_on_termination: always(v.optional(types.boolean)),
  no_device: always(v.optional(anything)),
  connection_info: always(v.optional(text({ maxLength: 16_777_215 }))),
};

const bootIndex = parameter({ type: ['integer', 'string', 'null'], pattern: '^-?[0-9]+$' }, (value) =>
  value === null ? null : Number(value),
);
const tag = v.optional(types.tag);

const device = object({
  ...common,
  source_type: always(v.optional(choice(['volume', 'image', 'snapshot', 'blank']))),
  uuid: always(v.optional(text({ minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9._-]*$' }))),
  image_id: always(v.optional(types.uuid)),
  destination_type: always(v.optional(choice(['local', 'volume']))),
  guest_format: always(short),
  device_type: always(short),
  disk_bus: always(short),
  boot_index: always(v.optional(bootIndex)),
  // The tag came in 2.32, was lost by accident in 2.33, and came back in 2.42.
  tag: stepped(undefined, ['2.32', tag], ['2.33', undefined], ['2.42', tag]),
  volume_type: since('2.67', v.optional(textOrNull({ minLength: 0, maxLength: 255 }))),
});

/** Disks in the form of old clients. */
export const blockDeviceMapping = mapSteps(object(common), (item) => v.optional(list(item)));

/** Disks of a new server. */
export const blockDeviceMappingV2 = mapSteps(device, (item) => v.optional(list(item)));
