import { type Aggregate, ZONE_KEY } from '../../../actors/registry/row.ts';
import { always, since } from '../../stepped.ts';
import { viewOf } from '../field-view.ts';
import { isoMicroseconds } from '../times.ts';

const plain = {
  availability_zone: always((aggregate: Aggregate) => aggregate.metadata[ZONE_KEY] ?? null),
  created_at: always((aggregate: Aggregate) => isoMicroseconds(aggregate.createdAtMs)),
  deleted: always(() => false),
  deleted_at: always(() => null),
  id: always((aggregate: Aggregate) => aggregate.number),
  name: always((aggregate: Aggregate) => aggregate.name),
  updated_at: always((aggregate: Aggregate) => isoMicroseconds(aggregate.updatedAtMs)),
  uuid: since('2.41', (aggregate: Aggregate) => aggregate.uuid),
};

/** An aggregate that was just made: Nova leaves out what it cannot have yet. */
export const newAggregateView = viewOf<Aggregate, null>(plain);

/** An aggregate. */
export const aggregateView = viewOf<Aggregate, null>({
  ...plain,
  hosts: always((aggregate) => aggregate.hosts),
  metadata: always((aggregate) => aggregate.metadata),
});
