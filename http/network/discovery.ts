/** The versions of the service. Neutron: the document at the root. */
export const versionsDocument = (endpoint: string) => ({
  versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: `${endpoint}/v2.0/` }] }],
});

/** The collections of version 2.0. */
export const resourcesDocument = (
  endpoint: string,
  resources: readonly { readonly singular: string; readonly path: string }[],
) => ({
  resources: resources.map(({ singular, path }) => ({
    name: singular,
    collection: path,
    links: [{ rel: 'self', href: `${endpoint}/v2.0/${path}` }],
  })),
});
