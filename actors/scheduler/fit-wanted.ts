import type { ClaimRequest } from '../cell/protocol.ts';
import type { Fitted, FitWanted } from './host-fittings.ts';
import type { HostTable } from './host-table.ts';
import { UNFITTABLE } from './numa/guest-request.ts';
import type { SchedulerOptions } from './options.ts';
import { type PciRequest, pciRequests } from './pci/request.ts';

const NO_PROPERTIES: Readonly<Record<string, string>> = {};
const NO_DEVICES: readonly PciRequest[] = [];

/** The devices that a request asks for; undefined: an alias of it is not known, so no host has them. */
export function wantedDevices(
  { extraSpecs, imageProperties = NO_PROPERTIES }: ClaimRequest,
  { pciAliases = [] }: SchedulerOptions,
): readonly PciRequest[] | undefined {
  if (extraSpecs?.['pci_passthrough:alias'] === undefined) return NO_DEVICES;
  const asked = pciRequests({ extraSpecs, properties: imageProperties }, pciAliases);
  return asked.ok ? asked.value : undefined;
}

/** What a request asks of the inside of a host but for the host's ratios; undefined: nothing. */
export function wantedFit(request: ClaimRequest, options: SchedulerOptions): Omit<FitWanted, 'ratios'> | undefined {
  // What is rebuilt stays where it is.
  if (request.isRebuild) return undefined;
  const pci = wantedDevices(request, options);
  const { numa } = request;
  if (pci === undefined) return { numa: UNFITTABLE, pci: [], packs: false };
  if (numa === undefined && pci.length === 0) return undefined;
  return { ...(numa ? { numa } : {}), pci, packs: options.packHostNumaCells ?? false };
}

/** Where on the host of a row it would be; undefined: it does not fit. */
export function fitOn(hosts: HostTable, row: number, wanted: Omit<FitWanted, 'ratios'>): Fitted | undefined {
  const { inventories = {} } = hosts.host(row) ?? {};
  const ratios = {
    cpu: inventories['VCPU']?.allocationRatio ?? 1,
    memory: inventories['MEMORY_MB']?.allocationRatio ?? 1,
  };
  return hosts.fittings.fit(hosts.name(row), { ...wanted, ratios });
}
