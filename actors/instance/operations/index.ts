import type { Operation } from '../operation.ts';
import type { OperationName } from '../row.ts';
import { changePassword } from './change-password.ts';
import { create } from './create.ts';
import { deleteInstance } from './delete.ts';
import { evacuate } from './evacuate.ts';
import { extendVolume } from './extend-volume.ts';
import { attachInterface, detachInterface } from './interfaces.ts';
import { liveMigrate } from './live-migrate.ts';
import { pause, unpause } from './pause.ts';
import { hardReboot, keepStopped, resumeGuest, softReboot, start, stop } from './power.ts';
import { rebuild } from './rebuild.ts';
import { rescue, unrescue } from './rescue.ts';
import { confirmResize, migrate, resize, restoreGuest, revertResize } from './resize.ts';
import { shelve, shelveOffload, unshelve } from './shelve.ts';
import { createBackup, createImage } from './snapshot.ts';
import { restore, softDelete } from './soft-delete.ts';
import { resume, suspend } from './suspend.ts';
import { swapVolume } from './swap-volume.ts';
import { attachVolume, detachVolume } from './volumes.ts';

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
  pause,
  unpause,
  suspend,
  resume,
  rescue,
  unrescue,
  rebuild,
  changePassword,
  createImage,
  createBackup,
  softDelete,
  restore,
  resize,
  migrate,
  confirmResize,
  revertResize,
  restoreGuest,
  evacuate,
  liveMigrate,
  shelve,
  shelveOffload,
  unshelve,
  attachVolume,
  detachVolume,
  swapVolume,
  extendVolume,
  attachInterface,
  detachInterface,
};
