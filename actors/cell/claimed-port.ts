import type { Context } from '../../runtime/context.ts';
import { portRequest } from '../scheduler/pci/request.ts';
import { findCards } from '../scheduler/same-card.ts';
import { servedBy, servedOn } from '../scheduler/served.ts';
import type { CellState } from './handle.ts';
import { mappingsOf, ownProviderOf } from './known-providers.ts';
import { releasePortDevice, withDevices } from './port-devices.ts';
import type { AttachedDevice, GranularRequest, PortGroupsAnswer, PortGroupsQuestion } from './protocol.ts';
import { allocations } from './row.ts';
import { claimGroups, groupsAlone, releaseGroups, withServed } from './served.ts';
import { replaceClaim } from './stored-claim.ts';

/**
 * Claims what a port that is to be attached to an instance asks for, where that is: its groups, and with them its device, all or
 * nothing. Repeating it claims nothing more.
 */
export const claimPort = (
  state: CellState,
  { instanceId, asked, device }: PortGroupsQuestion,
  ctx: Context,
): PortGroupsAnswer =>
  device === undefined
    ? (claimGroups(state, instanceId, asked, ctx) ?? null)
    : claimWithDevice(state, instanceId, asked, device, ctx);

function claimWithDevice(
  state: CellState,
  instanceId: string,
  asked: GranularRequest,
  { port, affinity }: AttachedDevice,
  ctx: Context,
): PortGroupsAnswer {
  const { hosts } = state;
  const suffixes = asked.groups.map(({ suffix }) => suffix);
  const before = allocations.read(ctx.rows, instanceId);
  const hasGroups = suffixes.every((suffix) => Object.hasOwn(before?.groups ?? {}, suffix));
  if (hasGroups && before?.portDevices?.[port.portId] !== undefined) return mappingsOf(before.groups) ?? {};
  // Half of it says nothing of the card: both are claimed anew.
  releasePortDevice(state, instanceId, port.portId, ctx);
  releaseGroups(state, instanceId, suffixes, ctx);
  const held = allocations.read(ctx.rows, instanceId);
  const row = held && hosts.row(held.host);
  if (held === undefined || row === undefined) return null;
  const request = groupsAlone(held.host, asked);
  const query = hosts.trees.queryOf(request);
  const ownId = (): string => ownProviderOf(ctx.rows, held.host);
  const devices = [portRequest(port, affinity)];
  const found = query && findCards(hosts, row, query, devices, (pci) => hosts.fittings.fitMore(held.host, held, pci));
  if (found === undefined) return servedOn(hosts, row, request, ownId) === undefined ? null : 'noDevice';
  const after = withDevices(withServed(held, servedBy(found.match, ownId())), found.fitted);
  replaceClaim(hosts, held, after, ctx);
  return mappingsOf(after.groups) ?? {};
}
