import { failed, ok, type Result } from '../../runtime/result.ts';
import type { VolumeFault } from './faults.ts';

/** The newest microversion: 3.70. Of what came with the microversions, this service has what its routes and views show. */
const NEWEST_MINOR = 70;

/** The header by which a client asks for a microversion, and is told which one it got. */
export const VERSION_HEADER = 'OpenStack-API-Version';

/** The minor number that a request asks for. Cinder: `set_api_version_request` of api/openstack/wsgi.py. */
export function minorOf(header: string | undefined): Result<number, VolumeFault> {
  const wanted = header
    ?.split(',')
    .map((part) => part.trim().split(/\s+/))
    .find(([service]) => service === 'volume')?.[1];
  if (wanted === undefined) return ok(0);
  if (wanted === 'latest') return ok(NEWEST_MINOR);
  const [, major, minor] = /^([1-9]\d{0,3})\.(0|[1-9]\d{0,3})$/.exec(wanted) ?? [];
  if (major === undefined || minor === undefined) {
    const message = `API Version String ${wanted.slice(0, 50)} is of invalid format. Must be of format MajorNum.MinorNum.`;
    return failed({ status: 400, message });
  }
  if (major !== '3' || Number(minor) > NEWEST_MINOR) {
    const message = `Version ${wanted} is not supported by the API. Minimum is 3.0 and maximum is 3.${NEWEST_MINOR}.`;
    return failed({ status: 406, message });
  }
  return ok(Number(minor));
}

/** The versions of the service. */
export const versionsDocument = (base: string): object => ({
  versions: [
    {
      id: 'v3.0',
      status: 'CURRENT',
      version: `3.${NEWEST_MINOR}`,
      min_version: '3.0',
      updated: '2022-08-31T00:00:00Z',
      links: [
        { rel: 'describedby', type: 'text/html', href: 'https://docs.openstack.org/' },
        { rel: 'self', href: `${base}/v3/` },
      ],
      'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.volume+json;version=3' }],
    },
  ],
});
