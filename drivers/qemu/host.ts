import type { GuestEvent, GuestPower, GuestReport } from '../hypervisor.ts';
import type { ImageContent } from '../images.ts';
import type { Accelerator } from './accelerator.ts';
import type { Attachment } from './attachment.ts';
import type { GuestIdentity } from './guest-process.ts';
import type { Ports } from './ports.ts';

/** Takes a line for the log. Fields are plain data; no secret is among them. */
export type QemuLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

/** What the operations of the driver share. */
export interface QemuHost {
  /** Absolute and without symbolic links, as `/proc` shows it. */
  readonly guestsDirectory: string;
  /** Where volumes are (volumes.ts). Absolute. */
  readonly volumesDirectory: string;
  readonly qemu: string;
  readonly qemuImg: string;
  readonly images: ImageContent;
  readonly accel: 'auto' | Accelerator;
  readonly ports: Ports;
  /** What of this machine is the host's: from 0 to 1. */
  readonly share: number;
  readonly log: QemuLog;
  readonly emit: (event: GuestEvent) => void;
  /** A guest under KVM stopped with an internal error: this host's KVM cannot run guests. */
  kvmBroken: boolean;
}

/** A guest as this controller holds it. Made when first spoken of; says nothing about whether the guest exists. */
export interface Guest extends GuestIdentity {
  attachment: Attachment | null;
  /** The port that is forwarded into the running guest. */
  sshPort: number | null;
  /** While it is on its way to another host. `isForced`: it may stand still for that as soon as its memory is sent. */
  departure: { isForced: boolean; sendsMemory: boolean } | null;
  /** Ends when the last order taken for this guest has. */
  turn: Promise<unknown>;
}

/** Runs one order of a guest after the other. */
export function inTurn<T>(guest: Guest, order: () => Promise<T>): Promise<T> {
  const run = guest.turn.then(order);
  guest.turn = run.catch(() => {});
  return run;
}

/** The report of a guest whose process runs. */
export const runningReport = (guest: Guest, power: GuestPower, processId: number): GuestReport => ({
  instanceId: guest.instanceId,
  power,
  processId,
  access: guest.sshPort === null ? [] : [{ hostAddress: '127.0.0.1', hostPort: guest.sshPort, guestPort: 22 }],
});
