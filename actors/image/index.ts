import type { ActorKind } from '../../runtime/actor.ts';
import { handle, type ImageState } from './handle.ts';
import { count } from './operations/owners.ts';
import type { ImageMessage } from './protocol.ts';
import { images } from './row.ts';

/** The image service's registry: one actor, `image/main`, that owns all images and their members. */
export const imageKind: ActorKind<ImageState, ImageMessage> = {
  kind: 'image',
  activate: (_id, rows) => {
    const state: ImageState = { count: 0, byOwner: new Map() };
    for (const { owner } of images.scan(rows)) count(state, owner, 1);
    return state;
  },
  handle,
};
