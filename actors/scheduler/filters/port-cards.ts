import type { ClaimRequest } from '../../cell/protocol.ts';
import { unservedOf } from '../../placement/candidates/match.ts';
import type { Filter } from '../filter.ts';
import { fitOn, wantedFit } from '../fit-wanted.ts';
import type { FitWanted } from '../host-fittings.ts';
import type { HostTable } from '../host-table.ts';
import type { SchedulerOptions } from '../options.ts';
import type { PciRequest } from '../pci/request.ts';
import { roomOfSuppliers } from '../provider-room.ts';
import { asksForCards, findCards, groveOfCards, interfaceOf, type OnCards } from '../same-card.ts';
import type { TreeQuery } from '../tree-query.ts';

/** What a request asks of cards. */
interface Asked {
  readonly query: TreeQuery;
  readonly wanted: FitWanted;
}

/** Undefined: it has no port that asks for both bandwidth and a device. */
function askedOfCards(request: ClaimRequest, hosts: HostTable, options: SchedulerOptions): Asked | undefined {
  if (request.ports?.some(({ bandwidthGroup }) => bandwidthGroup !== undefined) !== true) return undefined;
  const wanted = wantedFit(request, options);
  const query = hosts.trees.queryOf(request);
  return query !== undefined && wanted !== undefined && asksForCards(wanted.pci) ? { query, wanted } : undefined;
}

/** How a row's host serves a request with all that is to be of the same cards; undefined: nothing is, or it cannot. */
export function cardsOn(
  hosts: HostTable,
  row: number,
  request: ClaimRequest,
  options: SchedulerOptions,
): OnCards | undefined {
  const asked = askedOfCards(request, hosts, options);
  return asked && onCards(hosts, row, asked);
}

const onCards = (hosts: HostTable, row: number, { query, wanted }: Asked): OnCards | undefined =>
  findCards(hosts, row, query, wanted.pci, (pci) => fitOn(hosts, row, { ...wanted, pci }));

/**
 * Keeps hosts that give each port its bandwidth and its device of the same card. Nova tries one allocation candidate after the other:
 * `nova.network.neutron`, `update_pci_request_spec_with_allocated_interface_name`.
 */
export const portCards = (options: SchedulerOptions): Filter => ({
  name: 'port_cards',
  asks: 'costly',
  compile(request, hosts) {
    const asked = askedOfCards(request, hosts, options);
    return asked && ((row) => onCards(hosts, row, asked) !== undefined);
  },
  reason(request, hosts, row) {
    const asked = askedOfCards(request, hosts, options);
    if (asked === undefined) return '';
    const grove = groveOfCards(hosts, row, asked.wanted.pci);
    const unserved = new Map(unservedOf(grove, asked.query).map(({ suffix, resources }) => [suffix, resources]));
    const ports = asked.wanted.pci.filter(({ bandwidthGroup }) => bandwidthGroup !== undefined);
    const alone = ports.flatMap(({ source, specs, bandwidthGroup = '' }) => {
      const resources = unserved.get(bandwidthGroup);
      if (resources === undefined) return [];
      const classes = Object.keys(resources);
      const rooms = classes.map((name) => roomOfSuppliers(grove, name)).join('; ');
      const unnamed = [...grove.tree, ...grove.sharing]
        .filter(({ name, inventories }) => interfaceOf(name) === undefined && classes.some((one) => inventories[one]))
        .map(({ name }) => `; ${name} is not named <host>:<agent>:<interface>`);
      const amounts = Object.entries(resources).map(([name, amount]) => `${amount} ${name}`);
      return `has no card with ${amounts.join(' and ')} and a free device for port ${source} (${rooms}; ${freeAt(hosts, row, specs)}${unnamed[0] ?? ''})`;
    });
    if (alone.length > 0) return alone.join(', ');
    const told = ports.map(({ source, specs }) => `${source} (${freeAt(hosts, row, specs)})`).join(', ');
    return `has cards for each port, but not for all together and near enough: ${told}`;
  },
  summary: () => 'without a card that has both the bandwidth and a device for a port',
});

/** How many devices are free at which interfaces, in words. */
function freeAt(hosts: HostTable, row: number, specs: PciRequest['specs']): string {
  const free = [...hosts.fittings.byInterface(hosts.name(row), specs)].map(([name, count]) => `${name} (${count})`);
  return free.length === 0 ? 'no interface has a free device' : `devices are free at ${free.join(', ')}`;
}
