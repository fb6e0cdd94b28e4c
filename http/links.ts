import type { RequestContext } from './request.ts';

/** A link of a body. */
export interface Link {
  readonly rel: 'self' | 'bookmark' | 'next' | 'describedby';
  readonly href: string;
}

/** The parts of a request that links are made of. */
export type LinkContext = Pick<RequestContext, 'endpoint' | 'projectInUrl' | 'edition'>;

const projectPart = (context: LinkContext): string => (context.projectInUrl === null ? '' : `/${context.projectInUrl}`);

/** Address of a thing under the current version. The project is in it only if the request's URL has it. */
export const selfHref = (context: LinkContext, collection: string, id: string): string =>
  `${context.endpoint}/${context.edition}${projectPart(context)}/${collection}/${encodeURIComponent(id)}`;

/** Address of a thing that does not change with the version. */
export const bookmarkHref = (context: LinkContext, collection: string, id: string): string =>
  `${context.endpoint}${projectPart(context)}/${collection}/${encodeURIComponent(id)}`;

/** The two links that most things have. */
export const selfAndBookmark = (context: LinkContext, collection: string, id: string): readonly Link[] => [
  { rel: 'self', href: selfHref(context, collection, id) },
  { rel: 'bookmark', href: bookmarkHref(context, collection, id) },
];

/**
 * The link to the next page: all parameters of the request, sorted by name, with the marker of the last item. `path` is
 * that of the collection without a slash in front, such as `servers/detail`.
 */
export const nextLink = (context: LinkContext & Pick<RequestContext, 'search'>, path: string, marker: string): Link => {
  const last = new Map(new URLSearchParams(context.search));
  last.set('marker', marker);
  const sorted = [...last].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const search = new URLSearchParams(sorted).toString();
  return { rel: 'next', href: `${context.endpoint}/${context.edition}${projectPart(context)}/${path}?${search}` };
};
