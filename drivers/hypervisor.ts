import type { HostNumaCell, HostPciDevice } from './host-topology.ts';
import type { DiskFormat, ImageIntake, StoredContent } from './images.ts';
import type { InventoryTerms } from './inventory-terms.ts';
import type { DriverResult } from './result.ts';

/** What every order carries: which guest, on whose behalf, and how to give up. */
export interface Order {
  /** The instance's UUID; also the name of the guest everywhere on the host. */
  readonly instanceId: string;
  /** Identifies the order. An order repeated with the same id (after a crash) has the effect of one. */
  readonly orderId: string;
  /** Aborted when the order has been overtaken (by a delete) or its time is up. */
  readonly signal: AbortSignal;
}

/** An order that is carried out before anything can overtake it. */
export type PromptOrder = Omit<Order, 'signal'>;

/** One address of a network interface, as the guest is to configure it. */
export interface GuestAddress {
  readonly address: string;
  readonly version: 4 | 6;
  readonly prefixLength: number;
  readonly gateway: string | null;
  readonly dnsServers: readonly string[];
}

/** A network interface of a guest: one port. */
export interface GuestNic {
  readonly portId: string;
  readonly networkId: string;
  readonly macAddress: string;
  readonly mtu: number;
  readonly addresses: readonly GuestAddress[];
}

/** The image that a root disk starts from. */
export interface GuestImage {
  readonly imageId: string;
  /** Key of the content in the image store (drivers/images.ts): the lower-case hex SHA-512 of the bytes. */
  readonly contentId: string;
  readonly format: 'raw' | 'qcow2';
  readonly sizeBytes: number;
}

/** What the guest is told about itself: the files of the config drive and, later, of the metadata service. */
export interface GuestMetadata {
  /** Content of `openstack/latest/meta_data.json`. */
  readonly metaData: Readonly<Record<string, unknown>>;
  /** Content of `openstack/latest/network_data.json`. */
  readonly networkData: Readonly<Record<string, unknown>>;
  /** Content of `openstack/latest/user_data`, decoded; null when the user gave none. */
  readonly userData: Uint8Array | null;
  /** Files below `openstack/content/`, of which `metaData` says where they belong. Absent: none. */
  readonly files?: readonly { readonly name: string; readonly content: Uint8Array }[];
}

/** How a guest is to see the disk that it is rescued with. */
export interface RescueDevice {
  readonly device: 'disk' | 'cdrom';
  readonly bus: 'virtio' | 'scsi' | 'usb' | 'sata';
}

/** A volume of a guest. */
export interface GuestVolume {
  /** A UUID: names the bytes in the store of volumes, and is the disk's serial number in the guest, as far as it fits. */
  readonly volumeId: string;
  readonly readOnly: boolean;
  /** Its place among the volumes of the guest, from 0 on; it keeps it as long as it has the volume. */
  readonly slot: number;
  /** 0: the guest boots from it, and has no root disk of its own. Null: it is only there. */
  readonly bootIndex: number | null;
  /** Whether other guests may have it at the same time. Absent: none may. */
  readonly shared?: boolean;
}

/** Everything a driver needs to make a guest. Plain data: it is stored with the order until the order has ended. */
export interface GuestSpec {
  readonly vcpus: number;
  readonly memoryMib: number;
  /** Size of the root disk. 0: as large as the image (Nova's rule for flavors with disk 0). */
  readonly rootGib: number;
  readonly ephemeralGib: number;
  readonly swapMib: number;
  readonly image: GuestImage | null;
  /** The image that the guest is to boot from instead, with its own root disk as the second one. Absent, null: none. */
  readonly rescueImage?: GuestImage | null;
  /** The guest keeps all its disks where they are, and has the rescue disk behind them. Absent, null: it comes first. */
  readonly rescueDevice?: RescueDevice | null;
  readonly nics: readonly GuestNic[];
  /** In the order in which the guest sees them. Absent: none. */
  readonly volumes?: readonly GuestVolume[];
  readonly metadata: GuestMetadata;
  /** Whether its image says that an agent of the hypervisor runs in it. Absent: it says nothing of that. */
  readonly guestAgent?: boolean;
}

/** What of a guest counts for a driver that only keeps account of it: to say everything would take longer than to make such a guest. */
export interface GuestOutline
  extends Pick<GuestSpec, 'memoryMib' | 'rootGib' | 'ephemeralGib' | 'swapMib' | 'nics' | 'volumes'> {
  readonly hostname: string;
  readonly image: Pick<GuestImage, 'imageId' | 'sizeBytes'> | null;
}

