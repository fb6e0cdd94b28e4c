import { claimPortGroups, releasePortGroups } from '../../../actors/cell/client.ts';
import { computeErrorOf } from '../../../actors/errors.ts';
import { type Instance, instances } from '../../../actors/instance/row.ts';
import { portTable } from '../../../actors/network/row.ts';
import type { PortDevice, PortResourceGroup } from '../../../drivers/networks.ts';
import { type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { ComputeServices } from '../services.ts';

/** Who serves what a port asks for. */
export interface Served {
  /** UUIDs of providers by the ids of the port's groups. */
  readonly allocation: Readonly<Record<string, string>>;
}

/** Claims what a port asks for, of the host of the server that it is to be attached to; with it the device that its card is, if it is one. */
export const claimResources = async (
  { system }: ComputeServices,
  server: Instance,
  groups: readonly PortResourceGroup[],
  device: PortDevice | undefined,
): Promise<Served | Refusal> => {
  const claimed = await claimPortGroups(system, server, groups, device, pciAskedBy(server));
  if (!claimed.ok) return refuse(computeErrorOf(claimed.error));
  if (claimed.value === 'noDevice') return noDeviceFor(server);
  const mappings = claimed.value ?? {};
  const served = groups.flatMap(({ id }): [string, string][] => {
    const provider = Object.hasOwn(mappings, id) ? mappings[id]?.[0] : undefined;
    return provider === undefined ? [] : [[id, provider]];
  });
  if (served.length === groups.length) return { allocation: Object.fromEntries(served) };
  return refuseWith(400, `Failed to allocate additional resources to ${server.id} during interface attach`);
};

/** What of a server says how near a device must be. */
export const pciAskedBy = ({ flavor, image }: Instance) => ({
  extraSpecs: flavor.extraSpecs,
  properties: image?.properties ?? {},
});

/** That a port cannot be attached, as the host has no device for it. */
export const noDeviceFor = ({ id }: Instance): Refusal =>
  refuseWith(400, `Failed to claim PCI device for ${id} during interface attach`);

/** Gives back what was claimed for a port that was not attached; unless another request has attached it meanwhile. */
export const giveBackResources = (
  services: ComputeServices,
  server: Instance,
  portId: string,
  groups: readonly PortResourceGroup[],
): void => {
  if (!isWanted(services, server, portId)) releasePortGroups(services.system, server, groups);
};

/** Whether a server has a port, or is about to: what that has of the host is not to be given back. */
export const isWanted = ({ reader }: ComputeServices, { id }: Instance, portId: string): boolean => {
  reader.renew();
  if (portTable.read(reader, portId)?.deviceId === id) return true;
  const details = instances.read(reader, id)?.operation?.details;
  const request = details?.kind === 'interface' ? details.request : null;
  return request !== null && 'portId' in request && request.portId === portId;
};
