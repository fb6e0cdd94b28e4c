import { rm } from 'node:fs/promises';
import * as v from 'valibot';
import type { GuestSpec, GuestVolume } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { isInstanceId } from './guest-files.ts';
import { takeHold } from './hold.ts';
import type { Guest, QemuHost } from './host.ts';
import { limits } from './limits.ts';
import { runProgram } from './program.ts';
import type { QmpClient } from './qmp-client.ts';
import { endQmpJobs, runQmpJob } from './qmp-job.ts';
import { volumeFile } from './volumes.ts';
import { lookUntil } from './waiting.ts';

/** Ports of a guest's machine that take a volume while it runs. */
export const VOLUME_PORTS = 16;

/** The bus of such a port. */
export const volumeBus = (slot: number): string => `volume-port${slot}`;

/** Names of nodes have at most 31 bytes, so 30 of the 32 digits of a volume's id have to do. */
const digits = (volumeId: string): string => volumeId.replaceAll('-', '').slice(0, 30);

/** A volume's node in QEMU. What the guest boots from is told by its name, since memory that is saved goes there. */
const volumeNode = ({ volumeId, bootIndex }: Pick<GuestVolume, 'volumeId' | 'bootIndex'>): string =>
  `${bootIndex === 0 ? BOOT : 'v'}${digits(volumeId)}`;
const BOOT = 'b';

/** The device of a node; and what its name looks like. */
const deviceOf = (node: string): string => `${node}-device`;
const VOLUME_DEVICE = /^([bv][0-9a-f]{30})-device$/;

/** What QEMU is told of a volume's file. */
export const volumeBlockdev = (directory: string, volume: GuestVolume): Record<string, unknown> => ({
  driver: 'qcow2',
  'node-name': volumeNode(volume),
  'read-only': volume.readOnly,
  ...(volume.readOnly ? {} : { discard: 'unmap' }),
  file: { driver: 'file', filename: volumeFile(directory, volume.volumeId) },
});

/** What QEMU is told of a volume as a device. What the guest boots from is on the first bus, where no firmware overlooks it. */
export const volumeDevice = (volume: GuestVolume): Record<string, string | number> => ({
  driver: 'virtio-blk-pci',
  id: deviceOf(volumeNode(volume)),
  drive: volumeNode(volume),
  // virtio-blk shows 20 bytes of it. Nova's guests find their volumes by the same beginning.
  serial: volume.volumeId.slice(0, 20),
  ...(volume.bootIndex === 0 ? {} : { bus: volumeBus(volume.slot) }),
});

const children = v.array(v.object({ name: v.string() }));
const nodes = v.array(v.object({ 'node-name': v.optional(v.string()) }));

/** The nodes of the volumes that a guest has as devices. */
async function pluggedVolumes(qmp: QmpClient): Promise<DriverResult<readonly string[]>> {
  const answer = await qmp.execute('qom-list', { path: '/machine/peripheral' });
  if (!answer.ok) return answer;
  const listed = v.safeParse(children, answer.value);
  if (!listed.success) return driverFailed({ code: 'HypervisorFailed', reason: 'qom-list: not an answer' });
  return driverOk(listed.output.flatMap(({ name }) => VOLUME_DEVICE.exec(name)?.[1] ?? []));
}

const writableNodes = v.array(v.object({ 'node-name': v.optional(v.string()), ro: v.boolean() }));

/** The nodes of the volumes that a guest can write to, what it boots from first. */
export async function writableVolumes(qmp: QmpClient): Promise<readonly string[]> {
  const plugged = await pluggedVolumes(qmp);
  const answer = await qmp.execute('query-named-block-nodes', { flat: true });
  const listed = v.safeParse(writableNodes, answer.ok ? answer.value : null);
  if (!plugged.ok || !listed.success) return [];
  return plugged.value.filter((node) => listed.output.some((one) => one['node-name'] === node && !one.ro)).sort();
}

/** Whether QEMU has a node open, also one that no device shows any more, or yet. */
async function hasNode(qmp: QmpClient, node: string): Promise<boolean> {
  const answer = await qmp.execute('query-named-block-nodes', { flat: true });
  const listed = v.safeParse(nodes, answer.ok ? answer.value : null);
  return listed.success && listed.output.some((one) => one['node-name'] === node);
}

/** See Hypervisor.ensureVolumes. */
export async function ensureVolumes(
  host: QemuHost,
  guest: Guest,
  { volumes = [] }: GuestSpec,
  signal: AbortSignal,
): Promise<DriverResult> {
  const hold = await takeHold(host, guest);
  if (!hold.ok) return hold;
  // One that is off gets them when it starts.
  if (hold.value === null) return driverOk(null);
  const { qmp } = hold.value;
  const plugged = await pluggedVolumes(qmp);
  if (!plugged.ok) return plugged;
  const wanted = new Set(volumes.map(volumeNode));
  for (const node of plugged.value.filter((known) => !wanted.has(known))) {
    const gone = await unplug(qmp, node, signal);
    if (!gone.ok) return gone;
  }
  for (const volume of volumes.filter((one) => !plugged.value.includes(volumeNode(one)))) {
    const there = await plug(host, qmp, volume);
    if (!there.ok) return there;
  }
  return driverOk(null);
}

