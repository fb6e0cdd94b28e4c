import { failed, type Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { type ComputeError, computeErrorOf } from '../errors.ts';
import { limits } from '../limits.ts';
import { CELL_MAPPING_MAIN, type CellMappingMessage, type CellRefusal, cellMapping } from './protocol.ts';
import type { CellChange } from './row.ts';

type Done = Promise<Result<null, CellRefusal | ComputeError>>;

async function ask(system: ActorSystem, message: CellMappingMessage): Done {
  const outcome = await system.ask(cellMapping.at(CELL_MAPPING_MAIN), message, { deadlineMs: limits.askMs });
  return outcome.ok ? outcome.value : failed(computeErrorOf(outcome.error));
}

/** Says which cells there are, with the hosts that are new in them. Safe to repeat. */
export const ensureCells = (
  system: ActorSystem,
  cells: readonly { readonly name: string; readonly hosts: readonly string[] }[],
): Done => ask(system, { type: 'ensureCells', cells });

/** Makes a cell known that the next start will run. Errors: CellExists. */
export const createCell = (system: ActorSystem, cell: string, disabled: boolean): Done =>
  ask(system, { type: 'createCell', cell, disabled });

/** Takes a cell out of scheduling or back, or notes that it is stopped or away. Errors: CellNotFound, CellInUse. */
export const changeCell = (system: ActorSystem, cell: string, change: CellChange): Done =>
  ask(system, { type: 'changeCell', cell, change });

/** Forgets a cell; `force`: also when it has hosts. Errors: CellNotFound, CellInUse. */
export const deleteCell = (system: ActorSystem, cell: string, force: boolean): Done =>
  ask(system, { type: 'deleteCell', cell, force });

/** Forgets that a host belongs to a cell. Errors: HostNotMapped. */
export const deleteHost = (system: ActorSystem, cell: string, host: string): Done =>
  ask(system, { type: 'deleteHost', cell, host });
