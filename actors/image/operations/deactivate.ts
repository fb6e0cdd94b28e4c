import type { Context } from '../../../runtime/context.ts';
import type { Result } from '../../../runtime/result.ts';
import type { ImageError } from '../errors.ts';
import type { ImageMessage } from '../protocol.ts';
import type { ImageRow } from '../row.ts';
import { forbidden, invalidState, type Of, ownImage, write } from './change.ts';

/** Stops (`deactivated`) or resumes (`active`) giving out the bytes. Glance: actions deactivate and reactivate, for administrators. */
export function setGivenOut(
  { by, imageId }: Of<ImageMessage, 'deactivate' | 'reactivate'>,
  ctx: Context,
  givenOut: boolean,
): Result<ImageRow, ImageError> {
  const found = ownImage(ctx, by, imageId);
  if (!found.ok) return found;
  if (!by.isAdmin) return forbidden('Only an administrator deactivates or reactivates an image.');
  const row = found.value;
  if (row.status !== 'active' && row.status !== 'deactivated')
    return invalidState(row, givenOut ? 'reactivate' : 'deactivate');
  const status = givenOut ? 'active' : 'deactivated';
  return row.status === status ? found : write(ctx, row, { status });
}
