import type { GuestSpec, GuestVolume } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { Attachment } from './attachment.ts';
import { takeHold } from './hold.ts';
import type { Guest, QemuHost } from './host.ts';
import type { QmpClient } from './qmp-client.ts';
import { unplugDevice } from './unplug.ts';
import { endMirrors, mirrorsOf, takeMirror } from './volume-mirror.ts';
import {
  closeNode,
  deviceOf,
  hasNode,
  type PluggedVolume,
  pluggedVolumes,
  VOLUME_PORTS,
  volumeBlockdev,
  volumeDevice,
  volumeNode,
} from './volume-nodes.ts';

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
  const { value: attachment } = hold;
  const { qmp } = attachment;
  const mirrors = await mirrorsOf(qmp);
  if (!mirrors.ok) return mirrors;
  const wanted = new Set(volumes.map(volumeNode));
  for (const volume of volumes.filter((one) => mirrors.value.includes(volumeNode(one)))) {
    const taken = await takeMirror(qmp, volumeNode(volume), signal);
    if (!taken.ok) return taken;
  }
  const ended = await endMirrors(qmp, signal);
  if (!ended.ok) return ended;
  const plugged = await pluggedVolumes(qmp);
  if (!plugged.ok) return plugged;
  for (const known of plugged.value.filter(({ node }) => !wanted.has(node))) {
    const gone = await unplug(attachment, known, signal);
    if (!gone.ok) return gone;
  }
  const isPlugged = (volume: GuestVolume): boolean => plugged.value.some(({ node }) => node === volumeNode(volume));
  for (const volume of volumes.filter((one) => !isPlugged(one))) {
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
  const known = await pluggedVolumes(qmp);
  if (!known.ok) return known;
  // A volume that has been replaced by its mirror has left its name to the device.
  const isTaken = known.value.some(({ device }) => device === deviceOf(node));
  const id = isTaken ? { id: `${deviceOf(node)}-2` } : {};
  const plugged = await qmp.execute('device_add', { ...volumeDevice(volume), ...id });
  if (plugged.ok) return driverOk(null);
  await qmp.execute('blockdev-del', { 'node-name': node });
  return plugged;
}

/** Has the guest let go of a volume, and closes it. */
async function unplug(
  attachment: Attachment,
  { device, node }: PluggedVolume,
  signal: AbortSignal,
): Promise<DriverResult> {
  const gone = await unplugDevice(attachment, device, 'the volume', signal);
  return gone.ok ? closeNode(attachment.qmp, node, signal) : gone;
}
