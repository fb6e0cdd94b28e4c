import type { PortDevice, PortResourceGroup } from '../../drivers/networks.ts';
import type { AskError } from '../../runtime/message.ts';
import type { Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { limits } from '../limits.ts';
import { memoryEncryption } from '../scheduler/memory-encryption.ts';
import { guestTopology } from '../scheduler/numa/guest-request.ts';
import { type PciAffinity, type PciAsked, pciAffinityOf, pciRequests } from '../scheduler/pci/request.ts';
import type { RequestedSize } from '../scheduler/resource-request.ts';
import { requestedPort, withGroups } from './port-groups.ts';
import {
  type CellExplanation,
  type ClaimRequest,
  cell,
  deviceCell,
  explainingCell,
  groupsCell,
  type PortGroupsAnswer,
} from './protocol.ts';

/** Asks a cell how it would decide a request now. Claims nothing. Errors: AskError. */
export const explainRequest = (
  system: ActorSystem,
  name: string,
  request: ClaimRequest,
  hostsMax: number,
): Promise<Result<CellExplanation, AskError>> =>
  system.ask(explainingCell.at(name), { type: 'explain', request, hostsMax }, { deadlineMs: limits.askMs });

/**
 * Claims a device of its host for a port that is to be attached to a server. False: there is none. `said`: flavor and image, for how
 * near it must be to the server's NUMA cells. Errors: AskError.
 */
export const claimPortDevice = (
  system: ActorSystem,
  { id, cell }: { readonly id: string; readonly cell: string },
  port: PortDevice,
  said: PciAsked,
): Promise<Result<boolean, AskError>> => {
  const question = { type: 'claimPortDevice', instanceId: id, port, ...nearness(said) } as const;
  return system.ask(deviceCell.at(cell), question, { deadlineMs: limits.askMs });
};

/** How near a device must be, as flavor and image say; nothing where they do not. */
const nearness = (said: PciAsked): { readonly affinity?: PciAffinity } => {
  const affinity = pciAffinityOf(said);
  return affinity.ok && affinity.value !== undefined ? { affinity: affinity.value } : {};
};

/** Gives back a device that was claimed for a port which could not be attached. */
export const releasePortDevice = (
  system: ActorSystem,
  server: { readonly id: string; readonly cell: string },
  portId: string,
): void => system.tell(cell.at(server.cell), { type: 'releasePortDevice', instanceId: server.id, portId });

/**
 * Claims what a port that is to be attached to a server asks for, of the host where that is: one provider each, all of one subtree.
 * With it the device that its card is, of the card that gives the bandwidth; absent: it is none. `said`: as for `claimPortDevice`.
 * Null: the host cannot serve it; `noDevice`: it could, without the device. Errors: AskError.
 */
export const claimPortGroups = (
  system: ActorSystem,
  { id, cell }: { readonly id: string; readonly cell: string },
  groups: readonly PortResourceGroup[],
  device: PortDevice | undefined,
  said: PciAsked,
): Promise<Result<PortGroupsAnswer, AskError>> => {
  const asked = withGroups(undefined, [groups]);
  const claimed = device && { device: { port: requestedPort(device, groups), ...nearness(said) } };
  const question = { type: 'claimPortGroups', instanceId: id, asked, ...claimed } as const;
  return system.ask(groupsCell.at(cell), question, { deadlineMs: limits.askMs });
};

/** Gives back what was claimed for a port that could not be attached. */
export const releasePortGroups = (
  system: ActorSystem,
  server: { readonly id: string; readonly cell: string },
  groups: readonly PortResourceGroup[],
): void => {
  const groupIds = groups.map(({ id }) => id);
  system.tell(cell.at(server.cell), { type: 'releasePortGroups', instanceId: server.id, groupIds });
};

/**
 * Why a flavor and the properties of an image contradict themselves or each other in what they ask of NUMA cells,
 * processors, pages, devices and encrypted memory, in Nova's words; null: they do not.
 */
export function topologyProblem(
  { vcpus, memoryMib, extraSpecs }: Omit<RequestedSize, 'diskGib'>,
  properties: Readonly<Record<string, string>>,
): string | null {
  const numa = guestTopology({ vcpus, memoryMib, extraSpecs, properties });
  if (!numa.ok) return numa.error;
  const affinity = pciAffinityOf({ extraSpecs, properties });
  if (!affinity.ok) return affinity.error;
  const encryption = memoryEncryption({ extraSpecs, properties });
  return encryption.ok ? null : encryption.error;
}

/**
 * Why nobody can have the PCI devices that a flavor asks for, in Nova's words: an alias that is not defined, or a text of another
 * form. Null: somebody may. `aliases`: the names that are.
 */
export function aliasProblem(extraSpecs: Readonly<Record<string, string>>, aliases: readonly string[]): string | null {
  const named = aliases.map((name) => ({ name }));
  const asked = pciRequests({ extraSpecs, properties: {} }, named);
  return asked.ok ? null : asked.error;
}

/** Whether a server of a flavor would ask for something else of NUMA cells with other properties of its image. */
export function changesTopology(
  { vcpus, memoryMib, extraSpecs }: Omit<RequestedSize, 'diskGib'>,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): boolean {
  const asked = (properties: Readonly<Record<string, string>>) =>
    JSON.stringify(guestTopology({ vcpus, memoryMib, extraSpecs, properties }));
  return asked(before) !== asked(after);
}
