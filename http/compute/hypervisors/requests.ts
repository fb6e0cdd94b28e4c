import { lastOf, query, single } from '../../shape.ts';
import { followedBy, since, stepped } from '../../stepped.ts';
import { anyText, boolean, fqdn, nonNegativeInteger } from '../parameter-types.ts';

const unknown = stepped('drop', ['2.53', 'refuse']);

/** Query of GET /os-hypervisors and /os-hypervisors/detail. */
export const listHypervisors = query(
  {
    limit: followedBy(since('2.33', lastOf(nonNegativeInteger)), '2.53', stepped(single(nonNegativeInteger))),
    marker: followedBy(since('2.33', lastOf(anyText)), '2.53', stepped(single(anyText))),
    hypervisor_hostname_pattern: since('2.53', single(fqdn)),
    with_servers: since('2.53', single(boolean)),
  },
  { unknown },
);

/** Query of GET /os-hypervisors/{id}. */
export const showHypervisor = query({ with_servers: since('2.53', single(boolean)) }, { unknown });
