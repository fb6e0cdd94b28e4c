import { INTERNAL_ZONE, type Service } from '../services/reads.ts';
import { isoMicroseconds } from '../times.ts';

/** A zone as the API shows it. `hosts` null: not shown. */
export interface ZoneBody {
  readonly zoneName: string;
  readonly zoneState: { readonly available: boolean };
  readonly hosts: Readonly<Record<string, Readonly<Record<string, object>>>> | null;
}

interface Zone {
  readonly name: string;
  readonly services: readonly Service[];
}

const byName = ({ name: a }: Zone, { name: b }: Zone): number => (a < b ? -1 : a > b ? 1 : 0);

/** Zones that have an enabled service, by name, then the others: so they are told apart by Nova. */
const zonesOf = (services: readonly Service[]): { readonly available: Zone[]; readonly others: Zone[] } => {
  const byZone = new Map<string, Service[]>();
  for (const service of services) {
    const known = byZone.get(service.zone);
    if (known === undefined) byZone.set(service.zone, [service]);
    else known.push(service);
  }
  const zones = [...byZone].map(([name, members]): Zone => ({ name, services: members })).sort(byName);
  const isAvailable = (zone: Zone): boolean => zone.services.some((service) => !service.disabled);
  return { available: zones.filter(isAvailable), others: zones.filter((zone) => !isAvailable(zone)) };
};

/** The zones that servers can be asked into. */
export const zoneList = (services: readonly Service[]): readonly ZoneBody[] => {
  const { available, others } = zonesOf(services);
  const show =
    (isAvailable: boolean) =>
    ({ name }: Zone): ZoneBody => ({ zoneName: name, zoneState: { available: isAvailable }, hosts: null });
  const isPublic = ({ name }: Zone): boolean => name !== INTERNAL_ZONE;
  return [...available.filter(isPublic).map(show(true)), ...others.filter(isPublic).map(show(false))];
};

const hostsOf = ({ services }: Zone): ZoneBody['hosts'] => {
  const hosts: Record<string, Record<string, object>> = {};
  for (const { host, binary, disabled, state, updatedAtMs } of services) {
    hosts[host] = {
      ...hosts[host],
      [binary]: { active: !disabled, available: state === 'up', updated_at: isoMicroseconds(updatedAtMs) },
    };
  }
  return hosts;
};

/** All zones with their hosts, also the one of the controller's own services. */
export const zoneDetail = (services: readonly Service[]): readonly ZoneBody[] => {
  const { available, others } = zonesOf(services);
  return [
    ...available.map((zone) => ({ zoneName: zone.name, zoneState: { available: true }, hosts: hostsOf(zone) })),
    ...others.map((zone) => ({ zoneName: zone.name, zoneState: { available: false }, hosts: null })),
  ];
};
