import type { GuestNic, GuestVolume } from '../hypervisor.ts';
import { type Accelerator, acceleratorArguments } from './accelerator.ts';
import { guestFile } from './guest-files.ts';
import { VOLUME_PORTS, volumeBlockdev, volumeBus, volumeDevice } from './guest-volumes.ts';
import { userNetwork } from './user-network.ts';

/** A disk as the guest gets it. `file` is a name in the guest's directory. */
export interface GuestDisk {
  readonly id: string;
  readonly file: string;
  readonly format: 'qcow2' | 'raw';
  readonly readOnly: boolean;
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
  readonly nics: readonly GuestNic[];
  readonly sshPort: number | null;
  /** Whether the guest goes on from the memory that was saved on its root disk. */
  readonly loadMemory: boolean;
}

/** The name of the internal snapshot that holds the memory of a suspended guest. */
export const MEMORY_TAG = 'novella-suspended';

/** The NIC that the forwarded port leads through: the first one with an IPv4 address. -1: none, so nothing is forwarded. */
export const forwardingNic = (nics: readonly GuestNic[]): number =>
  nics.findIndex((nic) => nic.addresses.some((address) => address.version === 4));

const isBooted = ({ bootIndex }: GuestVolume): boolean => bootIndex === 0;

const isRescue = (disk: GuestDisk | undefined): boolean => disk?.id === 'rescue';

const diskArguments = (disk: GuestDisk, at: number, machine: GuestMachine): readonly string[] => {
  const hasBootVolume = machine.volumes.some(isBooted);
  // A volume that is booted from stands where the root disk would: only the rescue disk comes before it.
  const bootindex = at + (hasBootVolume && !isRescue(disk) ? 2 : 1);
  const node = {
    driver: disk.format,
    'node-name': disk.id,
    'read-only': disk.readOnly,
    ...(disk.readOnly ? {} : { discard: 'unmap' }),
    file: { driver: 'file', filename: disk.file },
  };
  return [
    '-blockdev',
    JSON.stringify(node),
    '-device',
    `virtio-blk-pci,drive=${disk.id},id=${disk.id}-device,bootindex=${bootindex},serial=${disk.id}`,
  ];
};

/** The functions of a slot of the machine's first bus. */
const FUNCTIONS = 8;

/** Ports that take a volume while the guest runs: q35 plugs nothing into its first bus. They need no I/O window. */
const volumePorts = (): readonly string[] =>
  Array.from({ length: VOLUME_PORTS }, (_, at) => [
    '-device',
    `pcie-root-port,id=${volumeBus(at)},chassis=${at + 1},port=${at},io-reserve=0,bus=pcie.0,` +
      `addr=${(0x1c + Math.floor(at / FUNCTIONS)).toString(16)}.${at % FUNCTIONS},multifunction=on`,
  ]).flat();

const volumeArguments = (volume: GuestVolume, { volumesDirectory, disks }: GuestMachine): readonly string[] => {
  const bootindex = isBooted(volume) ? { bootindex: isRescue(disks[0]) ? 2 : 1 } : {};
  return [
    '-blockdev',
    JSON.stringify(volumeBlockdev(volumesDirectory, volume)),
    '-device',
    JSON.stringify({ ...volumeDevice(volume), ...bootindex }),
  ];
};

const nicArguments = (machine: GuestMachine): readonly string[] => {
  const forwarding = forwardingNic(machine.nics);
  return machine.nics.flatMap((nic, at) => {
    const network = userNetwork(`net${at}`, nic, at === forwarding ? machine.sshPort : null);
    return ['-netdev', network.netdev, '-device', `virtio-net-pci,netdev=net${at},id=nic${at},mac=${nic.macAddress}`];
  });
};

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
  'q35',
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
  // QEMU looks for saved memory on the first disk of all: on what the guest boots from, never on another volume.
  ...machine.volumes.filter(isBooted).flatMap((volume) => volumeArguments(volume, machine)),
  ...machine.disks.flatMap((disk, at) => diskArguments(disk, at, machine)),
  ...machine.volumes.filter((volume) => !isBooted(volume)).flatMap((volume) => volumeArguments(volume, machine)),
  ...nicArguments(machine),
  '-object',
  'rng-random,id=rng0,filename=/dev/urandom',
  '-device',
  'virtio-rng-pci,rng=rng0',
  '-device',
  'pvpanic-pci',
  ...(machine.loadMemory ? ['-loadvm', MEMORY_TAG] : []),
];