/** Whether a guest writes everything to its disks before they are copied: as they are, if it can, or else no copy is made. */
export type Quiescing = 'no' | 'ifPossible' | 'required';

/**
 * What the hypervisor says of a guest's power. `crashed`: ended without being asked to by guest or controller.
 * `suspended`: does not run, and its memory is on disk.
 */
export type GuestPower = 'running' | 'paused' | 'suspended' | 'stopped' | 'crashed';

/** A guest as it really is on the host. */
export interface GuestReport {
  readonly instanceId: string;
  readonly power: GuestPower;
  /** Process id of the guest on its host, where it has one. */
  readonly processId: number | null;
  /** Ways into the guest from the host, such as a port on 127.0.0.1 forwarded to its ssh port. */
  readonly access: readonly { readonly hostAddress: string; readonly hostPort: number; readonly guestPort: number }[];
}

/** What a host has to give. Totals, not what is free. */
export interface HostInventory {
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
  readonly hypervisorType: string;
  /** As Nova reports it: major * 1,000,000 + minor * 1,000 + micro. */
  readonly hypervisorVersion: number;
  readonly hypervisorHostname: string;
  readonly hostIp: string;
  readonly cpuModel: string;
  readonly cpuArchitecture: string;
  /** What its processors can do for guests, by Linux's names, sorted. Absent: not known. */
  readonly cpuFeatures?: readonly string[];
  /** Its NUMA cells; absent: it tells of none, and takes no guest that asks for something of them. */
  readonly numaCells?: readonly HostNumaCell[];
  /** The PCI devices that guests may have; absent: none. */
  readonly pciDevices?: readonly HostPciDevice[];
  /** What of it is given to guests: added to what a driver tells. Absent: all of it, as often as Nova does at first. */
  readonly terms?: InventoryTerms;
}

/** How long a machine has been up and how busy it is: what uptime(1) tells. */
export interface HostUptime {
  readonly upMs: number;
  /** Logged in. */
  readonly users: number;
  /** Of the last 1, 5 and 15 minutes. */
  readonly loadAverages: readonly [number, number, number];
}

/** What one host tells another of the same driver about a guest that is to move: plain data, and the driver's own. */
export interface ExportedGuest {
  readonly driver: string;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** The root disk of a guest as an image. */
export interface CapturedRoot extends StoredContent {
  readonly diskFormat: DiskFormat;
}

/** How much of something is copied, in bytes. What changes meanwhile is copied again, so more can be processed than there is. */
export interface CopyProgress {
  readonly totalBytes: number;
  readonly processedBytes: number;
  readonly remainingBytes: number;
}

/** How far a live migration is. Null: not known yet, or there is none of it to be copied. */
export interface MigrationProgress {
  readonly memory: CopyProgress | null;
  readonly disk: CopyProgress | null;
}

/** How a guest is to be migrated. */
export interface MigrationTerms {
  /** Whether disks may be copied to where they would not fit when they are full. Default: they may. */
  readonly overCommit?: boolean;
  /** Called now and then while something is copied. */
  readonly progress?: (progress: MigrationProgress) => void;
}

/** Something that happened to a guest without an order. Reported at least once; `inspect` tells the truth. */
export interface GuestEvent {
  readonly instanceId: string;
  readonly power: GuestPower;
  /** A short reason for the log, such as `guest shut itself down` or `process ended with signal 9`. */
  readonly reason: string;
}

/** What a driver can do beyond the required calls. The support matrix prints what the conformance suite proved of it. */
export interface HypervisorCapabilities {
  readonly consoleOutput: boolean;
  readonly softReboot: boolean;
  readonly pause: boolean;
  readonly suspend: boolean;
  readonly rescue: boolean;
  readonly rebuild: boolean;
  /** Whether stopped guests can be taken to another host of the same driver. */
  readonly coldMigration: boolean;
  /** Whether guests that run can be taken to another host of the same driver. */
  readonly liveMigration: boolean;
  /** Whether the password inside a running guest can be set. */
  readonly setPassword: boolean;
  /** Whether guests that run get volumes, and let go of them. */
  readonly volumes: boolean;
  readonly guestsSurviveController: boolean;
}

/**
 * A hypervisor on one host. All `ensure…` calls are idempotent: they look first and act only on a difference, so that an
 * order can be started again after a crash of the controller. Calls for different guests may run at the same time; for
 * one guest the caller sends one order at a time, except that `ensureAbsent` may overtake any other (whose signal is
 * then aborted first).
 */
export interface Hypervisor {
  readonly capabilities: HypervisorCapabilities;

  /** Connects, and finds the guests that run already. Called once, first. Errors: Unreachable, HypervisorFailed. */
  start(): Promise<DriverResult>;

