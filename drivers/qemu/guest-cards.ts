import type { GuestNic, GuestSpec } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { Attachment } from './attachment.ts';
import { CARD_PORTS, type Card, cardDevice, cardDeviceOptions, cardNetwork, deviceNames, placeCards } from './cards.ts';
import { forwardingNic } from './command-line.ts';
import { type GuestRecord, readGuestRecord, writeGuestRecord } from './guest-record.ts';
import { guestSpecProblem } from './guest-spec.ts';
import { takeHold } from './hold.ts';
import type { Guest, QemuHost } from './host.ts';
import { limits } from './limits.ts';
import { unplugDevice } from './unplug.ts';
import { forwardingRule, ownAddress, userNetwork } from './user-network.ts';

// A card is in the guest's record before it comes, and until it is gone: so whoever comes after a crash finds what there may be
// of it, and the next process has what this one has. The forwarded port always leads through the first card of the record that
// has an IPv4 address.

/** A guest that is in memory, as its record tells of it. */
interface Machine {
  readonly host: QemuHost;
  readonly guest: Guest;
  readonly attachment: Attachment;
  readonly record: GuestRecord;
}

const failed = (reason: string) => driverFailed({ code: 'HypervisorFailed', reason });

/** See Hypervisor.ensureCards. */
export async function ensureCards(
  host: QemuHost,
  guest: Guest,
  spec: GuestSpec,
  signal: AbortSignal,
): Promise<DriverResult> {
  const problem = guestSpecProblem(spec);
  if (problem !== null) return failed(problem);
  const hold = await takeHold(host, guest);
  if (!hold.ok) return hold;
  // One that is off gets them when it starts.
  if (hold.value === null) return driverOk(null);
  const record = await readGuestRecord(guest.directory);
  if (record === null) return failed('the record of the guest is gone');
  if (record.cardPorts === 0) return isAsWanted(record, spec.nics) ? driverOk(null) : fixedCards;
  const wanted = new Set(spec.nics.map(({ portId }) => portId));
  let machine: Machine = { host, guest, attachment: hold.value, record: { ...record, nics: record.nics ?? [] } };
  for (const card of machine.record.nics ?? []) {
    if (wanted.has(card.portId)) continue;
    const without = await removeCard(machine, card, signal);
    if (!without.ok) return without;
    machine = { ...machine, record: without.value };
  }
  const names = await deviceNames(machine.attachment.qmp);
  if (!names.ok) return names;
  for (const card of placeCards(spec.nics, machine.record.nics ?? [])) {
    if (names.value.includes(cardDevice(card))) continue;
    const withCard = await addCard(machine, card);
    if (!withCard.ok) return withCard;
    machine = { ...machine, record: withCard.value };
  }
  return driverOk(null);
}

/** What is said of a guest that an older version has started: its cards are on the first bus, which takes none while it runs. */
const fixedCards = driverFailed({
  code: 'Unsupported',
  capability:
    'network cards that come and go in a guest that was started without ports for them; a hard reboot gives it some',
});

const isAsWanted = ({ nics }: GuestRecord, wanted: readonly GuestNic[]): boolean =>
  nics !== null &&
  nics.length === wanted.length &&
  nics.every(({ portId }) => wanted.some((nic) => nic.portId === portId));

/** The card that the forwarded port leads through. */
const forwardingCard = ({ nics }: GuestRecord): Card | undefined => nics?.[forwardingNic(nics ?? [])];

/** Has the guest let go of a card; the record without it. */
async function removeCard(
  { host, guest, attachment, record }: Machine,
  card: Card,
  signal: AbortSignal,
): Promise<DriverResult<GuestRecord>> {
  const { qmp } = attachment;
  const names = await deviceNames(qmp);
  if (!names.ok) return names;
  if (names.value.includes(cardDevice(card))) {
    const power = await attachment.power();
    if (!power.ok) return power;
    if (power.value === 'paused') return failed('a guest that stands still does not let go of a network card');
    const gone = await unplugDevice(attachment, cardDevice(card), 'the network card', signal);
    if (!gone.ok) return gone;
  }
  const wasForwarding = forwardingCard(record) === card;
  // There may be none: it was about to come, or to go, when a controller died.
  await qmp.execute('netdev_del', { id: cardNetwork(card) });
  let next: GuestRecord = { ...record, nics: (record.nics ?? []).filter((known) => known !== card) };
  if (wasForwarding && record.sshPort !== null) {
    const heir = forwardingCard(next);
    const isLed = heir !== undefined && (await leadThrough(attachment, heir, record.sshPort));
    if (!isLed) {
      host.ports.release(record.sshPort);
      guest.sshPort = null;
      next = { ...next, sshPort: null };
    }
  }
  await writeGuestRecord(guest.directory, next);
  host.log('info', 'guest has lost a network card', { instanceId: guest.instanceId, portId: card.portId });
  return driverOk(next);
}

/** Has the forwarded port lead through another card from now on. What QEMU says to it is words for people; none is a success. */
async function leadThrough({ qmp }: Attachment, card: Card, hostPort: number): Promise<boolean> {
  const rule = forwardingRule(hostPort, ownAddress(card) ?? '');
  const command = `hostfwd_add ${cardNetwork(card)} ${rule}`;
  const told = await qmp.execute('human-monitor-command', { 'command-line': command });
  return told.ok && told.value === '';
}

/** Gives the guest a card; the record with it. */
async function addCard(machine: Machine, card: Card): Promise<DriverResult<GuestRecord>> {
  const { host, guest, attachment, record } = machine;
  if (card.slot >= record.cardPorts) {
    const reason = `a guest has at most ${CARD_PORTS} network cards`;
    return driverFailed({ code: 'OutOfResources', reason });
  }
  const others = (record.nics ?? []).filter(({ portId }) => portId !== card.portId);
  const nics = record.nics?.some(({ portId }) => portId === card.portId) ? record.nics : [...others, card];
  const leads = forwardingCard({ ...record, nics })?.portId === card.portId;
  for (let attempt = 1; ; attempt += 1) {
    const isTaken = attempt > 1 || record.sshPort === null;
    const hostPort = leads ? (isTaken ? await host.ports.take(null) : record.sshPort) : null;
    const next = leads ? { ...record, nics, sshPort: hostPort } : { ...record, nics };
    await writeGuestRecord(guest.directory, next);
    const plugged = await plug(attachment, card, hostPort);
    if (plugged.ok) {
      if (leads) guest.sshPort = hostPort;
      host.log('info', 'guest has got a network card', { instanceId: guest.instanceId, portId: card.portId });
      return driverOk(next);
    }
    if (leads && hostPort !== null) host.ports.release(hostPort);
    const portTaken = JSON.stringify(plugged.error).includes('host forwarding rule');
    if (portTaken && attempt < limits.portAttemptsMax) continue;
    await writeGuestRecord(guest.directory, { ...next, nics: others, ...(leads ? { sshPort: null } : {}) });
    return plugged;
  }
}

async function plug({ qmp }: Attachment, card: Card, hostPort: number | null): Promise<DriverResult> {
  const id = cardNetwork(card);
  // What a controller that died has left of it.
  await qmp.execute('netdev_del', { id });
  const network = await qmp.execute('netdev_add', userNetwork(id, card, hostPort).options);
  if (!network.ok) return network;
  const plugged = await qmp.execute('device_add', cardDeviceOptions(card, true));
  if (plugged.ok) return driverOk(null);
  await qmp.execute('netdev_del', { id });
  return plugged;
}
