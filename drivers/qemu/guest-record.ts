import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { CARD_PORTS, type Card } from './cards.ts';
import { guestFile, writeWhole } from './guest-files.ts';

const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

const address = v.object({
  address: v.string(),
  version: v.picklist([4, 6]),
  prefixLength: v.number(),
  gateway: v.nullable(v.string()),
  dnsServers: v.pipe(v.array(v.string()), v.readonly()),
});

const nic = v.object({
  portId: v.string(),
  networkId: v.string(),
  macAddress: v.string(),
  mtu: v.number(),
  addresses: v.pipe(v.array(address), v.readonly()),
  /** Its place in the machine. Those of older versions are in their order. */
  slot: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
});

const record = v.object({
  version: v.literal(1),
  instanceId: v.string(),
  /** Chosen at the first start and kept: a guest's processor must not change behind its back. */
  accelerator: v.picklist(['kvm', 'tcg']),
  /** Port on 127.0.0.1 that leads to the guest's port 22. */
  sshPort: v.nullable(port),
  /** The last reboot order that has ended the old process; repeated, it only makes sure that the guest runs. */
  rebootOrderId: v.nullable(v.string()),
  /** The last order that has made the root disk anew. */
  rebuildOrderId: v.optional(v.nullable(v.string()), null),
  /** The last order that has brought the guest here while it was off. Null: none has, or one of an older version. */
  importOrderId: v.optional(v.nullable(v.string()), null),
  /**
   * Whether the guest's memory lies on its root disk: `saved`, and to be loaded with the next start; `loading`, a process was
   * started with it, so the disk may have moved on and it must not be loaded again.
   */
  memory: v.optional(v.picklist(['none', 'saved', 'loading']), 'none'),
  /** The type of the machine that this memory is of. Null: there is none, or one of an older version, which had it as `q35`. */
  machineType: v.optional(v.nullable(v.pipe(v.string(), v.regex(/^[A-Za-z0-9.-]{1,64}$/))), null),
  /** Whether a snapshot with memory that is not to be loaded may lie on its disks: it takes room, and the more the guest writes, the more. */
  hasOldMemory: v.optional(v.boolean(), false),
  /** The network cards of the last process, also one that is about to come or to go; null: not known. */
  nics: v.optional(
    v.nullable(
      v.pipe(
        v.array(nic),
        v.transform((nics): readonly Card[] => nics.map((one, at) => ({ ...one, slot: one.slot ?? at }))),
      ),
    ),
    null,
  ),
  /** Ports for network cards of the last process. 0: none, as in older versions, so that its cards stay as they are. */
  cardPorts: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(CARD_PORTS)), 0),
  /**
   * Of a guest that comes from another host as it runs. `arriving`: it still runs there, and what is here is worth nothing.
   * `arrived`: all of it is here, and it is in `power` as soon as this host lets it go on. Null: it is this host's alone.
   */
  arrival: v.optional(
    v.nullable(v.object({ state: v.picklist(['arriving', 'arrived']), power: v.picklist(['running', 'paused']) })),
    null,
  ),
  /** How the last process ended, where the controller saw it; null while a process runs or nobody was there to see. */
  ending: v.nullable(v.object({ power: v.picklist(['stopped', 'crashed']), reason: v.string() })),
});

/** What the driver remembers of a guest (`guest.json` in its directory). What can be seen, such as its process, is not in it. */
export type GuestRecord = Readonly<v.InferOutput<typeof record>>;

/** How a guest's process ended. */
export type GuestEnding = NonNullable<GuestRecord['ending']>;

/** Reads the record. Null when there is none, or none that can be understood: the guest is then half made. */
export async function readGuestRecord(directory: string): Promise<GuestRecord | null> {
  try {
    const read = v.safeParse(record, JSON.parse(await readFile(join(directory, guestFile.record), 'utf8')));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}

/** Writes the record, whole or not at all. */
export const writeGuestRecord = (directory: string, value: GuestRecord): Promise<void> =>
  writeWhole(directory, guestFile.record, `${JSON.stringify(value, null, 2)}\n`);