  /** What the host has. Errors: Unreachable. */
  inventory(): Promise<DriverResult<HostInventory>>;

  /** How long the host has been up. Errors: Unreachable. */
  uptime(): Promise<DriverResult<HostUptime>>;

  /** Every guest that exists on the host (also stopped ones), ours or left over. Errors: Unreachable. */
  inspectAll(): Promise<DriverResult<readonly GuestReport[]>>;

  /** One guest as it is. Errors: GuestNotFound, Unreachable. */
  inspect(instanceId: string): Promise<DriverResult<GuestReport>>;

  /**
   * Makes the guest exist and run: disks are made when missing (an existing one is kept, and grows when the spec's is
   * larger; none shrinks), the process is started in the spec's size when it does not run, and a paused or suspended
   * guest goes on. Errors: OutOfResources, ImageUnusable, HypervisorFailed, Unreachable, TimedOut.
   */
  ensureRunning(order: Order, spec: GuestSpec): Promise<DriverResult<GuestReport>>;

  /**
   * `ensureRunning` at once, where that takes no time; null: it has to be ordered as usual. Only a driver whose guests end with
   * the controller may have it, since it is done before what asks for it is stored. Absent: never.
   */
  runAtOnce?(order: PromptOrder, outline: GuestOutline): DriverResult<GuestReport> | null;

  /**
   * Powers the guest off: asks it to (ACPI), and ends it by force when it still runs after `graceMs` (0: at once).
   * The disks stay. Errors: GuestNotFound, Unreachable, TimedOut.
   */
  ensureStopped(order: Order, graceMs: number): Promise<DriverResult>;

  /**
   * Restarts the guest once per `orderId`. Soft: a clean shutdown from inside within `graceMs`, then a start; when the
   * guest does not react in time it falls back to a hard one, as Nova's libvirt driver does. Hard: the process is
   * ended and started anew from `spec`; also starts a guest that is off. Errors as `ensureRunning`.
   */
  ensureRebooted(
    order: Order,
    spec: GuestSpec,
    reboot: { readonly kind: 'soft' | 'hard'; readonly graceMs: number },
  ): Promise<DriverResult<GuestReport>>;

  /**
   * Stops the guest's processors; it keeps its memory, and `ensureRunning` lets it go on.
   * Errors: GuestNotFound, HypervisorFailed (it does not run), Unreachable, TimedOut.
   */
  ensurePaused(order: Order): Promise<DriverResult>;

  /**
   * Writes the guest's memory to disk and ends its process. `ensureRunning` brings it back as it was, in the same spec;
   * every other start discards what was written. Errors: as `ensurePaused`, and OutOfResources.
   */
  ensureSuspended(order: Order): Promise<DriverResult>;

  /**
   * Makes the guest's root disk anew from `spec.image`, once per `orderId`, and starts it. An image that cannot be used
   * leaves the guest as it is. Errors as `ensureRunning`.
   */
  ensureRebuilt(
    order: Order,
    spec: GuestSpec,
    rebuild: { readonly preserveEphemeral: boolean },
  ): Promise<DriverResult<GuestReport>>;

  /**
   * Says what another host of the same driver needs to take over the stopped guest. Changes nothing.
   * Errors: GuestNotFound, HypervisorFailed (it runs), Unsupported, Unreachable, TimedOut.
   */
  exportGuest(order: Order): Promise<DriverResult<ExportedGuest>>;

  /**
   * Makes the guest of another host here, off, with copies of its disks; one that this order has made already is left as it is.
   * Errors: OutOfResources, HypervisorFailed (also: it runs here), Unsupported, Unreachable, TimedOut.
   */
  ensureImported(order: Order, spec: GuestSpec, exported: ExportedGuest): Promise<DriverResult>;

  /**
   * Tells the guest's kernel to write a crash dump (a non-maskable interrupt). Repeated, the kernel is told again.
   * Errors: GuestNotFound, HypervisorFailed (it does not run), Unsupported, Unreachable.
   */
  triggerCrashDump(order: Order): Promise<DriverResult>;

  /**
   * Has an agent in the running guest give its administrator this password.
   * Errors: GuestNotFound, HypervisorFailed (it does not run), Unsupported (no agent), Unreachable.
   */
  ensurePassword(order: Order, password: string): Promise<DriverResult>;

  /**
   * Copies the root disk, as it is at one moment, into an image that needs no other one. The guest is left as it is, and
   * goes on meanwhile; one that runs may be told before to have everything on the disk. What has been taken in is held there
   * until the caller releases it. Errors: GuestNotFound, OutOfResources, HypervisorFailed, Unsupported, Unreachable, TimedOut.
   */
  captureRoot(order: Order, intake: ImageIntake, quiescing?: Quiescing): Promise<DriverResult<CapturedRoot>>;

