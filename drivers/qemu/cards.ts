import * as v from 'valibot';
import type { GuestNic } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { QmpClient } from './qmp-client.ts';

/** Ports of a guest's machine for network cards, one a card: so many cards a guest may have, and each may come and go while it runs. */
export const CARD_PORTS = 16;

/** A network card at its place in a guest's machine, which it keeps as long as the guest has it: guests name cards by it. */
export interface Card extends GuestNic {
  readonly slot: number;
}

/** The port of a place, and what is there: the device, and QEMU's network behind it. */
export const cardPort = (slot: number): string => `nic-port${slot}`;
export const cardDevice = ({ slot }: Pick<Card, 'slot'>): string => `nic${slot}`;
export const cardNetwork = ({ slot }: Pick<Card, 'slot'>): string => `net${slot}`;

/** Cards at the places where they have been, the others at the first ones that are free; in the order that is given. */
export function placeCards(nics: readonly GuestNic[], before: readonly Card[]): readonly Card[] {
  const slotBefore = ({ portId }: GuestNic): number | undefined =>
    before.find((known) => known.portId === portId)?.slot;
  const taken = new Set(nics.flatMap((nic) => slotBefore(nic) ?? []));
  return nics.map((nic) => {
    let slot = slotBefore(nic);
    for (let free = 0; slot === undefined; free += 1) if (!taken.has(free)) slot = free;
    taken.add(slot);
    return { ...nic, slot };
  });
}

/** What QEMU is told of a card as a device. `ports`: whether the machine has ports for cards; else it is on the first bus. */
export const cardDeviceOptions = (card: Card, ports: boolean): Readonly<Record<string, string>> => ({
  driver: 'virtio-net-pci',
  netdev: cardNetwork(card),
  id: cardDevice(card),
  mac: card.macAddress,
  ...(ports ? { bus: cardPort(card.slot) } : {}),
});

const children = v.array(v.object({ name: v.string() }));

/** The names of the devices that a guest has, as far as they have been given one. */
export async function deviceNames(qmp: QmpClient): Promise<DriverResult<readonly string[]>> {
  const answer = await qmp.execute('qom-list', { path: '/machine/peripheral' });
  if (!answer.ok) return answer;
  const listed = v.safeParse(children, answer.value);
  if (!listed.success) return driverFailed({ code: 'HypervisorFailed', reason: 'qom-list: not an answer' });
  return driverOk(listed.output.map(({ name }) => name));
}

/**
 * The cards of a guest that it really has: a record tells also of one that was about to come when its controller died.
 * Errors: HypervisorFailed, Unreachable, TimedOut.
 */
export async function presentCards(qmp: QmpClient, cards: readonly Card[]): Promise<DriverResult<readonly Card[]>> {
  const names = await deviceNames(qmp);
  return names.ok ? driverOk(cards.filter((card) => names.value.includes(cardDevice(card)))) : names;
}
