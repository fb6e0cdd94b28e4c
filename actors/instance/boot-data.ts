import type { Context } from '../../runtime/context.ts';
import { type BootData, bootData } from './row.ts';

const NOTHING: BootData = { userData: null, publicKey: null, keyType: null, adminPassword: null };

const isNothing = (boot: BootData): boolean =>
  Object.values(boot).every((value: unknown) => value === null || value === undefined);

/** Keeps what the guest of a new instance is given. Where that is nothing, there is no row. */
export function keepBootData(instanceId: string, boot: BootData, ctx: Context): void {
  if (!isNothing(boot)) ctx.put(bootData, instanceId, boot);
}

/** Changes what the guest is given at its next boot. */
export function changeBootData(instanceId: string, changes: Partial<BootData>, ctx: Context): void {
  ctx.put(bootData, instanceId, { ...(bootData.read(ctx.rows, instanceId) ?? NOTHING), ...changes });
}
