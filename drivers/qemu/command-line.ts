import type { GuestNic, GuestVolume, RescueDevice } from '../hypervisor.ts';
import { type Accelerator, acceleratorArguments } from './accelerator.ts';
import { type Card, cardDeviceOptions, cardNetwork, cardPort } from './cards.ts';
import { guestFile } from './guest-files.ts';
import { userNetwork } from './user-network.ts';
import { VOLUME_PORTS, volumeBlockdev, volumeBus, volumeDevice } from './volume-nodes.ts';

/** A disk as the guest gets it. `file` is a name in the guest's directory. */
export interface GuestDisk {
  readonly id: string;
  readonly file: string;
  readonly format: 'qcow2' | 'raw';
  readonly readOnly: boolean;
  /** How the guest sees it, behind all its other disks. Absent: as one of them. */
  readonly as?: RescueDevice;
}

/** What stands in a guest's command line. Checked before (guest-spec.ts); nothing here comes from a user as it is. */
export interface GuestMachine {
  readonly instanceId: string;
  readonly accelerator: Accelerator;
  readonly vcpus: number;
  readonly memoryMib: number;
  /** In boot order. */
  readonly disks: readonly GuestDisk[];
  /** What it boots from stands where the root disk would. */
  readonly volumes: readonly GuestVolume[];
  readonly volumesDirectory: string;
  readonly nics: readonly Card[];
  /** Ports for network cards. 0: it is like one of an older version, with its cards on the first bus. */
  readonly cardPorts: number;
  /** Whether it has the serial port of QEMU's guest agent. */
  readonly guestAgent: boolean;
  readonly sshPort: number | null;
  /** Whether the guest goes on from the memory that was saved on its root disk. */
  readonly loadMemory: boolean;
  /**
   * The type of the machine that memory is of which this process goes on from: what `q35` stood for when that one was started. QEMU takes
   * memory into a machine of the same type only, and `q35` is another one with each version of it. Null: it starts from nothing.
   */
  readonly machineType: string | null;
  /** Whether the process waits for a guest of another host. */
  readonly arrives: boolean;
}

/** The name of the internal snapshot that holds the memory of a suspended guest. */
export const MEMORY_TAG = 'novella-suspended';

/** The NIC that the forwarded port leads through: the first one with an IPv4 address. -1: none, so nothing is forwarded. */
export const forwardingNic = (nics: readonly GuestNic[]): number =>
  nics.findIndex((nic) => nic.addresses.some((address) => address.version === 4));

const isBooted = ({ bootIndex }: GuestVolume): boolean => bootIndex === 0;

const isRescue = ({ id }: GuestDisk): boolean => id === 'rescue';

/** Where a disk stands in the order of booting, from 1 on. A rescue disk comes before all others, wherever it is plugged in. */
function bootIndexOf(disk: GuestDisk, { disks, volumes }: GuestMachine): number {
  if (isRescue(disk)) return 1;
  const others = disks.filter((one) => !isRescue(one));
  // A volume that is booted from stands where the root disk would.
  return 1 + others.indexOf(disk) + Number(others.length < disks.length) + Number(volumes.some(isBooted));
}

/** The device of a disk, as the last argument of QEMU; and what it is plugged into, where that is not the first bus. */
function deviceArguments(disk: GuestDisk, bootindex: number): readonly string[] {
  const name = `drive=${disk.id},id=${disk.id}-device,bootindex=${bootindex}`;
  if (disk.as === undefined) return [`virtio-blk-pci,${name},serial=${disk.id}`];
  const kind = disk.as.device === 'cdrom' ? 'cd' : 'hd';
  switch (disk.as.bus) {
    case 'virtio':
      return [RESCUE_PORT, '-device', `virtio-blk-pci,${name},serial=${disk.id},bus=rescue-port`];
    case 'scsi':
      return ['virtio-scsi-pci,id=rescue-bus', '-device', `scsi-${kind},${name},bus=rescue-bus.0`];
    case 'usb':
      return ['qemu-xhci,id=rescue-bus', '-device', `usb-storage,${name},bus=rescue-bus.0`];
    case 'sata':
      return [`ide-${kind},${name},bus=ide.0`];
  }
}

const diskArguments = (disk: GuestDisk, machine: GuestMachine): readonly string[] => {
  const node = {
    driver: disk.format,
    'node-name': disk.id,
    'read-only': disk.readOnly,
    ...(disk.readOnly ? {} : { discard: 'unmap' }),
    file: { driver: 'file', filename: disk.file },
  };
  return ['-blockdev', JSON.stringify(node), '-device', ...deviceArguments(disk, bootIndexOf(disk, machine))];
};

/** The functions of a slot of the machine's first bus. */
const FUNCTIONS = 8;

/** Behind the ports of volumes, so that a guest finds those first. */
const RESCUE_PORT = `pcie-root-port,id=rescue-port,chassis=${VOLUME_PORTS + 1},port=${VOLUME_PORTS},bus=pcie.0,addr=1e.0`;