async function plug(host: QemuHost, qmp: QmpClient, volume: GuestVolume): Promise<DriverResult> {
  if (volume.slot >= VOLUME_PORTS) {
    return driverFailed({ code: 'OutOfResources', reason: `a guest has at most ${VOLUME_PORTS} volumes` });
  }
  const node = volumeNode(volume);
  if (!(await hasNode(qmp, node))) {
    const added = await qmp.execute('blockdev-add', volumeBlockdev(host.volumesDirectory, volume));
    if (!added.ok) return added;
  }
  const plugged = await qmp.execute('device_add', volumeDevice(volume));
  if (plugged.ok) return driverOk(null);
  await qmp.execute('blockdev-del', { 'node-name': node });
  return plugged;
}

/** Asks the guest to let go of a device, and waits until it has. One whose processors stand still never does. */
async function unplug(qmp: QmpClient, node: string, signal: AbortSignal): Promise<DriverResult> {
  // Asked a second time, QEMU may say that it is at it already; what counts is that the device goes.
  const asked = await qmp.execute('device_del', { id: deviceOf(node) });
  const gone = await lookUntil<true>(
    async () => {
      const plugged = await pluggedVolumes(qmp);
      return plugged.ok && !plugged.value.includes(node) ? true : null;
    },
    limits.unplugMs,
    signal,
  );
  if (gone === null) {
    const reason = asked.ok || asked.error.code === 'GuestNotFound' ? '' : `: ${JSON.stringify(asked.error)}`;
    return driverFailed({ code: 'HypervisorFailed', reason: `the guest does not let go of the volume${reason}` });
  }
  return closeNode(qmp, node, signal);
}

/** Has QEMU close a node. A device that is gone may hold on to its node for a moment longer: it is "in use" until then. */
async function closeNode(qmp: QmpClient, node: string, signal: AbortSignal): Promise<DriverResult> {
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
const TARGET = 'volume-copy';

/** See Hypervisor.copyVolume. */
export async function copyVolume(
  host: QemuHost,
  guest: Guest,
  volumeId: string,
  path: string,
  signal: AbortSignal,
): Promise<DriverResult<boolean>> {
  if (!isInstanceId(volumeId)) return driverFailed({ code: 'HypervisorFailed', reason: 'a volume has a UUID' });
  const hold = await takeHold(host, guest);
  if (!hold.ok) return hold;
  if (hold.value === null) return driverOk(false);
  const { qmp } = hold.value;
  const asRoot = volumeNode({ volumeId, bootIndex: 0 });
  const node = (await hasNode(qmp, asRoot)) ? asRoot : volumeNode({ volumeId, bootIndex: null });
  if (!(await hasNode(qmp, node))) return driverOk(false);
  const bytes = await nodeBytes(qmp, node);
  if (bytes === null) return driverFailed({ code: 'HypervisorFailed', reason: 'the size of the volume is not known' });
  await endQmpJobs(qmp, 'backup', limits.qmpCommandMs, signal);
  await qmp.execute('blockdev-del', { 'node-name': TARGET });
  const create = ['create', '-q', '-f', 'qcow2', path, String(bytes)];
  const made = await runProgram(host.qemuImg, create, { cwd: host.guestsDirectory, signal });
  if (made.how !== 'ended') return driverFailed({ code: 'HypervisorFailed', reason: 'qemu-img create failed' });
  const added = await qmp.execute('blockdev-add', {
    driver: 'qcow2',
    'node-name': TARGET,
    discard: 'unmap',
    'detect-zeroes': 'unmap',
    file: { driver: 'file', filename: path },
  });
  if (!added.ok) return added;
  const args = { device: node, target: TARGET, sync: 'full', 'auto-dismiss': false };
  const copied = await runQmpJob(qmp, 'blockdev-backup', args, limits.captureMs, signal);
  const closed = await qmp.execute('blockdev-del', { 'node-name': TARGET });
  if (copied.ok && closed.ok) return driverOk(true);
  await rm(path, { force: true });
  return copied.ok ? driverFailed({ code: 'HypervisorFailed', reason: 'the copy could not be closed' }) : copied;
}

async function nodeBytes(qmp: QmpClient, node: string): Promise<number | null> {
  const answer = await qmp.execute('query-named-block-nodes', { flat: true });
  const listed = answer.ok && Array.isArray(answer.value) ? answer.value : [];
  const found: unknown = listed.find(
    (one: unknown) => typeof one === 'object' && one !== null && 'node-name' in one && one['node-name'] === node,
  );
  const size = v.safeParse(sized, found);
  return size.success ? size.output.image['virtual-size'] : null;
}
