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
  readonly nics: readonly GuestNic[];
  readonly metadata: GuestMetadata;
}

/** What the hypervisor says of a guest's power. `crashed`: ended without being asked to by guest or controller. */
export type GuestPower = 'running' | 'paused' | 'stopped' | 'crashed';

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

  /** Every guest that exists on the host (also stopped ones), ours or left over. Errors: Unreachable. */
  inspectAll(): Promise<DriverResult<readonly GuestReport[]>>;

  /** One guest as it is. Errors: GuestNotFound, Unreachable. */
  inspect(instanceId: string): Promise<DriverResult<GuestReport>>;

  /**
   * Makes the guest exist and run: disks are made when missing (an existing root disk is kept), the process is started
   * when it does not run. Errors: OutOfResources, ImageUnusable, HypervisorFailed, Unreachable, TimedOut.
   */
  ensureRunning(order: Order, spec: GuestSpec): Promise<DriverResult<GuestReport>>;

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

  /** Ends the guest and removes all that belonged to it. A guest that does not exist is a success. Errors: Unreachable, TimedOut. */
  ensureAbsent(order: Order): Promise<DriverResult>;

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
