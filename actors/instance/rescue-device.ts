import type { RescueDevice } from '../../drivers/hypervisor.ts';

/** Buses by the names that images give them; IDE is the older name of what these machines have as SATA. */
const BUSES = { virtio: 'virtio', scsi: 'scsi', usb: 'usb', sata: 'sata', ide: 'sata' } as const;

const isBus = (name: string): name is keyof typeof BUSES => Object.hasOwn(BUSES, name);

type Properties = Readonly<Record<string, string>>;

/** Whether an image is to leave the disks of what it rescues where they are. Nova: "stable device rescue". */
export const isStableRescue = (properties: Properties): boolean =>
  'hw_rescue_device' in properties || 'hw_rescue_bus' in properties;

/**
 * How a guest is to see a rescue disk of an image with these properties; null: as its first disk. What no guest can have
 * stands for the default: it was refused where it was asked for.
 */
export function rescueDeviceOf(properties: Properties): RescueDevice | null {
  if (!isStableRescue(properties)) return null;
  const device = properties['hw_rescue_device'] === 'cdrom' ? 'cdrom' : 'disk';
  const bus = properties['hw_rescue_bus'] ?? '';
  return { device, bus: isBus(bus) ? BUSES[bus] : device === 'cdrom' ? 'sata' : 'virtio' };
}

/** Whether guests can have a rescue disk as these properties want it. */
export function isRescuable(properties: Properties): boolean {
  const { hw_rescue_device: device = 'disk', hw_rescue_bus: bus } = properties;
  if (device !== 'disk' && device !== 'cdrom') return false;
  return bus === undefined || (isBus(bus) && !(device === 'cdrom' && (bus === 'virtio' || bus === 'usb')));
}
