import type {
  CopyProgress,
  GuestOutline,
  GuestPower,
  GuestReport,
  GuestSpec,
  MigrationProgress,
} from '../hypervisor.ts';

/** A simulated guest: no more than what can be asked of it, for there may be a million. */
export interface SimGuest {
  readonly instanceId: string;
  readonly hostname: string;
  addresses: string;
  memoryMib: number;
  diskGib: number;
  power: GuestPower;
  /** Ids of its volumes. */
  volumes: readonly string[];
  /** Starts of the guest so far. */
  boots: number;
  rebootOrderId: string | null;
  rebuildOrderId: string | null;
}

/** What a simulated guest is made of: more than an outline is not looked at. */
export type SimSpec = GuestOutline | GuestSpec;

/** Disk that a guest takes, in GiB, rounded up. A root disk of 0 takes what its image has. */
export const diskGibOf = (spec: SimSpec): number => {
  const rootGib = spec.rootGib > 0 ? spec.rootGib : Math.ceil((spec.image?.sizeBytes ?? 0) / 1024 ** 3);
  return rootGib + spec.ephemeralGib + Math.ceil(spec.swapMib / 1024);
};

/** The volumes of a spec. */
export const volumeIdsOf = ({ volumes = [] }: Pick<SimSpec, 'volumes'>): readonly string[] =>
  volumes.length === 0 ? NO_VOLUMES : volumes.map(({ volumeId }) => volumeId);

const NO_VOLUMES: readonly string[] = [];

/** A guest that was just made and does not run yet. */
export function newSimGuest(instanceId: string, spec: SimSpec): SimGuest {
  const hostname = 'hostname' in spec ? spec.hostname : spec.metadata.metaData['hostname'];
  return {
    instanceId,
    hostname: typeof hostname === 'string' ? hostname.slice(0, 255) : instanceId,
    addresses: addressesOf(spec),
    memoryMib: spec.memoryMib,
    diskGib: diskGibOf(spec),
    volumes: volumeIdsOf(spec),
    power: 'stopped',
    boots: 0,
    rebootOrderId: null,
    rebuildOrderId: null,
  };
}

/** The addresses of a guest's cards, as its console tells of them. */
export const addressesOf = ({ nics }: Pick<SimSpec, 'nics'>): string =>
  nics.length === 0 ? '' : nics.flatMap((nic) => nic.addresses.map((address) => address.address)).join(',');

/** A guest in the words of the driver interface. There is no process and no way in. */
export const reportOf = (guest: SimGuest): GuestReport => ({
  instanceId: guest.instanceId,
  power: guest.power,
  processId: null,
  access: [],
});

/** Boots that the console still shows. */
const bootsShownMax = 20;

/**
 * What the serial console of a simulated guest has printed, made up when it is asked for. The last line of each boot
 * is the one that the project's test guest prints, so a client can wait for it on either driver.
 */
export function consoleOf(guest: SimGuest): string {
  const lines: string[] = [];
  for (let boot = Math.max(1, guest.boots - bootsShownMax + 1); boot <= guest.boots; boot += 1) {
    lines.push(
      '[    0.000000] Linux version 6.1.0-sim (simulated)',
      '[    0.000000] Command line: console=ttyS0',
      `[    0.412000] Memory: ${guest.memoryMib * 1024}K available`,
      `[    1.204000] systemd[1]: Hostname set to <${guest.hostname}>.`,
      `guest-ready hostname=${guest.hostname} uuid=${guest.instanceId} addresses=${guest.addresses} source=config-drive boots=${boot} uptime=1.50`,
      `${guest.hostname} login: `,
    );
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Bytes of a simulated root disk: enough to be one, and few enough for thousands of snapshots. */
const rootBytes = 64 * 1024;

/** A disk that says whose it is, and how often its guest had booted; else zeros. */
export function rootBytesOf(guest: SimGuest): Buffer {
  const bytes = Buffer.alloc(rootBytes);
  bytes.write(`simulated root disk of ${guest.instanceId} after ${guest.boots} boots\n`);
  return bytes;
}

/** Bytes as a body of one chunk, without the turns of the event loop that a stream takes: virtual time does not see those. */
export async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** How far a migration is when it begins. It comes to its end at once, then. */
export function progressAtFirst(spec: GuestSpec): MigrationProgress {
  const none = (totalBytes: number): CopyProgress => ({ totalBytes, processedBytes: 0, remainingBytes: totalBytes });
  return { memory: none(spec.memoryMib * 1024 ** 2), disk: none(diskGibOf(spec) * 1024 ** 3) };
}
