import { deviceVnicType } from '../../drivers/networks.ts';
import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import { cell as cellProtocol } from '../cell/protocol.ts';
import { recordDone } from './actions/record.ts';
import { CHECKS } from './checks.ts';
import { refusal } from './legality.ts';
import type { PortChange } from './protocol.ts';
import type { Instance } from './row.ts';

/** Under which name a change is among an instance's actions; null: it is not. */
const RECORDED = {
  attachInterface: 'attach_interface',
  detachInterface: 'detach_interface',
  addSecurityGroup: null,
  removeSecurityGroup: null,
} as const;

/**
 * Takes note of a port that has come, gone or changed. The network has done it before: a refusal here has the front give a
 * new port back.
 */
export function changePort(instance: Instance, change: PortChange, ctx: Context): Instance {
  const { portId, port, check, requester } = change;
  const error = refusal(CHECKS[check], instance, requester.isAdmin);
  if (error !== null) {
    ctx.reply(failed(error));
    return instance;
  }
  ctx.reply(ok({ instanceId: instance.id }));
  const isKnown = instance.ports.some((known) => known.portId === portId);
  if (port === null && !isKnown) return instance;
  if (RECORDED[check] !== null) recordDone(ctx, instance, RECORDED[check], null, requester);
  const ports =
    port === null
      ? portsWithout(instance, portId, ctx)
      : isKnown
        ? instance.ports.map((known) => (known.portId === portId ? port : known))
        : [...instance.ports, port];
  return { ...instance, ports, updatedAtMs: ctx.nowMs };
}

/** The ports of an instance without one that is gone; the device that this one's card was is given back. */
export function portsWithout({ id, cell, ports }: Instance, portId: string, ctx: Context): Instance['ports'] {
  const gone = ports.find((known) => known.portId === portId);
  if (gone !== undefined && deviceVnicType(gone.vnicType) !== undefined)
    ctx.tell(cellProtocol.at(cell), { type: 'releasePortDevice', instanceId: id, portId });
  return ports.filter((known) => known !== gone);
}
