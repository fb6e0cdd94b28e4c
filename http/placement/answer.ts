/** What a handler answers with. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON; absent: an empty answer. */
  readonly body?: object;
  /** Path below the service of what the answer is about; sent as a whole URL. */
  readonly location?: string;
  /** From 1.15: when it was changed last, in milliseconds; `now` for what is put together. Absent: no cache headers. */
  readonly modifiedMs?: number | 'now';
}

/** Placement's codes of problems. Source: `placement.json`, `error_codes`. */
export type ProblemCode =
  | 'placement.undefined_code'
  | 'placement.inventory.inuse'
  | 'placement.concurrent_update'
  | 'placement.duplicate_name'
  | 'placement.resource_provider.inuse'
  | 'placement.resource_provider.cannot_delete_parent'
  | 'placement.resource_provider.not_found'
  | 'placement.query.duplicate_key'
  | 'placement.query.bad_value'
  | 'placement.query.missing_value';

/** Why a request was refused. Details are in English only, as in Placement. */
export interface Problem {
  readonly kind: 'problem';
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  /** Sent as it is, for a client that may try again or otherwise. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Raised outside of a handler: the answer does not say that it varies with the version. */
  readonly isOutside?: true;
}

/** Longest detail, in UTF-16 units: bounds what a hostile request makes us send back. */
const DETAIL_LENGTH_MAX = 4096;

const bounded = (text: string): string =>
  text.length <= DETAIL_LENGTH_MAX ? text : `${text.slice(0, DETAIL_LENGTH_MAX)}...`;

export const problem = (
  status: number,
  detail: string,
  code: ProblemCode = 'placement.undefined_code',
  more: Pick<Problem, 'headers' | 'isOutside'> = {},
): Problem => ({ kind: 'problem', status, detail: bounded(detail), code, ...more });

export const isProblem = (value: object): value is Problem => 'kind' in value && value.kind === 'problem';

/** What webob calls a status, and what it says about it. Source: webob/exc.py. */
const STATUSES: Readonly<Record<number, readonly [title: string, explanation: string]>> = {
  400: [
    'Bad Request',
    'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  ],
  403: ['Forbidden', 'Access was denied to this resource.'],
  404: ['Not Found', 'The resource could not be found.'],
  409: ['Conflict', 'There was a conflict when trying to complete your request.'],
  413: ['Request Entity Too Large', 'The body of your request was too large for this server.'],
  503: ['Service Unavailable', 'The server is currently unavailable. Please try again at a later time.'],
};
const OTHER = [
  'Internal Server Error',
  'The server has either erred or is incapable of performing the requested operation.',
] as const;

/** What of a request three of webob's texts repeat. */
export interface Asked {
  readonly method: string;
  readonly contentType: string;
}

/** Title and whole detail of a problem, put together as webob does. */
export function wordsOf(
  { status, detail }: Problem,
  { method, contentType }: Asked,
): { title: string; detail: string } {
  switch (status) {
    case 405:
      return {
        title: 'Method Not Allowed',
        detail: `The method ${method} is not allowed for this resource. \n\n ${detail}`,
      };
    case 406:
      return {
        title: 'Not Acceptable',
        detail: `The resource could not be generated that was acceptable to your browser (content of type application/json. \n\n ${detail}`,
      };
    case 415:
      return {
        title: 'Unsupported Media Type',
        detail: `The request media type ${bounded(contentType)} is not supported by this server. \n\n ${detail}`,
      };
    default: {
      const [title, explanation] = STATUSES[status] ?? OTHER;
      return { title, detail: `${explanation}\n\n ${detail}  ` };
    }
  }
}
