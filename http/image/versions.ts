/** Versions whose requests are understood; clients take the newest. Later ones of Glance add stores, quotas and caching. */
const VERSIONS: readonly { readonly id: string; readonly status: 'CURRENT' | 'SUPPORTED' }[] = [
  { id: 'v2.9', status: 'CURRENT' },
  { id: 'v2.7', status: 'SUPPORTED' },
  { id: 'v2.6', status: 'SUPPORTED' },
  { id: 'v2.5', status: 'SUPPORTED' },
  { id: 'v2.4', status: 'SUPPORTED' },
  { id: 'v2.3', status: 'SUPPORTED' },
  { id: 'v2.2', status: 'SUPPORTED' },
  { id: 'v2.1', status: 'SUPPORTED' },
  { id: 'v2.0', status: 'SUPPORTED' },
];

/** The version document. `base` is the address of the service. Glance: GET /versions. */
export const versionsDocument = (base: string): unknown => ({
  versions: VERSIONS.map((version) => ({ ...version, links: [{ rel: 'self', href: `${base}/v2/` }] })),
});
