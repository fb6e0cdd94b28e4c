import type { Reader } from '../../runtime/store.ts';
import { instances } from '../instance/row.ts';
import { ImagePropertyCounts } from '../scheduler/image-property-counts.ts';
import type { SchedulerOptions } from '../scheduler/options.ts';
import { allocations } from './row.ts';

/** The properties of the images of what a cell has placed; null: with this multiplier nobody asks. */
export function readImageCounts({ multipliers }: SchedulerOptions, rows: Reader): ImagePropertyCounts | null {
  if (multipliers.image_props_weight_multiplier === 0) return null;
  const counts = new ImagePropertyCounts();
  for (const held of allocations.scan(rows)) {
    const { instanceId } = held;
    // One that moves has two: it is where its own is.
    const { host } = allocations.read(rows, instanceId) ?? held;
    counts.set(instanceId, host, instances.read(rows, instanceId)?.image?.properties);
  }
  return counts;
}
