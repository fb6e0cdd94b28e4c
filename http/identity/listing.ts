import { IDENTITY_HTTP_LIMITS } from './limits.ts';
import { type IdentityAnswer, type OpenRequest, refuse, reply } from './route.ts';

/** Answers with a list: `limit` of the query bounds it, and `truncated` says that there is more. Keystone has no pages. */
export function listReply<Row>(
  request: OpenRequest,
  collection: string,
  rows: Iterable<Row>,
  view: (row: Row) => object,
): IdentityAnswer {
  const asked = request.query('limit');
  if (asked !== undefined && !/^\d{1,9}$/.test(asked))
    return refuse(400, "Invalid input for field 'limit': It must be a number.");
  const lengthMax = Math.min(
    Number(asked ?? IDENTITY_HTTP_LIMITS.listLengthMax) || IDENTITY_HTTP_LIMITS.listLengthMax,
    IDENTITY_HTTP_LIMITS.listLengthMax,
  );
  const shown: object[] = [];
  let truncated = false;
  for (const row of rows) {
    if (shown.length === lengthMax) {
      truncated = true;
      break;
    }
    shown.push(view(row));
  }
  const links = { next: null, self: `${request.base}/identity/v3/${collection}`, previous: null };
  return reply({ [collection]: shown, links, ...(truncated ? { truncated } : {}) });
}

/** A filter for true or false as Keystone reads it; null when the query does not have it. */
export function flag(request: OpenRequest, name: string): boolean | null {
  const text = request.query(name);
  return text === undefined ? null : !['0', 'false', 'no', 'off', 'f', 'n'].includes(text.toLowerCase());
}
