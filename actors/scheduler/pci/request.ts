import type { HostPciDevice, PciDeviceType } from '../../../drivers/host-topology.ts';
import type { PortDevice } from '../../../drivers/networks.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';

/** How near devices must be to the guest's NUMA cells. Nova: `hw:pci_numa_affinity_policy`. */
export type PciAffinity = 'required' | 'socket' | 'legacy' | 'preferred';

/** What a device must be; what is absent may be anything. */
export interface PciSpec {
  readonly vendorId?: string;
  readonly productId?: string;
  readonly deviceType?: PciDeviceType;
  /** Null: it must lead to none. */
  readonly physicalNetwork?: string | null;
  readonly requiredTraits?: readonly string[];
  /** The interface of the card that it must be a virtual function of. Nova: `parent_ifname`. */
  readonly parentInterface?: string;
}

/** A port that asks for a device. */
export interface RequestedPort extends PortDevice {
  /** Suffix of the group that asks for its bandwidth: both are to be of one card. Absent: it is guaranteed none. */
  readonly bandwidthGroup?: string;
}

/** Devices that a guest asks for. */
export interface PciRequest {
  /** The alias or the port that asks. */
  readonly source: string;
  readonly count: number;
  /** Each device must be as one of these says. */
  readonly specs: readonly PciSpec[];
  readonly affinity: PciAffinity;
  /** A port asks, not a flavor: its device goes when it is detached. */
  readonly isPort?: true;
  /** See `RequestedPort`. Nova: `requester_id`. */
  readonly bandwidthGroup?: string;
}

/** A name for devices that flavors ask for. Nova: `[pci] alias`. Several of one name are alternatives. */
export interface PciAlias extends PciSpec {
  readonly name: string;
  /** Absent: `legacy`. */
  readonly affinity?: PciAffinity;
}

/** Devices that one guest may have. */
const DEVICES_MAX = 256;
const AFFINITIES = ['required', 'socket', 'legacy', 'preferred'] as const;

/** A size and an image, as far as devices go. */
export interface PciAsked {
  readonly extraSpecs: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
}

const FORBIDDEN =
  "Image property 'hw_pci_numa_affinity_policy' is not permitted to override the 'hw:pci_numa_affinity_policy' flavor extra spec.";

/** How near devices must be, as flavor and image say; undefined: they do not. Refused: they contradict each other. */
export function pciAffinityOf({ extraSpecs, properties }: PciAsked): Result<PciAffinity | undefined, string> {
  const [flavor, image] = [extraSpecs['hw:pci_numa_affinity_policy'], properties['hw_pci_numa_affinity_policy']];
  if (flavor && image && flavor !== image) return failed(FORBIDDEN);
  const given = flavor || image;
  if (!given) return ok(undefined);
  const affinity = AFFINITIES.find((one) => one === given);
  return affinity ? ok(affinity) : failed(`Invalid PCI NUMA affinity configured: ${given}`);
}

/**
 * The devices that `pci_passthrough:alias` asks for, such as `gpu:2,nic:1`; empty: none. Refused, in Nova's words: an alias
 * that nobody has defined, or a text of another form. Nova: `get_pci_requests_from_flavor`.
 */
export function pciRequests(asked: PciAsked, aliases: readonly PciAlias[]): Result<readonly PciRequest[], string> {
  const text = asked.extraSpecs['pci_passthrough:alias'];
  if (!text) return ok([]);
  const affinity = pciAffinityOf(asked);
  if (!affinity.ok) return affinity;
  const requests: PciRequest[] = [];
  for (const part of text.split(',')) {
    const [, source, count] = /^\s*([^:]{1,255}?)\s*:\s*(\d{1,4})\s*$/.exec(part) ?? [];
    if (source === undefined || Number(count) < 1 || Number(count) > DEVICES_MAX)
      return failed(`Invalid PCI alias definition: ${part.trim()}`);
    const named = aliases.filter(({ name }) => name === source);
    const [first] = named;
    if (first === undefined) return failed(`PCI alias ${source} is not defined`);
    const specs = named.map(({ name: _, affinity: __, ...spec }) => spec);
    requests.push({
      source,
      count: Number(count),
      specs,
      affinity: affinity.value ?? first.affinity ?? 'legacy',
    });
  }
  return ok(requests);
}

/** What a port asks for: a function that leads to its physical network. Nova: `create_resource_requests`. */
export function portRequest(
  { portId, vnicType, physicalNetwork, bandwidthGroup }: RequestedPort,
  affinity: PciAffinity = 'legacy',
): PciRequest {
  const wanted: PciSpec = { physicalNetwork };
  const deviceType = vnicType === 'direct-physical' ? 'type-PF' : vnicType === 'vdpa' ? 'vdpa' : undefined;
  const spec: PciSpec = deviceType ? { ...wanted, deviceType } : wanted;
  const asked: PciRequest = { source: portId, count: 1, specs: [spec], affinity, isPort: true };
  return bandwidthGroup === undefined ? asked : { ...asked, bandwidthGroup };
}

/** What is only had by who asks for this type: functions that give others, and those that speak virtio. */
const RARE: ReadonlySet<PciDeviceType> = new Set<PciDeviceType>(['type-PF', 'vdpa']);

/** Whether a device is as one of the specs says. */
export const isAsked = (device: HostPciDevice, specs: readonly PciSpec[]): boolean =>
  specs.some((spec) => meets(device, spec)) &&
  (!RARE.has(device.deviceType) || specs.some(({ deviceType }) => deviceType === device.deviceType));

const same = (asked: string | undefined, is: string | undefined): boolean => asked === undefined || asked === is;

const meets = (device: HostPciDevice, spec: PciSpec): boolean =>
  same(spec.vendorId, device.vendorId) &&
  same(spec.productId, device.productId) &&
  same(spec.deviceType, device.deviceType) &&
  same(spec.parentInterface, device.parentInterface) &&
  (spec.physicalNetwork === undefined || spec.physicalNetwork === (device.physicalNetwork ?? null)) &&
  (spec.requiredTraits ?? []).every((trait) => device.traits?.includes(trait));
