import * as v from 'valibot';
import type { GuestVolume } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { limits } from './limits.ts';
import type { QmpClient } from './qmp-client.ts';
import { volumeFile } from './volumes.ts';
import { lookUntil } from './waiting.ts';

/** Ports of a guest's machine that take a volume while it runs. */
export const VOLUME_PORTS = 16;

/** The bus of such a port. */
export const volumeBus = (slot: number): string => `volume-port${slot}`;

/** Names of nodes have at most 31 bytes, so 30 of the 32 digits of a volume's id have to do. */
const digits = (volumeId: string): string => volumeId.replaceAll('-', '').slice(0, 30);

/** Of what the guest boots from, and of the rest; the second ones of volumes that other guests may have, too. */
const PREFIX = { boot: 'b', bootShared: 'c', plain: 'v', shared: 's' } as const;

/** A volume's node in QEMU. What the guest boots from is told by its name, since memory that is saved goes there. */
export const volumeNode = ({
  volumeId,
  bootIndex,
  shared = false,
}: Pick<GuestVolume, 'volumeId' | 'bootIndex' | 'shared'>): string => {
  const prefix = bootIndex === 0 ? PREFIX[shared ? 'bootShared' : 'boot'] : PREFIX[shared ? 'shared' : 'plain'];
  return `${prefix}${digits(volumeId)}`;
};

/** The nodes that a volume may be open as. */
const nodesOf = (volumeId: string): readonly string[] =>
  Object.values(PREFIX).map((prefix) => `${prefix}${digits(volumeId)}`);

/** Whether a node is of a volume that other guests may have, too. */
export const isSharedNode = (node: string): boolean => /^[cs][0-9a-f]{30}$/.test(node);

/** The device that a node is first shown by, and what the name of one looks like. */
export const deviceOf = (node: string): string => `${node}-device`;
const VOLUME_DEVICE = /^([bcsv][0-9a-f]{30})-device(-2)?$/;

/** What QEMU is told of a volume's file. Only one process may write to a qcow2 file; several may to a raw one. */
export const volumeBlockdev = (directory: string, volume: GuestVolume): Record<string, unknown> => ({
  driver: volume.shared === true ? 'raw' : 'qcow2',
  'node-name': volumeNode(volume),
  'read-only': volume.readOnly,
  ...(volume.readOnly ? {} : { discard: 'unmap' }),
  file: { driver: 'file', filename: volumeFile(directory, volume.volumeId, volume.shared) },
});

/** What QEMU is told of a volume as a device. What the guest boots from is on the first bus, where no firmware overlooks it. */
export const volumeDevice = (volume: GuestVolume): Record<string, string | number | boolean> => ({
  driver: 'virtio-blk-pci',
  id: deviceOf(volumeNode(volume)),
  drive: volumeNode(volume),
  // virtio-blk shows 20 bytes of it. Nova's guests find their volumes by the same beginning.
  serial: volume.volumeId.slice(0, 20),
  ...(volume.shared === true ? { 'share-rw': true } : {}),
  ...(volume.bootIndex === 0 ? {} : { bus: volumeBus(volume.slot) }),
});

const children = v.array(v.object({ name: v.string() }));
const nodes = v.array(v.object({ 'node-name': v.optional(v.string()) }));

/** A volume that a guest has: the device, and the node that it shows. They have been named alike, unless a mirror took over. */
export interface PluggedVolume {
  readonly device: string;
  readonly node: string;
}

const shown = v.array(
  v.object({
    qdev: v.optional(v.string()),
    inserted: v.optional(v.object({ 'node-name': v.optional(v.string()) })),
  }),
);

