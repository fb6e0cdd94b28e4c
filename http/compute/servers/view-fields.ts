import { createHash } from 'node:crypto';
import type { Instance } from '../../../actors/instance/row.ts';
import { bookmarkHref, type LinkContext, selfAndBookmark } from '../../links.ts';
import { always, followedBy, type Stepped, since, stepped } from '../../stepped.ts';
import type { Field, ViewFields } from '../field-view.ts';
import { instanceNameOf } from '../instance-name.ts';
import { isoMicroseconds, isoSeconds } from '../times.ts';
import type { FloatingAddresses } from './floating-addresses.ts';
import { statusOf, WITH_FAULT, WITH_PROGRESS } from './statuses.ts';

/** What a view knows beside the instance: what the caller may see, and how to look up what is stored elsewhere. */
export interface ServerSight {
  readonly links: LinkContext;
  /** os-extended-server-attributes: where it runs, its user data. */
  readonly attributes: boolean;
  readonly flavorExtraSpecs: boolean;
  readonly isAdmin: boolean;
  /** Name of the hypervisor of a host. */
  readonly nodeOf: (host: string) => string | null;
  /** The floating addresses that lead to a port. */
  readonly floatingOf: FloatingAddresses;
  /** User data in base64. */
  readonly userDataOf: (instanceId: string) => string | null;
}

type ServerField = Field<Instance, ServerSight>;

type ServerFields = ViewFields<Instance, ServerSight>;

const field = (make: ServerField): Stepped<ServerField> => always(make);
const from = (first: Parameters<typeof since>[0], make: ServerField): Stepped<ServerField | undefined> =>
  since(first, make);

/** A field of os-extended-server-attributes. */
const attribute =
  (make: ServerField): ServerField =>
  (server, sight) =>
    sight.attributes ? make(server, sight) : undefined;

/** A digest of the host that lets a project tell its hosts apart without knowing their names. Nova: generate_hostid. */
export const hostIdOf = (host: string | null, projectId: string): string => {
  if (host === null) return '';
  const named = `${projectId}${host}`;
  const known = hostIds.get(named);
  if (known !== undefined) return known;
  const hostId = createHash('sha224').update(named).digest('hex');
  if (hostIds.size >= HOST_IDS_MAX) hostIds.clear();
  hostIds.set(named, hostId);
  return hostId;
};

/** Digests kept: a few hundred bytes each. */
const HOST_IDS_MAX = 10_000;
const hostIds = new Map<string, string>();

const flavorLink: ServerField = ({ flavor }, { links }) => ({
  id: flavor.flavorId,
  links: [{ rel: 'bookmark', href: bookmarkHref(links, 'flavors', flavor.flavorId) }],
});

/** The flavor as it was when the server was made. */
export const flavorEmbedded = (
  { flavor }: Pick<Instance, 'flavor'>,
  { flavorExtraSpecs }: Pick<ServerSight, 'flavorExtraSpecs'>,
): object => {
  const { vcpus, memoryMib: ram, rootGib: disk, ephemeralGib: ephemeral, swapMib: swap, name, extraSpecs } = flavor;
  return flavorExtraSpecs
    ? { vcpus, ram, disk, ephemeral, swap, original_name: name, extra_specs: extraSpecs }
    : { vcpus, ram, disk, ephemeral, swap, original_name: name };
};

const image =
  (withProperties: boolean) =>
  ({ image }: Pick<Instance, 'image'>, { links }: Pick<ServerSight, 'links'>): unknown =>
    image === null
      ? ''
      : {
          id: image.imageId,
          links: [{ rel: 'bookmark', href: bookmarkHref(links, 'images', image.imageId) }],
          ...(withProperties ? { properties: image.properties } : {}),
        };

/** What the server was made of; nothing for one that boots from a volume. */
export const imageShown = stepped(image(false), ['2.98', image(true)]);

const volumesOf =
  (withFate: boolean) =>
  ({ volumes = [] }: Pick<Instance, 'volumes'>): unknown =>
    volumes.map(({ volumeId, deleteOnTermination }) =>
      withFate ? { id: volumeId, delete_on_termination: deleteOnTermination } : { id: volumeId },
    );

/** The volumes of a server, from 2.3 on with whether they go with it. */
const volumesAttached = stepped(volumesOf(false), ['2.3', volumesOf(true)]);

type ByNetwork = Readonly<Record<string, readonly unknown[]>>;

/** The addresses of a server by the name of their network, floating ones last; extended: with their kind and the MAC address. */
export const addressesOf = (extended: boolean) => {
  const shown = (version: 4 | 6, addr: string, type: 'fixed' | 'floating', macAddress: string): object =>
    extended ? { version, addr, 'OS-EXT-IPS:type': type, 'OS-EXT-IPS-MAC:mac_addr': macAddress } : { version, addr };
  return ({ ports }: Pick<Instance, 'ports'>, { floatingOf }: Pick<ServerSight, 'floatingOf'>): ByNetwork => {
    const byNetwork = new Map<string, unknown[]>();
    const listOf = (name: string): unknown[] => {
      const known = byNetwork.get(name);
      if (known !== undefined) return known;
      const made: unknown[] = [];
      byNetwork.set(name, made);
      return made;
    };
    for (const { networkName, macAddress, fixedIps } of ports) {
      const list = listOf(networkName);
      for (const { address, version } of fixedIps) list.push(shown(version, address, 'fixed', macAddress));
    }
    for (const { portId, networkName, macAddress } of ports)
      for (const address of floatingOf(portId)) listOf(networkName).push(shown(4, address, 'floating', macAddress));
    return Object.fromEntries(byNetwork);
  };
};

