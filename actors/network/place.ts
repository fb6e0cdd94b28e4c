import type { Context } from '../../runtime/context.ts';
import type { NetworkMessage } from './protocol.ts';
import { portResourceGroups } from './resource-groups.ts';
import { portTable } from './row.ts';
import type { NetworkServiceState } from './state.ts';

/** Takes note of where the ports of an instance are that has moved. Repeating it changes nothing. Nova: `migrate_instance_finish`. */
export function placePorts(
  state: NetworkServiceState,
  { instanceId, host, allocation }: Extract<NetworkMessage, { type: 'placePorts' }>,
  ctx: Context,
): void {
  for (const id of state.bound.get(instanceId) ?? []) {
    const row = portTable.read(ctx.rows, id);
    if (!row?.binding) continue;
    const { allocation: before, ...binding } = row.binding;
    const served = portResourceGroups(ctx.rows, row).flatMap(({ id: groupId }): [string, string][] => {
      const provider = Object.hasOwn(allocation, groupId) ? allocation[groupId] : undefined;
      return provider === undefined ? [] : [[groupId, provider]];
    });
    if (row.host === host && before === undefined && served.length === 0) continue;
    ctx.put(portTable, id, {
      ...row,
      host,
      binding: served.length === 0 ? binding : { ...binding, allocation: Object.fromEntries(served) },
      updatedAtMs: ctx.nowMs,
      revision: row.revision + 1,
    });
  }
}
