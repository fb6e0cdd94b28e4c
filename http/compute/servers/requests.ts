import * as v from 'valibot';
import { anything, choice, list, oneOf, parameter, type Schema, text } from '../../parameter.ts';
import { object, type ShapeOutput, shape, wrapped } from '../../shape.ts';
import { always, followedBy, mapSteps, since, stepped, until } from '../../stepped.ts';
import * as types from '../parameter-types.ts';
import { blockDeviceMapping, blockDeviceMappingV2 } from './block-devices-request.ts';
import { schedulerHints } from './scheduler-hints-request.ts';

const tag = v.optional(types.tag);

/** The id of a port, or null for none. */
const portId: Schema<string | null> = parameter({ type: ['string', 'null'], format: 'uuid' }, (value) =>
  value === null ? null : types.canonicalUuid(String(value)),
);

const network = object({
  fixed_ip: always(v.optional(types.ipAddress)),
  port: always(v.optional(portId)),
  uuid: stepped(v.optional(text()), ['2.37', v.optional(types.uuid)]),
  // The tag came in 2.32, was lost by accident in 2.37, and came back in 2.42.
  tag: stepped(undefined, ['2.32', tag], ['2.37', undefined], ['2.42', tag]),
});

const networks = followedBy(
  mapSteps(network, (item) => v.optional(list(item))),
  '2.37',
  mapSteps(network, (item) => oneOf([list(item), choice(['none', 'auto'])])),
);

const securityGroups = mapSteps(object({ name: always(v.optional(types.name)) }), (item) => v.optional(list(item)));

export const personality = until(
  '2.56',
  v.optional(
    list(
      object({
        path: always(v.optional(text())),
        contents: always(v.optional(text({ format: 'base64' }))),
      }).at('2.1'),
    ),
  ),
);

export const certificates = v.optional(
  v.nullable(list(text({ minLength: 1 }), { minItems: 1, maxItems: 50, uniqueItems: true })),
);

export const hostname = stepped(undefined, ['2.90', v.optional(types.hostname)], ['2.94', v.optional(types.fqdn)]);

const newServer = object({
  name: always(types.name),
  imageRef: always(v.optional(types.imageIdOrEmpty)),
  flavorRef: always(types.flavorRef),
  adminPass: always(v.optional(types.adminPass)),
  metadata: always(v.optional(types.metadata)),
  networks,
  'OS-DCF:diskConfig': always(v.optional(types.diskConfig)),
  accessIPv4: always(v.optional(types.ipv4)),
  accessIPv6: always(v.optional(types.ipv6)),
  personality,
  availability_zone: always(v.optional(types.name)),
  block_device_mapping: blockDeviceMapping,
  block_device_mapping_v2: blockDeviceMappingV2,
  config_drive: always(v.optional(types.boolean)),
  key_name: always(v.optional(types.name)),
  min_count: always(v.optional(types.positiveInteger)),
  max_count: always(v.optional(types.positiveInteger)),
  return_reservation_id: always(v.optional(types.boolean)),
  security_groups: securityGroups,
  user_data: always(v.optional(types.userData)),
  description: since('2.19', v.optional(types.description)),
  tags: since('2.52', v.optional(types.tags)),
  trusted_image_certificates: since('2.63', certificates),
  host: since('2.74', v.optional(types.fqdn)),
  hypervisor_hostname: since('2.74', v.optional(types.fqdn)),
  hostname,
});

/** POST /servers. */
export const createServer = object({
  server: newServer,
  'os:scheduler_hints': schedulerHints,
  'OS-SCH-HNT:scheduler_hints': schedulerHints,
});
export type CreateServer = ShapeOutput<typeof createServer>;
/** The server that a client asks for. */
export type NewServer = CreateServer['server'];

/** Up to 2.18 a server could not be described, and its name stood in for the description (api-ref of POST /servers). */
export const describedByName = stepped(true, ['2.19', false]);

/** PUT /servers/{id}. */
export const updateServer = shape('server', {
  name: always(v.optional(types.name)),
  'OS-DCF:diskConfig': always(v.optional(types.diskConfig)),
  accessIPv4: always(v.optional(types.ipv4)),
  accessIPv6: always(v.optional(types.ipv6)),
  description: since('2.19', v.optional(types.description)),
  hostname,
  pinned_availability_zone: since('2.104', v.optional(v.nullable(text({ minLength: 1, maxLength: 255 })))),
});
export type UpdateServer = ShapeOutput<typeof updateServer>;

/** The actions os-start and os-stop: their value does not matter. */
export const startServer = wrapped('os-start', always(anything));
export const stopServer = wrapped('os-stop', always(anything));

/** The actions of a single word, whose value nobody looks at. */
export const pauseServer = wrapped('pause', always(anything));
export const unpauseServer = wrapped('unpause', always(anything));
export const suspendServer = wrapped('suspend', always(anything));
export const resumeServer = wrapped('resume', always(anything));

/** The action trigger_crash_dump. */
export const crashDumpOfServer = wrapped('trigger_crash_dump', always(parameter({ type: 'null' }, () => null)));

/** The action reboot. */
export const rebootServer = shape('reboot', {
  type: always(choice(['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft'])),
});

/** The action os-getConsoleOutput: -1, null or nothing asks for all lines. */
export const getConsoleOutput = shape('os-getConsoleOutput', {
  length: always(
    v.optional(
      parameter({ type: ['integer', 'string', 'null'], pattern: '^-?[0-9]+$', minimum: -1 }, (value) =>
        value === null || Number(value) === -1 ? null : Number(value),
      ),
    ),
  ),
});
