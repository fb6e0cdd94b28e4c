import * as v from 'valibot';
import { anything } from '../../parameter.ts';
import { lastOf, query, repeated } from '../../shape.ts';
import { always } from '../../stepped.ts';
import { positiveInteger } from '../parameter-types.ts';

const free = always(v.optional(anything));
const number = always(lastOf(positiveInteger));

/** Query of GET /images and /images/detail; filters by `property-…` are kept as they are. */
export const listImages = query(
  {
    name: free,
    status: free,
    'changes-since': free,
    server: free,
    type: free,
    minRam: free,
    minDisk: free,
    limit: number,
    page_size: always(repeated(positiveInteger)),
    marker: free,
    offset: always(repeated(positiveInteger)),
  },
  { unknown: 'keep' },
);
