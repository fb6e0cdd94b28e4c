import { isIPv4, isIPv6 } from 'node:net';
import { bootsFromVolume, type GuestAddress, type GuestNic, type GuestSpec } from '../hypervisor.ts';
import { CARD_PORTS } from './cards.ts';
import { isInstanceId } from './guest-files.ts';
import { VOLUME_PORTS } from './volume-nodes.ts';

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

function addressProblem(address: GuestAddress): string | null {
  const is = address.version === 4 ? isIPv4 : isIPv6;
  if (!is(address.address)) return `not an IPv${address.version} address: ${JSON.stringify(address.address)}`;
  if (address.gateway !== null && !is(address.gateway)) return `not a gateway: ${JSON.stringify(address.gateway)}`;
  const longest = address.version === 4 ? 32 : 128;
  return isWhole(address.prefixLength, 1, longest) ? null : `not a prefix length: ${address.prefixLength}`;
}

function nicProblem(nic: GuestNic): string | null {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(nic.macAddress))
    return `not a MAC address: ${JSON.stringify(nic.macAddress)}`;
  return nic.addresses.map(addressProblem).find((problem) => problem !== null) ?? null;
}

/** What is wrong with a spec, or null. These values stand in QEMU's arguments, so nothing else may be in them. */
export function guestSpecProblem(spec: GuestSpec): string | null {
  if (!isWhole(spec.vcpus, 1, 255)) return `vcpus must be 1 to 255, not ${spec.vcpus}`;
  if (!isWhole(spec.memoryMib, 1, 64 * 1024 * 1024)) return `memoryMib must be 1 to 67108864, not ${spec.memoryMib}`;
  for (const field of ['rootGib', 'ephemeralGib', 'swapMib'] as const) {
    if (!isWhole(spec[field], 0, 2 ** 32)) return `${field} must be a whole number, not ${spec[field]}`;
  }
  const volumes = spec.volumes ?? [];
  if (volumes.some(({ slot }) => !isWhole(slot, 0, VOLUME_PORTS - 1))) return `at most ${VOLUME_PORTS} volumes`;
  if (!volumes.every(({ volumeId }) => isInstanceId(volumeId))) return 'a volume has a UUID';
  if (spec.image === null && spec.rootGib === 0 && !bootsFromVolume(spec))
    return 'neither an image nor a size for the root disk';
  if (spec.nics.length > CARD_PORTS) return `at most ${CARD_PORTS} network interfaces, not ${spec.nics.length}`;
  return spec.nics.map(nicProblem).find((problem) => problem !== null) ?? null;
}
