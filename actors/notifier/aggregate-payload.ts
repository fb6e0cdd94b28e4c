import type { Aggregate } from '../registry/row.ts';
import { type NovaObject, novaObject } from './nova-object.ts';

/** An aggregate, as it is told. */
export const aggregatePayload = ({
  number,
  uuid,
  name,
  hosts,
  metadata,
}: Pick<Aggregate, 'number' | 'uuid' | 'name' | 'hosts' | 'metadata'>): NovaObject =>
  novaObject('AggregatePayload', { id: number, uuid, name, hosts, metadata });
