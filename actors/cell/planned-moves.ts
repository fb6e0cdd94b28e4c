import type { Context } from '../../runtime/context.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import {
  type ConsolidationPlan,
  type GuestsOfHost,
  type MovableGuest,
  planConsolidation,
} from '../consolidator/plan.ts';
import { claimRequest } from '../instance/claim-request.ts';
import { refusal } from '../instance/legality.ts';
import { liveMigrate } from '../instance/operations/live-migrate.ts';
import { instances } from '../instance/row.ts';
import type { CellState } from './handle.ts';
import { withHintedHosts } from './hinted-hosts.ts';
import type { CellMessage } from './protocol.ts';
import { type Allocation, allocationId, allocations } from './row.ts';

type Asked = Omit<CellMessage & { type: 'planMoves' }, 'answerTo'>;

/** Which hosts of the cell can be emptied now, and by which moves. */
export function movesPlanned(
  { scheduler }: CellState,
  { limits, leftAlone, underWay }: Asked,
  ctx: Context,
): ConsolidationPlan {
  const stay = new Set(leftAlone);
  const going = new Map(underWay.map(({ instanceId, from }) => [instanceId, from]));
  const guestsOf = (host: string): Result<GuestsOfHost, string> => {
    const movable: MovableGuest[] = [];
    const leaving: Allocation[] = [];
    for (const id of allocations.ids(ctx.rows, 'byHost', [host])) {
      const allocation = allocations.read(ctx.rows, id);
      if (allocation === undefined) continue;
      const { instanceId } = allocation;
      if (going.get(instanceId) === host && id === instanceId) {
        leaving.push(allocation);
        continue;
      }
      const guest = stay.has(instanceId)
        ? failed('is left alone since a move of it failed')
        : movableGuest(id, allocation, ctx);
      if (!guest.ok) return failed(`instance ${instanceId} ${guest.error}`);
      movable.push(guest.value);
    }
    return ok({ movable, leaving });
  };
  return planConsolidation(scheduler, guestsOf, limits, ctx.nowMs);
}

/** What an instance would ask of another host; a failure: why it is not moved. */
function movableGuest(id: string, allocation: Allocation, ctx: Context): Result<MovableGuest, string> {
  const { instanceId, host, pciDevices = [] } = allocation;
  if (id !== allocationId(instanceId)) return failed('is being moved');
  if (pciDevices.length > 0) return failed('has PCI devices');
  const instance = instances.read(ctx.rows, instanceId);
  // As for a user: what is locked stays where it is.
  const refused = instance && refusal(liveMigrate, instance, false);
  if (instance === undefined || instance.host !== host || instance.deletedAtMs !== null) return failed('is not there');
  if (instance.locked) return failed('is locked');
  if (refused) return failed(`is ${instance.taskState ?? instance.vmState}`);
  const request = claimRequest(instance, { flavor: instance.flavor, host: null, excludedHosts: [host] });
  return ok({ allocation, request: withHintedHosts(request, ctx.rows) });
}
