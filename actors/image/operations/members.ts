import type { Context } from '../../../runtime/context.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import type { ImageError } from '../errors.ts';
import { IMAGE_LIMITS } from '../limits.ts';
import type { ImageMessage } from '../protocol.ts';
import { type ImageMemberRow, imageMembers, memberId } from '../row.ts';
import { forbidden, type Of, ownImage, visibleImage } from './change.ts';

type MemberOutcome = Result<ImageMemberRow, ImageError>;

/** Shares an image with a project, which has still to accept it. Glance: POST /v2/images/{id}/members. */
export function addMember({ by, imageId, projectId }: Of<ImageMessage, 'addMember'>, ctx: Context): MemberOutcome {
  const found = ownImage(ctx, by, imageId);
  if (!found.ok) return found;
  if (found.value.visibility !== 'shared') return forbidden('Only shared images have members.');
  const id = memberId(imageId, projectId);
  if (imageMembers.read(ctx.rows, id)) return failed({ code: 'MemberExists', imageId, projectId });
  if ([...imageMembers.ids(ctx.rows, 'byImage', [imageId])].length >= IMAGE_LIMITS.membersMax)
    return failed({ code: 'ImageLimitExceeded', what: 'members', allowed: IMAGE_LIMITS.membersMax });
  const row: ImageMemberRow = { imageId, projectId, status: 'pending', createdAtMs: ctx.nowMs, updatedAtMs: ctx.nowMs };
  ctx.put(imageMembers, id, row);
  return ok(row);
}

/** What the project says to it: only the project itself, or an administrator. Glance: PUT /v2/images/{id}/members/{member}. */
export function setMemberStatus(
  { by, imageId, projectId, status }: Of<ImageMessage, 'setMemberStatus'>,
  ctx: Context,
): MemberOutcome {
  const found = visibleImage(ctx, by, imageId);
  if (!found.ok) return found;
  if (!by.isAdmin && (by.projectId !== projectId || !by.mayWrite))
    return forbidden('Only the project that an image is shared with accepts or rejects it.');
  const id = memberId(imageId, projectId);
  const row = imageMembers.read(ctx.rows, id);
  if (!row) return failed({ code: 'MemberNotFound', imageId, projectId });
  const next: ImageMemberRow = { ...row, status, updatedAtMs: ctx.nowMs };
  ctx.put(imageMembers, id, next);
  return ok(next);
}

/** Ends the sharing. Glance: DELETE /v2/images/{id}/members/{member}. */
export function removeMember(
  { by, imageId, projectId }: Of<ImageMessage, 'removeMember'>,
  ctx: Context,
): MemberOutcome {
  const found = ownImage(ctx, by, imageId);
  if (!found.ok) return found;
  const id = memberId(imageId, projectId);
  const row = imageMembers.read(ctx.rows, id);
  if (!row) return failed({ code: 'MemberNotFound', imageId, projectId });
  ctx.put(imageMembers, id, undefined);
  return ok(row);
}
