import type { Context } from '../../runtime/context.ts';
import type { Reader } from '../../runtime/store.ts';
import { table } from '../../runtime/table.ts';
import { REGISTRY_MAIN, registry } from '../registry/protocol.ts';
import type { Aggregates, KnownAggregate } from '../scheduler/aggregates.ts';

/** By `aggregateKey`: what a cell was told of an aggregate. Owned by the cell. */
export const cellAggregates = table<KnownAggregate>({ name: 'cell-aggregate' });

/** By the name of the cell: it has asked to be told of aggregates. Owned by the cell. */
const cellSubscriptions = table<{ readonly cell: string }>({ name: 'cell-subscription' });

const prefixOf = (cell: string): string => `${cell}.`;
const aggregateKey = (cell: string, number: number): string => `${prefixOf(cell)}${String(number).padStart(10, '0')}`;

/** Fills in the aggregates that a cell was told of. */
export function readAggregates(cell: string, aggregates: Aggregates, rows: Reader): void {
  for (const aggregate of cellAggregates.scan(rows, { idPrefix: prefixOf(cell) })) aggregates.set(aggregate);
}

/**
 * Keeps an aggregate as it is now; null: it is gone. Telling it again changes nothing. Returns the hosts of which aggregates
 * are others now.
 */
export function keepAggregate(
  cell: string,
  aggregates: Aggregates,
  { number, aggregate }: { readonly number: number; readonly aggregate: KnownAggregate | null },
  ctx: Context,
): readonly string[] {
  ctx.put(cellAggregates, aggregateKey(cell, number), aggregate ?? undefined);
  return aggregate === null ? aggregates.delete(number) : aggregates.set(aggregate);
}

/** Asks the registry, once for all, to tell the cell of aggregates: those there are, and all changes. */
export function subscribeToAggregates(cell: string, ctx: Context): void {
  if (cellSubscriptions.read(ctx.rows, cell) !== undefined) return;
  ctx.put(cellSubscriptions, cell, { cell });
  ctx.tell(registry.at(REGISTRY_MAIN), { type: 'tellAggregates', cell });
}
