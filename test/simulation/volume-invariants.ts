import { type Instance, instances } from '../../actors/instance/row.ts';
import { volumeAttachments, volumeBindings, volumes } from '../../actors/volume/row.ts';
import type { Reader } from '../../runtime/store.ts';

const isAlive = ({ deletedAtMs }: Instance): boolean => deletedAtMs === null;

/** What must hold of volumes once everything has come to its end: instances and the service agree. Returns what does not. */
export function* wrongVolumes(reader: Reader): Iterable<string> {
  const attached = new Map<string, Set<string>>();
  const devices = new Set<string>();
  for (const row of instances.scan(reader)) {
    if ((row.waiting ?? []).length > 0) yield `${row.id} keeps ${row.waiting?.length} messages waiting`;
    if (!isAlive(row) && (row.volumes ?? []).length > 0) yield `${row.id} is deleted and has volumes`;
    if (!isAlive(row)) continue;
    for (const { volumeId, state, device, attachmentId, sizeGib } of row.volumes ?? []) {
      if (state !== 'attached') yield `volume ${volumeId} of ${row.id} is left ${state}`;
      const volume = volumes.read(reader, volumeId);
      const holders = attached.get(volumeId) ?? new Set();
      if (holders.size > 0 && volume?.multiattach !== true)
        yield `volume ${volumeId} is attached to ${row.id} and ${[...holders]}`;
      attached.set(volumeId, holders.add(row.id));
      if (volume && volume.sizeGib !== sizeGib)
        yield `volume ${volumeId} has ${volume.sizeGib} GiB, ${row.id} thinks ${sizeGib}`;
      if (devices.has(`${row.id} ${device}`)) yield `${row.id} has two volumes as ${device}`;
      devices.add(`${row.id} ${device}`);
      const attachment = volumeAttachments.read(reader, attachmentId);
      if (attachment?.status !== 'attached')
        yield `volume ${volumeId} of ${row.id} has ${attachment?.status ?? 'no'} attachment`;
      if (attachment && attachment.host !== row.host)
        yield `volume ${volumeId} of ${row.id} is said to be on ${attachment.host}`;
    }
  }
  for (const { id, volumeId, instanceId } of volumeAttachments.scan(reader)) {
    if (attached.get(volumeId)?.has(instanceId ?? '') !== true)
      yield `attachment ${id} of ${volumeId} is left over from ${instanceId}`;
  }
  for (const { id, status } of volumes.scan(reader)) {
    const expected = attached.has(id) ? 'in-use' : 'available';
    if (status !== expected) yield `volume ${id} is ${status}, not ${expected}`;
    attached.delete(id);
  }
  for (const [id, holders] of attached) yield `volume ${id} of ${[...holders]} is gone`;
  for (const { instanceId } of volumeBindings.scan(reader)) yield `${instanceId} still waits for its volumes`;
}
