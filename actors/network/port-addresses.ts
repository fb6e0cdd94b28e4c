import { failed, ok, type Result } from '../../runtime/result.ts';
import type { Offset } from './allocator.ts';
import type { NetworkError } from './errors.ts';
import type { WantedIp } from './protocol.ts';
import type { FixedIp } from './row.ts';
import type { NetworkState } from './state.ts';
import { addressAt, portOffset, releaseAddress, type SubnetState, takeAddress } from './subnet-state.ts';

/** Why a port got no addresses. */
export type AddressError = Extract<
  NetworkError,
  { code: 'FixedIpInUse' | 'FixedIpInvalid' | 'NoMoreAddresses' | 'InvalidInput' | 'SubnetIsAutomatic' }
>;

/** What whom addresses are for may have of a network. */
export interface AddressRights {
  /** Whether it may name the gateway address of a subnet: where guests look for a router. @default false */
  readonly mayBeGateway?: boolean;
}

/** Addresses of a network that are being collected for one port. */
class Collected {
  readonly fixedIps: FixedIp[] = [];
  readonly #network: NetworkState;
  readonly #mac: number;
  constructor(network: NetworkState, mac: number) {
    this.#network = network;
    this.#mac = mac;
  }

  /** Takes any address of a subnet. */
  takeAny(subnet: SubnetState): boolean {
    const offset = takeAddress(subnet, this.#mac);
    if (offset === null) return false;
    this.#add(subnet, offset);
    return true;
  }

  /** Takes what is wanted; the reason when it cannot be had. */
  take(wanted: WantedIp, { mayBeGateway = false }: AddressRights): AddressError | null {
    const networkId = this.#network.row.id;
    const among = this.#network.subnets.filter(
      ({ row }) => wanted.subnetId === undefined || row.id === wanted.subnetId,
    );
    if (among.length === 0 && wanted.subnetId !== undefined) {
      return {
        code: 'InvalidInput',
        reason: `Failed to create port on network ${networkId}, because fixed_ips included invalid subnet ${wanted.subnetId}.`,
      };
    }
    const { address } = wanted;
    if (address === undefined) {
      return among.some((subnet) => this.takeAny(subnet)) ? null : { code: 'NoMoreAddresses', networkId };
    }
    for (const subnet of among) {
      const offset = portOffset(subnet, address, mayBeGateway);
      if (offset === null) continue;
      if (subnet.automatic) return { code: 'SubnetIsAutomatic', address, subnetId: subnet.row.id };
      if (!subnet.allocator.claim(offset)) return { code: 'FixedIpInUse', address };
      this.#add(subnet, offset);
      return null;
    }
    return { code: 'FixedIpInvalid', address, networkId };
  }

  giveBack(): void {
    giveBackAddresses(this.#network, this.fixedIps);
  }

  #add(subnet: SubnetState, offset: Offset): void {
    this.fixedIps.push({ subnetId: subnet.row.id, address: addressAt(subnet, offset) });
  }
}

/** Gives addresses of a network back. */
export function giveBackAddresses(network: NetworkState, fixedIps: readonly FixedIp[]): void {
  for (const { subnetId, address } of fixedIps) {
    const subnet = network.subnets.find(({ row }) => row.id === subnetId);
    if (subnet) releaseAddress(subnet, address);
  }
}

/** Whether something has an address of a network already. What is no address of it nothing has. */
export const isTaken = ({ subnets }: NetworkState, address: string): boolean =>
  subnets.some((subnet) => {
    const offset = portOffset(subnet, address, true);
    return offset !== null && subnet.allocator.taken.has(offset);
  });

/**
 * Takes the addresses of a port, all or none. Without wishes: one of the first IPv4 subnet that has one left, one of the
 * first such IPv6 subnet, and those that the guest gives itself by SLAAC.
 */
export function takeAddresses(
  network: NetworkState,
  mac: number,
  wanted: readonly WantedIp[] | undefined,
  rights: AddressRights = {},
): Result<readonly FixedIp[], AddressError> {
  const collected = new Collected(network, mac);
  const refuse = (error: AddressError): Result<never, AddressError> => {
    collected.giveBack();
    return failed(error);
  };
  if (wanted) {
    for (const one of wanted) {
      const problem = collected.take(one, rights);
      if (problem) return refuse(problem);
    }
    return ok(collected.fixedIps);
  }
  const exhausted: AddressError = { code: 'NoMoreAddresses', networkId: network.row.id };
  for (const version of [4, 6]) {
    let [wants, has] = [false, false];
    for (const subnet of network.subnets) {
      if (subnet.row.version !== version || (has && !subnet.automatic)) continue;
      const taken = collected.takeAny(subnet);
      if (subnet.automatic) {
        if (!taken) return refuse(exhausted);
        continue;
      }
      wants = true;
      has = taken;
    }
    if (wants && !has) return refuse(exhausted);
  }
  return ok(collected.fixedIps);
}
