import type { AskError } from '../../runtime/message.ts';
import type { Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { limits } from '../limits.ts';
import { memoryEncryption } from '../scheduler/memory-encryption.ts';
import { guestTopology } from '../scheduler/numa/guest-request.ts';
import { pciAffinityOf } from '../scheduler/pci/request.ts';
import type { RequestedSize } from '../scheduler/resource-request.ts';
import { type CellExplanation, type ClaimRequest, explainingCell } from './protocol.ts';

/** Asks a cell how it would decide a request now. Claims nothing. Errors: AskError. */
export const explainRequest = (
  system: ActorSystem,
  cell: string,
  request: ClaimRequest,
  hostsMax: number,
): Promise<Result<CellExplanation, AskError>> =>
  system.ask(explainingCell.at(cell), { type: 'explain', request, hostsMax }, { deadlineMs: limits.askMs });

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
