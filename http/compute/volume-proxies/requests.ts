import * as v from 'valibot';
import { anything, integer, map, text } from '../../parameter.ts';
import { lastOf, query, shape } from '../../shape.ts';
import { always } from '../../stepped.ts';
import * as types from '../parameter-types.ts';

const short = v.optional(text());

/** Body of POST /os-volumes. Lengths are the volume service's affair. */
export const createVolume = shape('volume', {
  volume_type: always(short),
  metadata: always(v.optional(map('', anything))),
  snapshot_id: always(short),
  size: always(integer({ pattern: '^[0-9]+$', minimum: 1 })),
  availability_zone: always(short),
  display_name: always(short),
  display_description: always(short),
});

/** Body of POST /os-snapshots. */
export const createSnapshot = shape('snapshot', {
  volume_id: always(text()),
  force: always(v.optional(types.boolean)),
  display_name: always(short),
  display_description: always(short),
});

/** Query of the lists. */
export const listQuery = query(
  { limit: always(lastOf(types.nonNegativeInteger)), offset: always(lastOf(types.nonNegativeInteger)) },
  { unknown: 'drop' },
);

/** Query of one. */
export const showQuery = query({}, { unknown: 'drop' });
