import type { ContentError, ContentResult } from '../images.ts';

/** Wraps an error. */
export const refused = (error: ContentError): { readonly ok: false; readonly error: ContentError } => ({
  ok: false,
  error,
});

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Whether a call failed since the file is not there. */
export const isAbsent = (error: unknown): boolean => codeOf(error) === 'ENOENT';

/** What a failed call to the file system means. */
export function fileFailure(error: unknown): ContentResult<never> {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return refused({ code: 'StoreFull' });
  return refused({ code: 'StoreFailed', reason: error instanceof Error ? error.message : String(error) });
}
