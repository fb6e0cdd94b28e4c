import type { Context } from '../../runtime/context.ts';
import { create, ensureDefault } from './operations/create.ts';
import { setGivenOut } from './operations/deactivate.ts';
import { remove } from './operations/delete.ts';
import { addMember, removeMember, setMemberStatus } from './operations/members.ts';
import {
  beginSnapshot,
  createSnapshot,
  discardSnapshot,
  finishSnapshot,
  rotateBackups,
} from './operations/snapshots.ts';
import { addTag, removeTag } from './operations/tags.ts';
import { update } from './operations/update.ts';
import { beginUpload, endUpload, failUpload, recoverUploads } from './operations/upload.ts';
import type { ImageMessage } from './protocol.ts';

/** Derived memory of the image actor: how many images there are, in all and by the project that owns them. Changed in place. */
export interface ImageState {
  count: number;
  readonly byOwner: Map<string, number>;
}

/** Handles one message of the image actor. */
export function handle(state: ImageState, message: ImageMessage, ctx: Context): ImageState {
  switch (message.type) {
    // From instances, which are told the answer.
    case 'createSnapshot':
      createSnapshot(state, message, ctx);
      return state;
    case 'beginSnapshot':
      beginSnapshot(message, ctx);
      return state;
    case 'finishSnapshot':
      finishSnapshot(message, ctx);
      return state;
    case 'discardSnapshot':
      discardSnapshot(state, message, ctx);
      return state;
    case 'rotateBackups':
      rotateBackups(state, message, ctx);
      return state;
    default:
      return answer(state, message, ctx);
  }
}

type Asked = Exclude<
  ImageMessage,
  { readonly type: 'createSnapshot' | 'beginSnapshot' | 'finishSnapshot' | 'discardSnapshot' | 'rotateBackups' }
>;

function answer(state: ImageState, message: Asked, ctx: Context): ImageState {
  ctx.reply(outcome(state, message, ctx));
  return state;
}

function outcome(state: ImageState, message: Asked, ctx: Context): unknown {
  switch (message.type) {
    case 'create':
      return create(state, message, ctx);
    case 'ensureDefault':
      return ensureDefault(state, message, ctx);
    case 'update':
      return update(state, message, ctx);
    case 'delete':
      return remove(state, message, ctx);
    case 'beginUpload':
      return beginUpload(message, ctx);
    case 'endUpload':
      return endUpload(message, ctx);
    case 'failUpload':
      return failUpload(message, ctx);
    case 'recoverUploads':
      return recoverUploads(ctx);
    case 'deactivate':
      return setGivenOut(message, ctx, false);
    case 'reactivate':
      return setGivenOut(message, ctx, true);
    case 'addTag':
      return addTag(message, ctx);
    case 'removeTag':
      return removeTag(message, ctx);
    case 'addMember':
      return addMember(message, ctx);
    case 'setMemberStatus':
      return setMemberStatus(message, ctx);
    case 'removeMember':
      return removeMember(message, ctx);
  }
}
