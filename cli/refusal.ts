import { ControlRefused } from '../composition/control-path.ts';
import { ListenRefused, SchemaMismatch, SettingsRefused, StateDirectoryRefused } from '../index.ts';
import { DamagedRow } from '../runtime/store.ts';
import { PlanRefused } from '../simulation/plan-refused.ts';
import { DamagedFile } from '../storage/file-check.ts';
import { BackupRefused } from '../storage/manifest.ts';
import { StoreBroken, StoreFull, StoreIo } from '../storage/store-failure.ts';
import { CommandRefused } from './command-refused.ts';

/** Whether an error is the user's to mend: it is told in a line. Others are bugs and keep their stack. */
export function isRefusal(error: unknown): error is Error {
  if (error instanceof SettingsRefused || error instanceof StateDirectoryRefused) return true;
  if (error instanceof ListenRefused || error instanceof SchemaMismatch) return true;
  if (error instanceof DamagedFile || error instanceof DamagedRow || error instanceof BackupRefused) return true;
  if (error instanceof StoreFull || error instanceof StoreIo || error instanceof StoreBroken) return true;
  if (error instanceof PlanRefused || error instanceof ControlRefused || error instanceof CommandRefused) return true;
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
