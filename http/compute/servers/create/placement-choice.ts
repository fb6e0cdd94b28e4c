import { type Host, hosts } from '../../../../actors/host/row.ts';
import type { Reader } from '../../../../runtime/store.ts';
import { type Refusal, refuse, refuseWith } from '../../../reply.ts';
import type { RequestContext } from '../../../request.ts';
import type { NewServer } from '../requests.ts';

/** Where a server is to go. Null: wherever there is room. */
export interface ChosenPlace {
  readonly zone: string | null;
  readonly host: string | null;
  /** The host was named with its zone, which only administrators may: no filter is asked about it. */
  readonly isHostForced: boolean;
}

/** Reads and checks `availability_zone` (also `zone:host:node`), `host` and `hypervisor_hostname`. */
export const placementChoice = (asked: NewServer, request: RequestContext, reader: Reader): ChosenPlace | Refusal => {
  const parsed = parseZone(asked.availability_zone);
  if (parsed === null) return refuseWith(400, 'Invalid input received: Unable to parse availability_zone');
  const { zone, host, node } = parsed;
  const isForced = host !== null || node !== null;
  if (isForced) {
    const refusal = request.refusalOf('os_compute_api:servers:create:forced_host');
    if (refusal !== null) return refusal;
  }
  const { host: wantedHost = null, hypervisor_hostname: wantedNode = null } = asked;
  const isRequested = wantedHost !== null || wantedNode !== null;
  if (isRequested) {
    const refusal = request.refusalOf('compute:servers:create:requested_destination');
    if (refusal !== null) return refusal;
    if (isForced) {
      return refuseWith(
        400,
        'One mechanism with host and/or hypervisor_hostname and another mechanism with zone:host:node are mutually exclusive.',
      );
    }
  }
  if (zone !== null && !hasZone(reader, zone)) return refuse({ code: 'AvailabilityZoneNotFound', name: zone });
  if (!isForced && !isRequested) return { zone, host: null, isHostForced: false };
  const found = findHost(reader, host ?? wantedHost, node ?? wantedNode);
  if (found === null) {
    const name = host ?? wantedHost ?? node ?? wantedNode;
    return refuseWith(400, `Compute host ${name} could not be found.`);
  }
  return { zone, host: found.name, isHostForced: isForced };
};

/** `zone`, `zone:host`, `zone:host:node` or `zone::node`; the zone may be empty. Null: none of these. */
const parseZone = (
  text: string | undefined,
): { readonly zone: string | null; readonly host: string | null; readonly node: string | null } | null => {
  const [zone = '', host = '', node = '', ...more] = (text ?? '').split(':');
  if (more.length > 0) return null;
  const orNull = (part: string): string | null => (part === '' ? null : part);
  return { zone: orNull(zone), host: orNull(host), node: orNull(node) };
};

/** Whether a zone has a host that takes new servers. */
const hasZone = (reader: Reader, zone: string): boolean => {
  for (const host of hosts.scan(reader)) if (host.zone === zone && !host.disabled) return true;
  return false;
};

const nodeOf = (host: Host): string => host.inventory?.hypervisorHostname ?? host.name;

const findHost = (reader: Reader, name: string | null, node: string | null): Host | null => {
  if (name !== null) {
    const host = hosts.read(reader, name);
    return host !== undefined && (node === null || nodeOf(host) === node) ? host : null;
  }
  for (const host of hosts.scan(reader)) if (nodeOf(host) === node) return host;
  return null;
};
