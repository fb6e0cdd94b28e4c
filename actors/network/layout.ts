import type { Context } from '../../runtime/context.ts';
import { networkLayoutTable } from './row.ts';

/** Takes note that a network or a subnet has been made, changed or removed, so that readers look again. */
export function layoutChanged(ctx: Context): void {
  const changes = networkLayoutTable.read(ctx.rows, 'main')?.changes ?? 0;
  ctx.put(networkLayoutTable, 'main', { changes: changes + 1 });
}
