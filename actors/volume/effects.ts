import type { Context } from '../../runtime/context.ts';
import { VOLUME_LIMITS } from './limits.ts';

/** What can be done to a volume or a snapshot outside: the first part of an effect's id. */
export const VOLUME_EFFECTS = {
  create: { name: 'volume.ensure', deadlineMs: VOLUME_LIMITS.copyMs },
  delete: { name: 'volume.ensureAbsent', deadlineMs: VOLUME_LIMITS.changeMs },
  extend: { name: 'volume.ensureSize', deadlineMs: VOLUME_LIMITS.changeMs },
  upload: { name: 'volume.capture', deadlineMs: VOLUME_LIMITS.copyMs },
  reimage: { name: 'volume.ensureContent', deadlineMs: VOLUME_LIMITS.copyMs },
  snapshot: { name: 'volume.ensureSnapshot', deadlineMs: VOLUME_LIMITS.copyMs },
  unsnapshot: { name: 'volume.ensureSnapshotAbsent', deadlineMs: VOLUME_LIMITS.changeMs },
} as const;
export type VolumeEffect = keyof typeof VOLUME_EFFECTS;

const isEffect = (text: string): text is VolumeEffect => Object.hasOwn(VOLUME_EFFECTS, text);

/** Asks for something outside, of one volume or snapshot. Asked again before it has ended, it replaces the request. */
export function ask(
  ctx: Context,
  effect: VolumeEffect,
  id: string,
  args: Readonly<Record<string, unknown>> = {},
): void {
  const { name, deadlineMs } = VOLUME_EFFECTS[effect];
  ctx.effect({ effectId: `${effect}:${id}`, name, args: { id, ...args }, deadlineMs });
}

/** Takes it back: its end is not told. */
export const cancel = (ctx: Context, effect: VolumeEffect, id: string): void => ctx.cancelEffect(`${effect}:${id}`);

/** What an effect was, and of what; null: none of these. */
export function effectOf(effectId: string): { readonly effect: VolumeEffect; readonly id: string } | null {
  const at = effectId.indexOf(':');
  const effect = effectId.slice(0, at);
  return at > 0 && isEffect(effect) ? { effect, id: effectId.slice(at + 1) } : null;
}
