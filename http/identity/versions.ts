/** The version of the Identity API that the bodies follow (Keystone 2020, Ussuri), as keystoneauth reads it. */
function version(base: string): object {
  return {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${base}/identity/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
}

/** The answer at `/identity`: the versions there are. Its status is 300, as Keystone's. */
export const versionsDocument = (base: string): object => ({ versions: { values: [version(base)] } });

/** The answer at `/identity/v3`. */
export const versionDocument = (base: string): object => ({ version: version(base) });