/** The volumes that a guest has as devices. */
export async function pluggedVolumes(qmp: QmpClient): Promise<DriverResult<readonly PluggedVolume[]>> {
  const answer = await qmp.execute('qom-list', { path: '/machine/peripheral' });
  if (!answer.ok) return answer;
  const listed = v.safeParse(children, answer.value);
  if (!listed.success) return driverFailed({ code: 'HypervisorFailed', reason: 'qom-list: not an answer' });
  const block = await qmp.execute('query-block');
  if (!block.ok) return block;
  const backends = v.safeParse(shown, block.value);
  if (!backends.success) return driverFailed({ code: 'HypervisorFailed', reason: 'query-block: not an answer' });
  return driverOk(
    listed.output.flatMap(({ name: device }) => {
      const named = VOLUME_DEVICE.exec(device)?.[1];
      if (named === undefined) return [];
      const backend = backends.output.find(({ qdev = '' }) => qdev.startsWith(`/machine/peripheral/${device}/`));
      return [{ device, node: backend?.inserted?.['node-name'] ?? named }];
    }),
  );
}

const writableNodes = v.array(v.object({ 'node-name': v.optional(v.string()), ro: v.boolean() }));

/** The nodes of the volumes that a guest can write to, what it boots from first. */
export async function writableVolumes(qmp: QmpClient): Promise<readonly string[]> {
  const plugged = await pluggedVolumes(qmp);
  const answer = await qmp.execute('query-named-block-nodes', { flat: true });
  const listed = v.safeParse(writableNodes, answer.ok ? answer.value : null);
  if (!plugged.ok || !listed.success) return [];
  const isWritable = (node: string): boolean => listed.output.some((one) => one['node-name'] === node && !one.ro);
  return plugged.value
    .map(({ node }) => node)
    .filter(isWritable)
    .sort();
}

/** The nodes that QEMU has open, also those that no device shows any more, or yet. None when it does not tell. */
export async function openNodes(qmp: QmpClient): Promise<readonly string[]> {
  const answer = await qmp.execute('query-named-block-nodes', { flat: true });
  const listed = v.safeParse(nodes, answer.ok ? answer.value : null);
  return listed.success ? listed.output.flatMap(({ 'node-name': node }) => node ?? []) : [];
}

/** Whether QEMU has a node open. */
export const hasNode = async (qmp: QmpClient, node: string): Promise<boolean> => (await openNodes(qmp)).includes(node);

/** The nodes of volumes that QEMU has open, whether or not a device shows them. */
export const openVolumeNodes = async (qmp: QmpClient): Promise<readonly string[]> =>
  (await openNodes(qmp)).filter((node) => VOLUME_NODE.test(node));

const VOLUME_NODE = /^[bcsv][0-9a-f]{30}$/;

/** Has QEMU close a node. A device that is gone may hold on to its node for a moment longer: it is "in use" until then. */
export async function closeNode(qmp: QmpClient, node: string, signal: AbortSignal): Promise<DriverResult> {
  let last: DriverResult<unknown> | null = null;
  const closed = await lookUntil<true>(
    async () => {
      if (!(await hasNode(qmp, node))) return true;
      last = await qmp.execute('blockdev-del', { 'node-name': node });
      return last.ok ? true : null;
    },
    limits.unplugMs,
    signal,
  );
  if (closed !== null) return driverOk(null);
  const reason = `the volume is not let go of: ${JSON.stringify(last)}`;
  return driverFailed({ code: 'HypervisorFailed', reason });
}

const sized = v.object({ image: v.object({ 'virtual-size': v.pipe(v.number(), v.safeInteger(), v.minValue(1)) }) });

/** The node that a guest has a volume open as; null: none. */
export async function openNode(qmp: QmpClient, volumeId: string): Promise<string | null> {
  for (const node of nodesOf(volumeId)) if (await hasNode(qmp, node)) return node;
  return null;
}

/** How large the disk of a node is, in bytes; null: it is not known. */
export async function nodeBytes(qmp: QmpClient, node: string): Promise<number | null> {
  const answer = await qmp.execute('query-named-block-nodes', { flat: true });
  const listed = answer.ok && Array.isArray(answer.value) ? answer.value : [];
  const found: unknown = listed.find(
    (one: unknown) => typeof one === 'object' && one !== null && 'node-name' in one && one['node-name'] === node,
  );
  const size = v.safeParse(sized, found);
  return size.success ? size.output.image['virtual-size'] : null;
}
