import { multiplierOf } from '../multiplier.ts';
import type { SchedulerOptions } from '../options.ts';
import type { Weigher } from '../weigher.ts';

/**
 * Keeps moves inside their cell. A move asks the cell of its instance alone here, so all hosts that it is asked about weigh
 * the same. Nova: `scheduler/weights/cross_cell.py`.
 */
export const crossCellWeigher = (options: SchedulerOptions): Weigher => ({
  name: 'CrossCellWeigher',
  compile: () => undefined,
  multiplier: multiplierOf('cross_cell_move_weight_multiplier', options),
});
