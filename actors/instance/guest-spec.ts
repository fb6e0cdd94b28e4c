import type {
  GuestImage,
  GuestMetadata,
  GuestNic,
  GuestOutline,
  GuestSpec,
  GuestVolume,
} from '../../drivers/hypervisor.ts';
import type { BoundPort } from '../network/protocol.ts';
import { hasGuestAgent } from './guest-agent.ts';
import { rescueDeviceOf } from './rescue-device.ts';
import type { BootData, Instance, InstanceImage, InstanceVolume } from './row.ts';
import { isVolumeBacked, volumesOf } from './volumes.ts';

/** What the driver needs to make the guest of an instance. Pure: the same rows give the same guest. */
export function guestSpec(instance: Instance, boot: BootData | undefined): GuestSpec {
  const { flavor, rescueImage } = instance;
  const image = instance.rootImage ?? instance.image;
  return {
    vcpus: flavor.vcpus,
    memoryMib: flavor.memoryMib,
    rootGib: isVolumeBacked(instance) ? 0 : flavor.rootGib,
    ephemeralGib: flavor.ephemeralGib,
    swapMib: flavor.swapMib,
    image: image && guestImage(image),
    rescueImage: rescueImage ? guestImage(rescueImage) : null,
    rescueDevice: rescueImage ? rescueDeviceOf(rescueImage.properties) : null,
    nics: guestPorts(instance).map(nicOf),
    volumes: guestVolumes(instance),
    metadata: metadataOf(instance, boot),
    ...(hasGuestAgent(instance) ? { guestAgent: true } : {}),
  };
}

/** What of the same guest counts for a driver that only keeps account of it. */
export function guestOutline(instance: Instance): GuestOutline {
  const { flavor, ports } = instance;
  return {
    hostname: instance.hostname,
    memoryMib: flavor.memoryMib,
    rootGib: isVolumeBacked(instance) ? 0 : flavor.rootGib,
    ephemeralGib: flavor.ephemeralGib,
    swapMib: flavor.swapMib,
    image: instance.rootImage ?? instance.image,
    nics: ports.length === 0 ? NO_NICS : ports.map(nicOf),
    volumes: guestVolumes(instance),
  };
}

const NO_NICS: readonly GuestNic[] = [];
const NO_VOLUMES: readonly GuestVolume[] = [];

function guestVolumes(instance: Instance): readonly GuestVolume[] {
  const volumes = volumesOf(instance);
  if (volumes.length === 0) return NO_VOLUMES;
  return volumes.filter(({ state }) => state !== 'detaching').map(guestVolume);
}

/** The ports of which the guest is to have cards: one that goes is the instance's until its card is gone. */
function guestPorts({ ports, operation }: Instance): readonly BoundPort[] {
  const details = operation?.details;
  const leaving = details?.kind === 'interface' && details.request === null ? details.portId : null;
  return leaving === null ? ports : ports.filter(({ portId }) => portId !== leaving);
}

const guestImage = ({ imageId, contentId, format, sizeBytes }: InstanceImage): GuestImage => ({
  imageId,
  contentId,
  format,
  sizeBytes,
});

/** Volumes with a tag, as Nova tells guests of them (`devices` of its metadata). The serial number is the disk's own. */
const taggedVolumes = (instance: Instance): readonly object[] =>
  volumesOf(instance).flatMap(({ tag, volumeId, device }) =>
    tag === null ? [] : [{ type: 'disk', bus: 'none', address: 'none', serial: volumeId, path: device, tags: [tag] }],
  );

/** The same of network cards. */
const taggedCards = ({ ports }: Instance): readonly object[] =>
  ports.flatMap(({ tag, macAddress: mac }) =>
    tag === undefined ? [] : [{ type: 'nic', bus: 'none', address: 'none', mac, tags: [tag] }],
  );

const guestVolume = ({ volumeId, readOnly, slot, bootIndex, shared = false }: InstanceVolume): GuestVolume => ({
  volumeId,
  readOnly,
  slot,
  bootIndex,
  ...(shared ? { shared } : {}),
});