const fault: ServerField = (server, { isAdmin }) => {
  const { fault: found } = server;
  if (found === null || !WITH_FAULT.has(statusOf(server))) return undefined;
  const { code, message, details, atMs } = found;
  // As in Nova what the service itself got wrong is told in detail to administrators only.
  const explained = details !== '' && (isAdmin || code !== 500);
  return { code, created: isoSeconds(atMs), message, ...(explained ? { details } : {}) };
};

/** Fields of every full view, at the microversions that have them. */
const common = {
  id: field((s) => s.id),
  name: field((s) => s.name),
  status: field(statusOf),
  tenant_id: field((s) => s.projectId),
  user_id: field((s) => s.userId),
  metadata: field((s) => s.metadata),
  hostId: field((s) => hostIdOf(s.host, s.projectId)),
  image: imageShown,
  flavor: stepped(flavorLink, ['2.47', flavorEmbedded]),
  created: field((s) => isoSeconds(s.createdAtMs)),
  updated: field((s) => isoSeconds(s.updatedAtMs)),
  accessIPv4: field((s) => s.accessIpV4 ?? ''),
  accessIPv6: field((s) => s.accessIpV6 ?? ''),
  links: field((s, { links }) => selfAndBookmark(links, 'servers', s.id)),
  'OS-DCF:diskConfig': field((s) => s.diskConfig),
  progress: field((s) => (WITH_PROGRESS.has(statusOf(s)) ? s.progress : undefined)),
  fault: field(fault),
  locked: from('2.9', (s) => s.locked),
  description: from('2.19', (s) => s.description),
  tags: from('2.26', (s) => s.tags),
  trusted_image_certificates: from('2.63', () => null),
  locked_reason: from('2.73', (s) => s.lockedReason),
  'OS-EXT-SRV-ATTR:hostname': stepped(undefined, ['2.90', (s: Instance) => s.hostname]),
  pinned_availability_zone: from('2.96', (s) => s.requestedZone),
  scheduler_hints: from('2.100', (s): unknown => JSON.parse(s.schedulerHintsJson ?? '{}')),
} satisfies ServerFields;

/** Fields that a list or a look at one server has always had; the answer to a change has them from 2.75. */
const extended = {
  key_name: field((s) => s.keyName),
  config_drive: field((s) => (s.configDrive ? 'True' : '')),
  'OS-SRV-USG:launched_at': field((s) => isoMicroseconds(s.launchedAtMs)),
  'OS-SRV-USG:terminated_at': field((s) => isoMicroseconds(s.terminatedAtMs)),
  'OS-EXT-AZ:availability_zone': field((s) => s.availabilityZone ?? s.requestedZone ?? ''),
  'OS-EXT-STS:task_state': field((s) => s.taskState),
  'OS-EXT-STS:vm_state': field((s) => s.vmState),
  'OS-EXT-STS:power_state': field((s) => s.powerState),
  'os-extended-volumes:volumes_attached': volumesAttached,
  'OS-EXT-SRV-ATTR:host': field(attribute((s) => s.host)),
  'OS-EXT-SRV-ATTR:hypervisor_hostname': field(attribute((s, { nodeOf }) => (s.host === null ? null : nodeOf(s.host)))),
  'OS-EXT-SRV-ATTR:instance_name': field(attribute((s) => instanceNameOf(s.id))),
  'OS-EXT-SRV-ATTR:reservation_id': from(
    '2.3',
    attribute((s) => s.reservationId),
  ),
  'OS-EXT-SRV-ATTR:launch_index': from(
    '2.3',
    attribute((s) => s.launchIndex),
  ),
  'OS-EXT-SRV-ATTR:kernel_id': from(
    '2.3',
    attribute(() => ''),
  ),
  'OS-EXT-SRV-ATTR:ramdisk_id': from(
    '2.3',
    attribute(() => ''),
  ),
  'OS-EXT-SRV-ATTR:root_device_name': from(
    '2.3',
    attribute(() => '/dev/vda'),
  ),
  'OS-EXT-SRV-ATTR:user_data': from(
    '2.3',
    attribute((s, { userDataOf }) => (s.hasUserData ? userDataOf(s.id) : null)),
  ),
} satisfies ServerFields;

const hostname: Stepped<ServerField | undefined> = stepped(
  undefined,
  ['2.3', attribute((s) => s.hostname)],
  ['2.90', (s: Instance) => s.hostname],
);

const always275 = (fields: ServerFields): ServerFields =>
  Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, followedBy(always(undefined), '2.75', one)]));

/** One server, alone or in a detailed list. */
export const FULL_FIELDS: ServerFields = {
  ...common,
  ...extended,
  'OS-EXT-SRV-ATTR:hostname': hostname,
  addresses: field(addressesOf(true)),
};

const { 'OS-EXT-SRV-ATTR:user_data': _userData, ...extendedOfRebuilt } = extended;

/** A server in the answer to a change. */
export const UPDATED_FIELDS: ServerFields = {
  ...common,
  ...always275(extended),
  'OS-EXT-SRV-ATTR:hostname': followedBy(always(undefined), '2.75', hostname),
  addresses: stepped(addressesOf(false), ['2.75', addressesOf(true)]),
};

/** A server in the answer to a rebuild: as to a change, with the key and the user data that it may have got. */
export const REBUILT_FIELDS: ServerFields = {
  ...common,
  ...always275(extendedOfRebuilt),
  'OS-EXT-SRV-ATTR:hostname': followedBy(always(undefined), '2.75', hostname),
  addresses: stepped(addressesOf(false), ['2.75', addressesOf(true)]),
  key_name: from('2.54', (s) => s.keyName),
  user_data: from('2.57', (s, { userDataOf }) => (s.hasUserData ? userDataOf(s.id) : null)),
};
