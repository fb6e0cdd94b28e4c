import type { ClaimRequest } from '../cell/protocol.ts';
import type { Fitted, FitWanted } from './host-fittings.ts';
import type { HostTable } from './host-table.ts';
import { UNFITTABLE } from './numa/guest-request.ts';
import { cellsNearNetworks } from './numa/network-cells.ts';
import type { SchedulerOptions } from './options.ts';
import { type PciRequest, pciAffinityOf, pciRequests, portRequest } from './pci/request.ts';

const NO_PROPERTIES: Readonly<Record<string, string>> = {};
const NO_DEVICES: readonly PciRequest[] = [];

/** The devices that a request asks for; undefined: an alias of it is not known, so no host has them. */
export function wantedDevices(
  request: ClaimRequest,
  { pciAliases = [] }: SchedulerOptions,
): readonly PciRequest[] | undefined {
  const { extraSpecs = NO_PROPERTIES, imageProperties: properties = NO_PROPERTIES, ports } = request;
  if (extraSpecs['pci_passthrough:alias'] === undefined && ports === undefined) return NO_DEVICES;
  const said = { extraSpecs, properties };
  const asked = pciRequests(said, pciAliases);
  const affinity = pciAffinityOf(said);
  if (!asked.ok || !affinity.ok) return undefined;
  return [...asked.value, ...(ports ?? []).map((port) => portRequest(port, affinity.value))];
}

/** What a request asks of the inside of a host; undefined: nothing. */
export function wantedFit(request: ClaimRequest, options: SchedulerOptions): FitWanted | undefined {
  // What is rebuilt stays where it is.
  if (request.isRebuild) return undefined;
  const pci = wantedDevices(request, options);
  const { numa } = request;
  if (pci === undefined) return { numa: UNFITTABLE, pci: [], packs: false };
  if (numa === undefined && pci.length === 0) return undefined;
  const packs = options.packHostNumaCells ?? false;
  if (numa === undefined) return { pci, packs };
  const { uplinks = [] } = request;
  const { networkNumaCells } = options;
  const near = networkNumaCells && uplinks.length > 0 ? cellsNearNetworks(uplinks, networkNumaCells) : [];
  return near.length === 0 ? { numa, pci, packs } : { numa, pci, packs, near };
}

/** Where on the host of a row it would be; undefined: it does not fit. */
export const fitOn = (hosts: HostTable, row: number, wanted: FitWanted): Fitted | undefined =>
  hosts.fittings.fit(hosts.name(row), wanted);
