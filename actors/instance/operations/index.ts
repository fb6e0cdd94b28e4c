import type { Operation } from '../operation.ts';
import type { OperationName } from '../row.ts';
import { create } from './create.ts';
import { deleteInstance } from './delete.ts';
import { hardReboot, keepStopped, resumeGuest, softReboot, start, stop } from './power.ts';

/** Every operation by its name: the one table that code, answers and tests go by. */
export const OPERATIONS: { readonly [Name in OperationName]: Operation } = {
  create,
  delete: deleteInstance,
  start,
  stop,
  softReboot,
  hardReboot,
  resumeGuest,
  keepStopped,
};
