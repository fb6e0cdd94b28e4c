import type { StoredContent } from '../../drivers/images.ts';
import type { AskError } from '../../runtime/message.ts';
import type { Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import type { ImageError } from './errors.ts';
import { IMAGE_LIMITS } from './limits.ts';
import { IMAGE_ACTOR_ID, type ImageMessage, imageRegistry, imageSharing } from './protocol.ts';
import type { ImageMemberRow, ImageRow, MemberStatus, Requester } from './row.ts';

export { createImageCatalog } from './catalog.ts';
export type { ImageError } from './errors.ts';

/** What a command came to. */
export type ImageOutcome = Result<ImageRow, ImageError | AskError>;

/** What a command about a member came to. */
export type MemberOutcome = Result<ImageMemberRow, ImageError | AskError>;

type Body<Type> = Omit<Extract<ImageMessage, { readonly type: Type }>, 'type'>;

async function ask(system: ActorSystem, message: ImageMessage): Promise<ImageOutcome> {
  const outcome = await system.ask(imageRegistry.at(IMAGE_ACTOR_ID), message, { deadlineMs: IMAGE_LIMITS.askMs });
  return outcome.ok ? outcome.value : outcome;
}

async function askSharing(system: ActorSystem, message: ImageMessage): Promise<MemberOutcome> {
  const outcome = await system.ask(imageSharing.at(IMAGE_ACTOR_ID), message, { deadlineMs: IMAGE_LIMITS.askMs });
  return outcome.ok ? outcome.value : outcome;
}

/** Makes an image without bytes. Errors: ImageExists, ImageForbidden, ImageLimitExceeded. */
export const createImage = (system: ActorSystem, body: Body<'create'>): Promise<ImageOutcome> =>
  ask(system, { type: 'create', ...body });

/** Applies changes, all or none. Errors: ImageNotFound, ImageForbidden, PropertyNotFound, ImageLimitExceeded. */
export const updateImage = (system: ActorSystem, body: Body<'update'>): Promise<ImageOutcome> =>
  ask(system, { type: 'update', ...body });

/** Deletes an image. Errors: ImageNotFound, ImageForbidden (also: protected). */
export const deleteImage = (system: ActorSystem, by: Requester, imageId: string): Promise<ImageOutcome> =>
  ask(system, { type: 'delete', by, imageId });

/** Announces bytes; the row's `uploadId` names the upload. Errors: ImageNotFound, ImageForbidden, ImageInvalidState, ImageInvalid. */
export const beginUpload = (system: ActorSystem, by: Requester, imageId: string): Promise<ImageOutcome> =>
  ask(system, { type: 'beginUpload', by, imageId });

/** Makes an image active with stored bytes. Errors: ImageNotFound (deleted meanwhile), ImageInvalidState (overtaken). */
export const endUpload = (
  system: ActorSystem,
  imageId: string,
  uploadId: string,
  content: StoredContent,
): Promise<ImageOutcome> => ask(system, { type: 'endUpload', imageId, uploadId, content });

/** Gives an upload up. Repeating it, or telling it of one that has ended, changes nothing. Errors: ImageNotFound. */
export const failUpload = (system: ActorSystem, imageId: string, uploadId: string): Promise<ImageOutcome> =>
  ask(system, { type: 'failUpload', imageId, uploadId });

/** Gives up the uploads of an earlier process. To be called once when the process has started, before uploads are taken. */
export const recoverUploads = async (system: ActorSystem): Promise<Result<null, ImageError | AskError>> => {
  const outcome = await ask(system, { type: 'recoverUploads' });
  return outcome.ok ? { ok: true, value: null } : outcome;
};

/** Stops giving out the bytes. Errors: ImageNotFound, ImageForbidden, ImageInvalidState. */
export const deactivateImage = (system: ActorSystem, by: Requester, imageId: string): Promise<ImageOutcome> =>
  ask(system, { type: 'deactivate', by, imageId });

/** Gives out the bytes again. Errors: ImageNotFound, ImageForbidden, ImageInvalidState. */
export const reactivateImage = (system: ActorSystem, by: Requester, imageId: string): Promise<ImageOutcome> =>
  ask(system, { type: 'reactivate', by, imageId });

/** Adds a tag. Errors: ImageNotFound, ImageForbidden, ImageLimitExceeded. */
export const addTag = (system: ActorSystem, body: Body<'addTag'>): Promise<ImageOutcome> =>
  ask(system, { type: 'addTag', ...body });

/** Removes a tag. Errors: ImageNotFound, ImageForbidden, TagNotFound. */
export const removeTag = (system: ActorSystem, body: Body<'removeTag'>): Promise<ImageOutcome> =>
  ask(system, { type: 'removeTag', ...body });

/** Shares an image. Errors: ImageNotFound, ImageForbidden, MemberExists, ImageLimitExceeded. */
export const addMember = (
  system: ActorSystem,
  by: Requester,
  imageId: string,
  projectId: string,
): Promise<MemberOutcome> => askSharing(system, { type: 'addMember', by, imageId, projectId });

/** Accepts, rejects or puts off a shared image. Errors: ImageNotFound, ImageForbidden, MemberNotFound. */
export const setMemberStatus = (
  system: ActorSystem,
  by: Requester,
  imageId: string,
  projectId: string,
  status: MemberStatus,
): Promise<MemberOutcome> => askSharing(system, { type: 'setMemberStatus', by, imageId, projectId, status });

/** Ends the sharing. Errors: ImageNotFound, ImageForbidden, MemberNotFound. */
export const removeMember = (
  system: ActorSystem,
  by: Requester,
  imageId: string,
  projectId: string,
): Promise<MemberOutcome> => askSharing(system, { type: 'removeMember', by, imageId, projectId });
