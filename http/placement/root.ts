import { MAX_VERSION, MIN_VERSION } from './microversion.ts';
import { route } from './route.ts';

/** The versions document. It needs no token. */
const VERSIONS = {
  versions: [
    {
      id: `v${MIN_VERSION}`,
      max_version: MAX_VERSION,
      min_version: MIN_VERSION,
      // There is only one, and clients of it are never sent elsewhere: the address is the one that was asked.
      status: 'CURRENT',
      links: [{ rel: 'self', href: '' }],
    },
  ],
};

export const rootRoutes = [
  route({
    method: 'GET',
    path: '/',
    ignoresAccept: true,
    policy: null,
    handler: () => ({ status: 200, body: VERSIONS, modifiedMs: 'now' }),
  }),
];
