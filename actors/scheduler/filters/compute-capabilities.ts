import type { Filter } from '../filter.ts';
import type { HostTable } from '../host-table.ts';
import { meetsRequirement } from '../matching/extra-spec-operators.ts';
import { hostValue, isHostAttribute } from '../matching/host-state.ts';

/** What an extra spec asks of the state of a host. */
interface Wanted {
  readonly key: string;
  readonly path: readonly string[];
  readonly requirement: string;
}

/** The extra specs that are about hosts: `capabilities:…`, and those without a namespace that a host has. */
function wantedOf(extraSpecs: Readonly<Record<string, string>> = {}): readonly Wanted[] {
  return Object.entries(extraSpecs).flatMap(([key, requirement]): Wanted[] => {
    if (key === 'hw:maxphysaddr_bits')
      return [{ key, path: ['cpu_info', 'maxphysaddr', 'bits'], requirement: `>= ${requirement}` }];
    const [scope = '', ...path] = key.split(':');
    if (path.length === 0) return isHostAttribute(scope) ? [{ key, path: [scope], requirement }] : [];
    return scope === 'capabilities' ? [{ key, path, requirement }] : [];
  });
}

const meets = (hosts: HostTable, row: number, { path, requirement }: Wanted): boolean => {
  const value = hostValue(hosts, row, path);
  return value !== undefined && meetsRequirement(String(value), requirement);
};

/** Keeps hosts whose state is what the extra specs of the flavor require. Nova: `scheduler/filters/compute_capabilities_filter.py`. */
export const computeCapabilitiesFilter = (): Filter => ({
  name: 'ComputeCapabilitiesFilter',
  compile({ extraSpecs }, hosts) {
    if (extraSpecs === undefined) return undefined;
    const wanted = wantedOf(extraSpecs);
    return wanted.length === 0 ? undefined : (row) => wanted.every((one) => meets(hosts, row, one));
  },
  reason({ extraSpecs }, hosts, row) {
    const missed = wantedOf(extraSpecs).filter((one) => !meets(hosts, row, one));
    const told = missed.map(({ key, path, requirement }) => {
      const value = hostValue(hosts, row, path);
      return `${key} must be "${requirement}" and is ${value === undefined ? 'not known' : `"${value}"`}`;
    });
    return told.join(', ');
  },
});
