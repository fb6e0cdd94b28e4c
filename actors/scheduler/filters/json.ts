import type { Filter } from '../filter.ts';
import { hostValue } from '../matching/host-state.ts';
import { parseQuery, satisfies } from '../matching/json-query.ts';

/** Keeps hosts whose state satisfies the hint `query`. Nova: `scheduler/filters/json_filter.py`. */
export const jsonFilter = (): Filter => ({
  name: 'JsonFilter',
  compile({ hints }, hosts) {
    const [text = ''] = hints?.['query'] ?? [];
    if (text === '') return undefined;
    const query = parseQuery(text);
    return (row) => query !== null && satisfies(query, (path) => hostValue(hosts, row, path));
  },
  reason: ({ hints }) =>
    parseQuery(hints?.['query']?.[0] ?? '') === null
      ? 'the hint query cannot be read'
      : 'does not satisfy the hint query',
});
