import { ListenRefused, SchemaMismatch, SettingsRefused, StateDirectoryRefused } from '../index.ts';

/** Whether an error is the user's to mend: it is told in a line. Others are bugs and keep their stack. */
export function isRefusal(error: unknown): error is Error {
  if (error instanceof SettingsRefused || error instanceof StateDirectoryRefused) return true;
  if (error instanceof ListenRefused || error instanceof SchemaMismatch) return true;
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
