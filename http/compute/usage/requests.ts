import { lastOf, query, repeated } from '../../shape.ts';
import { always, since, stepped } from '../../stepped.ts';
import { anyText, nonNegativeInteger } from '../parameter-types.ts';

const unknown = stepped('drop', ['2.75', 'refuse']);
const period = {
  start: always(repeated(anyText)),
  end: always(repeated(anyText)),
};
const page = {
  limit: since('2.40', lastOf(nonNegativeInteger)),
  marker: since('2.40', lastOf(anyText)),
};

/** Query of GET /os-simple-tenant-usage. */
export const listUsages = query({ ...period, detailed: always(repeated(anyText)), ...page }, { unknown });

/** Query of GET /os-simple-tenant-usage/{project}. */
export const showUsage = query({ ...period, ...page }, { unknown });
