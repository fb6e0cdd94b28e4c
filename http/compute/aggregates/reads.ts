import { instances } from '../../../actors/instance/row.ts';
import type { OccupiedHosts } from '../../../actors/registry/protocol.ts';
import { type Aggregate, aggregates, numberKey } from '../../../actors/registry/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { echoed, type Refusal, refuse } from '../../reply.ts';

/** The number that a path gives, or the refusal of what is none. */
const numberIn = (id: string): number | Refusal => {
  if (!/^\s*[+-]?\d+\s*$/.test(id)) return refuse({ code: 'InvalidInput', reason: 'id must be an integer' });
  const number = Number(id);
  return Number.isSafeInteger(number) && number > 0 ? number : notFound(id);
};

const notFound = (id: string): Refusal => refuse({ code: 'AggregateNotFound', aggregateId: echoed(id) });

/** The aggregate that a path names. */
export const findAggregate = (reader: Reader, id: string): Aggregate | Refusal => {
  const number = numberIn(id);
  if (typeof number !== 'number') return number;
  return aggregates.read(reader, numberKey(number)) ?? notFound(id);
};

/** How many instances each of these hosts has; hosts without any are left out. */
export const occupiedAmong = (reader: Reader, hosts: readonly string[]): OccupiedHosts => {
  const counts: [string, number][] = hosts.map((host) => {
    let count = 0;
    for (const _ of instances.ids(reader, 'byHost', [host])) count += 1;
    return [host, count];
  });
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
};
