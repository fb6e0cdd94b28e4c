import type { Context } from '../../runtime/context.ts';
import { ok } from '../../runtime/result.ts';
import type { NoHost } from '../cell/protocol.ts';
import { demandOf } from '../instance/demand.ts';
import { standIn } from '../instance/new-instance.ts';
import { type InstanceSpec, instance, type Requester } from '../instance/protocol.ts';
import { instances } from '../instance/row.ts';
import { project } from '../project/protocol.ts';
import { type Candidate, cellsFor, without } from './choose.ts';
import type { CellMappingMessage } from './protocol.ts';
import { API_CELL, type BuildRequest, buildRequests, CELL_0, instanceMappings } from './row.ts';

type Candidates = Map<string, Candidate>;

/**
 * Gives new instances to cells, and answers: from this moment on each of them can be found, first as a row that stands in for
 * it here, then as its own in its cell.
 */
export function place(
  candidates: Candidates,
  { specs, requester, asker }: CellMappingMessage & { type: 'place' },
  ctx: Context,
): void {
  for (const spec of specs) {
    if (isKnown(spec.id, ctx)) {
      giveBackQuota(spec, requester, ctx);
      continue;
    }
    ctx.put(instances, spec.id, standIn(spec, requester, ctx.nowMs));
    give(candidates, { spec, requester, createdAtMs: ctx.nowMs, tried: [], refusals: [] }, null, ctx);
  }
  ctx.replyTo(asker, ok({ instanceIds: specs.map(({ id }) => id) }));
}

const isKnown = (instanceId: string, { rows }: Context): boolean =>
  instances.read(rows, instanceId) !== undefined || instanceMappings.read(rows, instanceId) !== undefined;

/** One of this id is there already: the sender has reserved its quota a second time. */
function giveBackQuota({ flavor }: InstanceSpec, { projectId, userId }: Requester, ctx: Context): void {
  const { vcpus: cores, memoryMib: ramMib } = flavor;
  ctx.tell(project.at(projectId), { type: 'release', instances: 1, cores, ramMib, userId });
}

/** A cell had no host for an instance: the next one is asked, and after the last it is in cell0, in ERROR. */
export function placeElsewhere(
  candidates: Candidates,
  { instanceId, cell, failure }: CellMappingMessage & { type: 'notPlaced' },
  ctx: Context,
): void {
  const request = buildRequests.read(ctx.rows, instanceId);
  if (!request || request.tried.at(-1) !== cell) return;
  const refusals = [...request.refusals, `${cell}: ${failure.details}`];
  give(candidates, { ...request, refusals }, failure, ctx);
}

function give(candidates: Candidates, request: BuildRequest, failure: NoHost | null, ctx: Context): void {
  const { spec, requester, createdAtMs, tried } = request;
  const [cell] = cellsFor(spec, candidates, tried, ctx.rows);
  const given = cell ?? CELL_0;
  ctx.put(buildRequests, spec.id, { ...request, tried: [...tried, given] });
  const isElsewhere = given !== API_CELL && given !== CELL_0;
  ctx.put(instanceMappings, spec.id, isElsewhere ? mappingOf(request, given) : undefined);
  const candidate = candidates.get(given);
  if (candidate) candidate.summary = without(candidate.summary, demandOf(spec.flavor));
  // Routed by the mapping that has just been written.
  ctx.tell(instance.at(spec.id), {
    type: 'create',
    spec,
    requester,
    given: { cell: given, createdAtMs, failure: cell === undefined ? allRefused(request, failure) : null },
  });
}

function allRefused({ refusals }: BuildRequest, failure: NoHost | null): NoHost {
  const { code, reason } = failure ?? NO_CELL;
  return { code, reason, details: refusals.length === 0 ? NO_CELL.details : refusals.join(' ') };
}

/** Nova's words: `NoValidHost` of nova/exception.py. */
const NO_CELL: NoHost = {
  code: 'NoValidHost',
  reason: 'No valid host was found. There are not enough hosts available.',
  details: 'No cell takes new instances.',
};

const mappingOf = ({ spec, requester, createdAtMs }: BuildRequest, cell: string) => ({
  instanceId: spec.id,
  cell,
  projectId: requester.projectId,
  userId: requester.userId,
  createdAtMs,
  flavor: spec.flavor,
  image: spec.image,
  requestedZone: spec.requestedZone,
  groupId: spec.serverGroup?.id ?? null,
});

/** An instance needs no other cell any more: what stood in for it here goes. */
export function placed(instanceId: string, ctx: Context): void {
  ctx.put(buildRequests, instanceId, undefined);
  if (instanceMappings.read(ctx.rows, instanceId)) ctx.put(instances, instanceId, undefined);
}
