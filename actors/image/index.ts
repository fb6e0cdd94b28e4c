import type { ActorKind } from '../../runtime/actor.ts';
import { handle, type ImageState } from './handle.ts';
import type { ImageMessage } from './protocol.ts';
import { images } from './row.ts';

/** The image service's registry: one actor, `image/main`, that owns all images and their members. */
export const imageKind: ActorKind<ImageState, ImageMessage> = {
  kind: 'image',
  activate: (_id, rows) => {
    let count = 0;
    for (const _ of images.ids(rows, 'byCreated', [])) count++;
    return { count };
  },
  handle,
};
