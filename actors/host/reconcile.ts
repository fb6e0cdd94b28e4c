import type { GuestPower } from '../../drivers/hypervisor.ts';
import type { Context } from '../../runtime/context.ts';
import { removalLane } from '../instance/driver-steps.ts';
import { mayHaveGuestOn } from '../instance/move.ts';
import { isAsKnown } from '../instance/power-state.ts';
import { instance } from '../instance/protocol.ts';
import { type Instance, instances } from '../instance/row.ts';
import { limits } from '../limits.ts';
import type { Look } from './look.ts';

/**
 * Compares the guests that exist with the instances that say they are here. A guest without an instance is removed; an
 * instance is told when its guest is not what it thinks; after an outage guests that should run are started again. What
 * has changed since the look was asked for is left to the next one. Returns whether nothing that an outage may have
 * ended was left so, or was only told to start again: whoever began something else just before does not take that up.
 */
export function reconcile(host: string, look: Look, outage: boolean, ctx: Context): boolean {
  const guests = new Map(look.guests.map((guest) => [guest.instanceId, guest]));
  let settled = true;
  for (const id of instances.ids(ctx.rows, 'byHost', [host])) {
    const power = guests.get(id)?.power ?? 'stopped';
    guests.delete(id);
    const row = instances.read(ctx.rows, id);
    if (!row) continue;
    if (hasChangedSince(row, look.askedAtMs)) settled &&= power === 'running';
    else if (!compare(row, power, outage, ctx)) settled = false;
  }
  for (const id of guests.keys()) {
    const row = instances.read(ctx.rows, id);
    if (row && (hasChangedSince(row, look.askedAtMs) || mayHaveGuestOn(row, host))) continue;
    removeOrphan(host, id, ctx);
  }
  return settled;
}

/** What a look says of such an instance is out of date. */
const hasChangedSince = (row: Instance, askedAtMs: number): boolean =>
  row.operation !== null || row.updatedAtMs >= askedAtMs;

/** Returns whether the guest does not have to be started again. */
function compare(row: Instance, power: GuestPower, outage: boolean, ctx: Context): boolean {
  const runs = row.vmState === 'active' || row.vmState === 'rescued';
  if (outage && runs && power !== 'running') {
    ctx.tell(instance.at(row.id), { type: 'resumeGuest', requestId: `req-${ctx.newId()}` });
    return false;
  }
  if (!isAsKnown(row, power)) {
    ctx.tell(instance.at(row.id), { type: 'powerChanged', power, reason: 'seen when the host was looked at' });
  }
  return true;
}

/** Removes a guest that no instance of this host stands for: left over from a removal that did not reach the host. */
function removeOrphan(host: string, instanceId: string, ctx: Context): void {
  ctx.effect({
    effectId: `orphan.${instanceId}`,
    name: 'driver.ensureAbsent',
    args: { host, instanceId, unlessHere: true },
    deadlineMs: limits.deleteMs,
    lane: removalLane(host),
  });
}