  /**
   * Takes a running or paused guest, and its disks, to another host of the same driver as it runs. Afterwards all of it is
   * there, and it may stand still on both hosts until `ensureTakenOver`. One that is there already is a success. Aborted or
   * failed, it changes nothing. Errors: GuestNotFound, HypervisorFailed (it does not run), OutOfResources, Unsupported,
   * Unreachable, TimedOut.
   */
  ensureMigrated(order: Order, spec: GuestSpec, target: Hypervisor, terms?: MigrationTerms): Promise<DriverResult>;

  /**
   * Lets a guest go on here that `ensureMigrated` of `source` has brought, in the power that it had there, and ends it there
   * (null: that is not to be reached). Its disks stay there. From the first such order on it must not be taken back.
   * Errors: GuestNotFound, HypervisorFailed (it has not arrived, or ended), Unreachable, TimedOut.
   */
  ensureTakenOver(order: Order, source: Hypervisor | null): Promise<DriverResult>;

  /**
   * Has the migration of a guest that is under way come to its end soon, at the cost of the guest standing still meanwhile.
   * Without one it changes nothing. Errors: Unreachable, HypervisorFailed, TimedOut.
   */
  forceMigration(order: Order): Promise<DriverResult>;

  /**
   * Gives a guest that is in memory the volumes of the spec that it does not have, and takes away those that the spec does
   * not name. One that is off, or not here, gets them when it starts. A volume that is the mirror of another one takes its
   * place, without the guest losing the disk; any other mirror ends.
   * Errors: HypervisorFailed (it does not let go), Unsupported, Unreachable, TimedOut.
   */
  ensureVolumes(order: Order, spec: GuestSpec): Promise<DriverResult>;

  /**
   * Gives a guest that is in memory the network cards of the spec that it does not have, and takes away those of ports that the
   * spec does not name. One that is off, or not here, gets them when it starts; the config drive tells of them then, too.
   * Errors: OutOfResources (it has no room for another one), Unsupported (its cards are fixed until it is started anew),
   * HypervisorFailed (it does not let go), Unreachable, TimedOut.
   */
  ensureCards(order: Order, spec: GuestSpec): Promise<DriverResult>;

  /**
   * Copies a volume of the guest into `target`, which is at least as large. A guest in memory goes on, and what it writes
   * goes to both from now on, until `ensureVolumes` puts the target in the volume's place, or ends it.
   * Errors: HypervisorFailed, OutOfResources, Unsupported, Unreachable, TimedOut.
   */
  ensureMirrored(order: Order, spec: GuestSpec, volumeId: string, target: GuestVolume): Promise<DriverResult>;

  /**
   * Shows a guest that is in memory that one of its volumes has grown; none shrinks. False: it does not have it open.
   * Errors: OutOfResources, HypervisorFailed, Unsupported, Unreachable, TimedOut.
   */
  ensureVolumeSize(order: Order, volumeId: string, sizeGib: number): Promise<DriverResult<boolean>>;

  /**
   * Copies a volume that the guest has open, as it is at one moment, into a new qcow2 file of this absolute path; see `captureRoot`
   * for `quiescing`. False: it does not have it open. Errors: OutOfResources, HypervisorFailed, Unsupported, Unreachable, TimedOut.
   */
  copyVolume(order: Order, volumeId: string, path: string, quiescing?: Quiescing): Promise<DriverResult<boolean>>;

  /** Ends the guest and removes all that belonged to it. A guest that does not exist is a success. Errors: Unreachable, TimedOut. */
  ensureAbsent(order: Order): Promise<DriverResult>;

  /** `ensureAbsent` at once: see `runAtOnce`. */
  removeAtOnce?(order: PromptOrder): DriverResult | null;

  /**
   * The last `lines` lines of the serial console (null: all that is kept, at most `consoleBytesMax` of the driver).
   * Bytes that are not UTF-8 are replaced. Errors: GuestNotFound, Unsupported, Unreachable.
   */
  consoleOutput(instanceId: string, lines: number | null): Promise<DriverResult<string>>;

  /** Calls the listener for every event from now on; returns the function that ends it. */
  subscribe(listener: (event: GuestEvent) => void): () => void;

  /** Lets go of everything without touching a guest. */
  close(): Promise<void>;
}

/** Whether a guest boots from a volume, and so has no root disk of its own. */
export const bootsFromVolume = ({ volumes = [] }: Pick<GuestSpec, 'volumes'>): boolean =>
  volumes.some(({ bootIndex }) => bootIndex === 0);
