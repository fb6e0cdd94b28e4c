import { deviceVnicType } from '../../drivers/networks.ts';
import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import { cell as cellProtocol } from '../cell/protocol.ts';
import { CHECKS } from './checks.ts';
import { refusal } from './legality.ts';
import type { PortChange } from './protocol.ts';
import type { Instance } from './row.ts';

/** Takes note of a port that has changed, or gone. The network has done it before. */
export function changePort(instance: Instance, change: PortChange, ctx: Context): Instance {
  const { portId, port, check, requester } = change;
  const error = refusal(CHECKS[check], instance, requester.isAdmin);
  if (error !== null) {
    ctx.reply(failed(error));
    return instance;
  }
  ctx.reply(ok({ instanceId: instance.id }));
  const isKnown = instance.ports.some((known) => known.portId === portId);
  if (!isKnown) return instance;
  const ports =
    port === null
      ? portsWithout(instance, portId, ctx)
      : instance.ports.map((known) => (known.portId === portId ? port : known));
  return { ...instance, ports, updatedAtMs: ctx.nowMs };
}

/** The ports of an instance without one that is gone; the device that this one's card was, and what it asked for, are given back. */
export function portsWithout({ id, cell, ports }: Instance, portId: string, ctx: Context): Instance['ports'] {
  const gone = ports.find((known) => known.portId === portId);
  if (gone !== undefined && deviceVnicType(gone.vnicType) !== undefined)
    ctx.tell(cellProtocol.at(cell), { type: 'releasePortDevice', instanceId: id, portId });
  if (gone?.resourceGroups !== undefined) {
    const groupIds = gone.resourceGroups.map((group) => group.id);
    ctx.tell(cellProtocol.at(cell), { type: 'releasePortGroups', instanceId: id, groupIds });
  }
  return ports.filter((known) => known !== gone);
}
