import { NEWEST, OLDEST } from '../microversions.ts';

// The date at which the document of v2.1 last changed, as Nova has it (nova/api/openstack/compute/versions.py).
const UPDATED = '2013-07-23T11:33:21Z';
const ID = 'v2.1';
const MEDIA_TYPES = [{ base: 'application/json', type: 'application/vnd.openstack.compute+json;version=2.1' }] as const;

const head = { id: ID, status: 'CURRENT', version: NEWEST, min_version: OLDEST, updated: UPDATED } as const;

/** The versions of the API: answer of the service's root. `endpoint` has no slash at the end. */
export const versionList = (endpoint: string): unknown => ({
  versions: [{ ...head, links: [{ rel: 'self', href: `${endpoint}/v2.1/` }] }],
});

/** The document of v2.1: what clients negotiate from. */
export const versionDocument = (endpoint: string): unknown => ({
  version: {
    ...head,
    links: [
      { rel: 'self', href: `${endpoint}/v2.1/` },
      { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' },
    ],
    'media-types': MEDIA_TYPES,
  },
});

/** What could be meant by a path outside every version; `path` is the rest after the service's prefix. */
export const versionChoices = (endpoint: string, path: string): unknown => ({
  choices: [
    {
      id: ID,
      status: 'CURRENT',
      links: [{ rel: 'self', href: `${endpoint}/v2.1${path}` }],
      'media-types': MEDIA_TYPES,
    },
  ],
});
