import type { Context } from '../../../runtime/context.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import type { ImageError } from '../errors.ts';
import type { ImageState } from '../handle.ts';
import type { ImageChange, ImageMessage } from '../protocol.ts';
import type { ImageRow, Requester } from '../row.ts';
import { forbidden, type Of, ownImage, write } from './change.ts';
import { count } from './owners.ts';
import { checkedImage } from './rules.ts';

/** Changes attributes and properties. Glance: PATCH /v2/images/{id}. */
export function update(
  state: ImageState,
  { by, imageId, changes }: Of<ImageMessage, 'update'>,
  ctx: Context,
): Result<ImageRow, ImageError> {
  const found = ownImage(ctx, by, imageId);
  if (!found.ok || changes.length === 0) return found;
  let row = found.value;
  for (const change of changes) {
    const changed = apply(row, change, by);
    if (!changed.ok) return changed;
    row = changed.value;
  }
  const checked = checkedImage(row);
  if (!checked.ok) return checked;
  if (row.owner !== found.value.owner) {
    count(state, found.value.owner, -1);
    count(state, row.owner, 1);
  }
  return write(ctx, found.value, checked.value);
}

function apply(row: ImageRow, change: ImageChange, by: Requester): Result<ImageRow, ImageError> {
  switch (change.kind) {
    case 'attributes': {
      const next = { ...row, ...change.attributes };
      if (next.visibility !== row.visibility && next.visibility === 'public' && !by.isAdmin)
        return forbidden('Only an administrator publishes an image.');
      if (next.owner !== row.owner && !by.isAdmin) return forbidden('Only an administrator changes the owner.');
      for (const format of ['diskFormat', 'containerFormat'] as const) {
        if (next[format] !== row[format] && row.status !== 'queued')
          return forbidden(
            `Attribute ${format === 'diskFormat' ? 'disk_format' : 'container_format'} can only be replaced while the image is queued.`,
          );
      }
      return ok(next);
    }
    case 'setProperty':
      if (change.mustExist && !Object.hasOwn(row.properties, change.name))
        return failed({ code: 'PropertyNotFound', name: change.name });
      return ok({ ...row, properties: { ...row.properties, [change.name]: change.value } });
    case 'removeProperty': {
      if (!Object.hasOwn(row.properties, change.name)) return failed({ code: 'PropertyNotFound', name: change.name });
      const { [change.name]: _, ...properties } = row.properties;
      return ok({ ...row, properties });
    }
  }
}
