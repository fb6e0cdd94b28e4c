import { type Link, nextLink } from './links.ts';
import type { RequestContext } from './request.ts';

/** Most items of one page: Nova's [api]max_limit. */
export const PAGE_LENGTH_MAX = 1000;

/** A page that a client asks for. */
export interface Page {
  /** Most items of it; 0 is an empty page. */
  readonly limit: number;
  /** Id of the last item of the page before; null: from the beginning. */
  readonly marker: string | null;
}

/** The page of the parameters `limit` and `marker`, for collections with markers. */
export const pageOf = (
  query: { readonly limit?: number | undefined; readonly marker?: string | undefined },
  lengthMax = PAGE_LENGTH_MAX,
): Page => ({ limit: Math.min(query.limit ?? lengthMax, lengthMax), marker: query.marker ?? null });

/** The page of the parameters `limit` and `offset`, for collections without markers. Nova takes a limit of zero for none. */
export const offsetPageOf = (query: {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}): { readonly limit: number; readonly offset: number } => ({
  limit: Math.min(query.limit || PAGE_LENGTH_MAX, PAGE_LENGTH_MAX),
  offset: query.offset ?? 0,
});

/**
 * The links of a page, or undefined when it is not full, so that the key is left out of the body. As in Nova a page
 * that is just full has a next link although nothing follows.
 */
export const pageLinks = (
  context: Pick<RequestContext, 'endpoint' | 'projectInUrl' | 'edition' | 'search'>,
  path: string,
  page: Page,
  ids: readonly string[],
): readonly Link[] | undefined => {
  const last = ids.at(-1);
  return last === undefined || ids.length < page.limit ? undefined : [nextLink(context, path, last)];
};
