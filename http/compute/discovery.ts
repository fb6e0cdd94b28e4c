import { NEWEST, OLDEST } from '../microversions.ts';
import type { Edition } from '../request.ts';

// The date at which the document of v2.1 last changed, as Nova has it (nova/api/openstack/compute/versions.py).
const UPDATED = '2013-07-23T11:33:21Z';

/** Nova's date of the same for legacy v2: when it was deprecated. */
const LEGACY_UPDATED = '2025-07-04T12:00:00Z';

const HEADS = {
  v2: { id: 'v2.0', status: 'DEPRECATED', version: '', min_version: '', updated: LEGACY_UPDATED },
  'v2.1': { id: 'v2.1', status: 'CURRENT', version: NEWEST, min_version: OLDEST, updated: UPDATED },
} as const;

const EDITIONS = ['v2', 'v2.1'] as const satisfies readonly Edition[];

const mediaTypes = (edition: Edition): readonly object[] => [
  { base: 'application/json', type: `application/vnd.openstack.compute+json;version=${edition.slice(1)}` },
];

/** The edition with the id of a version document, such as `v2.0`. */
export const editionOfId = (id: string): Edition | undefined => EDITIONS.find((edition) => HEADS[edition].id === id);

/** The versions of the API: answer of the service's root. `endpoint` has no slash at the end. */
export const versionList = (endpoint: string): unknown => ({
  versions: EDITIONS.map((edition) => ({
    ...HEADS[edition],
    links: [{ rel: 'self', href: `${endpoint}/${edition}/` }],
  })),
});

/** The document of v2.1 or v2: what clients negotiate from. */
export const versionDocument = (endpoint: string, edition: Edition): unknown => ({
  version: {
    ...HEADS[edition],
    links: [
      { rel: 'self', href: `${endpoint}/${edition}/` },
      { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' },
    ],
    'media-types': mediaTypes(edition),
  },
});

/** What could be meant by a path outside every version; `path` is the rest after the service's prefix. */
export const versionChoices = (endpoint: string, path: string): unknown => ({
  choices: EDITIONS.map((edition) => ({
    id: HEADS[edition].id,
    status: HEADS[edition].status,
    links: [{ rel: 'self', href: `${endpoint}/${edition}${path}` }],
    'media-types': mediaTypes(edition),
  })),
});
