import type { Reader } from '../../runtime/store.ts';
import type { ClaimRequest } from './protocol.ts';
import { allocations } from './row.ts';

/** The request with what it cannot know: where the instances are that its hints name. */
export function withHintedHosts(request: ClaimRequest, rows: Reader): ClaimRequest {
  const { hints } = request;
  if (hints === undefined) return request;
  const named = [...(hints['same_host'] ?? []), ...(hints['different_host'] ?? [])];
  if (named.length === 0) return request;
  const hintedHosts: Record<string, string> = {};
  for (const id of named) {
    const host = allocations.read(rows, id)?.host;
    if (host !== undefined) hintedHosts[id] = host;
  }
  return { ...request, hintedHosts };
}