/** Ports that take a volume while the guest runs: q35 plugs nothing into its first bus. They need no I/O window. */
const volumePorts = (): readonly string[] =>
  Array.from({ length: VOLUME_PORTS }, (_, at) => [
    '-device',
    `pcie-root-port,id=${volumeBus(at)},chassis=${at + 1},port=${at},io-reserve=0,bus=pcie.0,` +
      `addr=${(0x1c + Math.floor(at / FUNCTIONS)).toString(16)}.${at % FUNCTIONS},multifunction=on`,
  ]).flat();

const volumeArguments = (volume: GuestVolume, { volumesDirectory, disks }: GuestMachine): readonly string[] => {
  const bootindex = isBooted(volume) ? { bootindex: disks.some(isRescue) ? 2 : 1 } : {};
  return [
    '-blockdev',
    JSON.stringify(volumeBlockdev(volumesDirectory, volume)),
    '-device',
    JSON.stringify({ ...volumeDevice(volume), ...bootindex }),
  ];
};

/** Ports for network cards, behind that of the rescue disk. */
const cardPorts = ({ cardPorts: count }: GuestMachine): readonly string[] =>
  Array.from({ length: count }, (_, at) => [
    '-device',
    `pcie-root-port,id=${cardPort(at)},chassis=${VOLUME_PORTS + 2 + at},port=${VOLUME_PORTS + 1 + at},io-reserve=0,` +
      `bus=pcie.0,addr=${(0x1a + Math.floor(at / FUNCTIONS)).toString(16)}.${at % FUNCTIONS},multifunction=on`,
  ]).flat();

const nicArguments = (machine: GuestMachine): readonly string[] => {
  const forwarding = forwardingNic(machine.nics);
  return machine.nics.flatMap((nic, at) => {
    const network = userNetwork(cardNetwork(nic), nic, at === forwarding ? machine.sshPort : null);
    const device = Object.entries(cardDeviceOptions(nic, machine.cardPorts > 0));
    const [, driver = ''] = device[0] ?? [];
    const options = device.slice(1).map(([name, value]) => `,${name}=${value}`);
    return ['-netdev', network.netdev, '-device', `${driver}${options.join('')}`];
  });
};

/** The serial port by which QEMU's guest agent is spoken with, under the name that the agent looks for. */
const AGENT: readonly string[] = [
  '-chardev',
  `socket,id=agent,path=${guestFile.agent},server=on,wait=off`,
  '-device',
  'virtio-serial-pci,id=agent-bus',
  '-device',
  'virtserialport,bus=agent-bus.0,chardev=agent,name=org.qemu.guest_agent.0',
];

const serverSocket = (path: string): string => `unix:${path},server=on,wait=off`;

/**
 * The arguments of QEMU (7.2 or later) for a guest; it is to be started in the guest's directory. Every device and
 * node has an id of ours, nothing comes by default, and QEMU gives up what a guest's process never needs (`-sandbox`).
 * The product name is the one by which cloud-init knows an OpenStack guest.
 */
export const qemuArguments = (machine: GuestMachine): readonly string[] => [
  '-name',
  `guest=${machine.instanceId}`,
  '-uuid',
  machine.instanceId,
  '-nodefaults',
  '-no-user-config',
  '-display',
  'none',
  '-sandbox',
  'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
  '-machine',
  machine.machineType ?? 'q35',
  ...acceleratorArguments(machine.accelerator),
  '-m',
  `size=${machine.memoryMib}M`,
  '-smp',
  `cpus=${machine.vcpus}`,
  '-smbios',
  `type=1,manufacturer=Novella,product=OpenStack Nova,serial=${machine.instanceId},uuid=${machine.instanceId}`,
  '-pidfile',
  guestFile.pid,
  '-qmp',
  serverSocket(guestFile.qmp),
  '-qmp',
  serverSocket(guestFile.qmpForTools),
  '-chardev',
  `socket,id=console,path=${guestFile.consoleSocket},server=on,wait=off,logfile=${guestFile.console},logappend=on`,
  '-serial',
  'chardev:console',
  ...volumePorts(),
  ...cardPorts(machine),
  // QEMU looks for saved memory on the first disk of all: on what the guest boots from, never on another volume.
  ...machine.volumes.filter(isBooted).flatMap((volume) => volumeArguments(volume, machine)),
  ...machine.disks.filter(({ as }) => as === undefined).flatMap((disk) => diskArguments(disk, machine)),
  ...machine.volumes.filter((volume) => !isBooted(volume)).flatMap((volume) => volumeArguments(volume, machine)),
  ...machine.disks.filter(({ as }) => as !== undefined).flatMap((disk) => diskArguments(disk, machine)),
  ...nicArguments(machine),
  ...(machine.guestAgent ? AGENT : []),
  '-object',
  'rng-random,id=rng0,filename=/dev/urandom',
  '-device',
  'virtio-rng-pci,rng=rng0',
  '-device',
  'pvpanic-pci',
  ...(machine.loadMemory ? ['-loadvm', MEMORY_TAG] : []),
  // It stays as it has come until it is told to go on: until then the other host may have it back.
  ...(machine.arrives ? ['-incoming', 'defer', '-S'] : []),
];