/** The volume that is to be mirrored, and what to; null: none is. */
export function wantedMirror(instance: Instance): { readonly volumeId: string; readonly target: GuestVolume } | null {
  const details = instance.operation?.details;
  const from = details?.kind === 'swapVolume' ? details : null;
  const known = volumesOf(instance).find(({ volumeId }) => volumeId === from?.volumeId);
  if (!from?.taken || !known) return null;
  const { volumeId, readOnly, multiattach: shared } = from.taken;
  return { volumeId: known.volumeId, target: guestVolume({ ...known, volumeId, readOnly, shared }) };
}

function nicOf(port: BoundPort): GuestNic {
  return {
    portId: port.portId,
    networkId: port.networkId,
    macAddress: port.macAddress,
    mtu: port.mtu,
    addresses: port.fixedIps.map(({ address, version, prefixLength, gateway, dnsServers }) => ({
      address,
      version,
      prefixLength,
      gateway,
      dnsServers,
    })),
  };
}

/** The files of the config drive. Their shapes: Nova's user guide, "Metadata", and cloud-init's ConfigDrive source. */
function metadataOf(instance: Instance, boot: BootData | undefined): GuestMetadata {
  const files = boot?.files ?? [];
  const adminPassword = (instance.rescueImage ? boot?.rescuePassword : null) ?? boot?.adminPassword;
  const keys = boot?.publicKey
    ? {
        public_keys: { [instance.keyName ?? 'key']: boot.publicKey },
        keys: [{ name: instance.keyName ?? 'key', type: boot.keyType ?? 'ssh', data: boot.publicKey }],
      }
    : {};
  return {
    metaData: {
      uuid: instance.id,
      name: instance.name,
      hostname: instance.hostname,
      launch_index: instance.launchIndex,
      availability_zone: instance.availabilityZone,
      project_id: instance.projectId,
      meta: instance.metadata,
      devices: [...taggedCards(instance), ...taggedVolumes(instance)],
      ...(files.length > 0
        ? { files: files.map(({ path }, at) => ({ path, content_path: `/content/${fileName(at)}` })) }
        : {}),
      ...(adminPassword ? { admin_pass: adminPassword } : {}),
      ...keys,
    },
    networkData: networkDataOf(instance.ports),
    userData: boot?.userData ? Buffer.from(boot.userData, 'base64') : null,
    ...(files.length > 0
      ? { files: files.map(({ contents }, at) => ({ name: fileName(at), content: Buffer.from(contents, 'base64') })) }
      : {}),
  };
}

/** The name of an injected file on the config drive. Nova: `InstanceMetadata.__init__` (api/metadata/base.py). */
const fileName = (at: number): string => String(at).padStart(4, '0');

function networkDataOf(ports: readonly BoundPort[]): Record<string, unknown> {
  if (ports.length === 0) return { links: [], networks: [], services: [] };
  const links = ports.map((port, index) => ({
    id: `tap${index}`,
    vif_id: port.portId,
    type: 'phy',
    mtu: port.mtu,
    ethernet_mac_address: port.macAddress,
  }));
  const networks = ports.flatMap((port, index) =>
    port.fixedIps.map((ip, number) => ({
      id: `network${index}-${number}`,
      type: ip.version === 4 ? 'ipv4' : 'ipv6',
      link: `tap${index}`,
      ip_address: ip.address,
      netmask: ip.version === 4 ? netmask4(ip.prefixLength) : netmask6(ip.prefixLength),
      network_id: port.networkId,
      routes: ip.gateway === null ? [] : [defaultRoute(ip.version, ip.gateway)],
      services: ip.dnsServers.map((address) => ({ type: 'dns', address })),
    })),
  );
  const services = ports.flatMap((port) =>
    port.fixedIps.flatMap((ip) => ip.dnsServers.map((address) => ({ type: 'dns', address }))),
  );
  return { links, networks, services };
}

const defaultRoute = (version: 4 | 6, gateway: string): object =>
  version === 4 ? { network: '0.0.0.0', netmask: '0.0.0.0', gateway } : { network: '::', netmask: '::', gateway };

/** A prefix length as a dotted mask. */
function netmask4(prefixLength: number): string {
  const bits = prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
}

/** A prefix length as a mask of eight groups, the zeros at its end left out. */
function netmask6(prefixLength: number): string {
  const groups: string[] = [];
  for (let left = prefixLength; left > 0; left -= 16) {
    groups.push(((0xffff << Math.max(0, 16 - left)) & 0xffff).toString(16));
  }
  return groups.length === 8 ? groups.join(':') : `${groups.join(':')}::`;
}
