import type { Context } from '../../runtime/context.ts';

/** A new id as Keystone makes them: a UUID as 32 hex digits. */
export const newIdentityId = (ctx: Context): string => ctx.newId().replaceAll('-', '');
