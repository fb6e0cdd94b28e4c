import type { Grove, Match } from '../placement/candidates/match.ts';
import type { Fitted } from './host-fittings.ts';
import type { HostTable } from './host-table.ts';
import type { PciRequest } from './pci/request.ts';
import { type HostSupplier, waysOf } from './provider-trees.ts';
import type { TreeQuery } from './tree-query.ts';

/** Choices of cards for which it is tried whether the guest fits with their devices: each may cost as much as a host. */
const CHOICES_MAX = 64;

/** How a host serves ports whose bandwidth and devices are of the same cards. */
export interface OnCards {
  readonly match: Match<HostSupplier>;
  readonly fitted: Fitted;
}

/** Whether of some device the bandwidth is asked for, too. */
export const asksForCards = (pci: readonly PciRequest[]): boolean =>
  pci.some(({ bandwidthGroup }) => bandwidthGroup !== undefined);

/**
 * The network interface that a provider gives the bandwidth of, by its name `<host>:<agent>:<interface>`; undefined: it is not
 * named so. Nova: `update_pci_request_spec_with_allocated_interface_name`.
 */
export function interfaceOf(providerName: string): string | undefined {
  const [, , name = '', ...more] = providerName.split(':');
  return name === '' || more.length > 0 ? undefined : name;
}

/** A host's providers, of which those of bandwidth for devices serve no more ports than devices of their cards are free. */
export function groveOfCards(hosts: HostTable, row: number, pci: readonly PciRequest[]): Grove<HostSupplier> {
  // Ports that ask for like devices compete for them.
  const free = new Map<string, ReadonlyMap<string, number>>();
  const kinds = new Map<string, string>();
  for (const { bandwidthGroup, specs } of pci) {
    if (bandwidthGroup === undefined) continue;
    const kind = JSON.stringify(specs);
    kinds.set(bandwidthGroup, kind);
    if (!free.has(kind)) free.set(kind, hosts.fittings.byInterface(hosts.name(row), specs));
  }
  return {
    ...hosts.trees.grove(hosts, row),
    accepts(suffix, { name }, beside) {
      const kind = kinds.get(suffix);
      if (kind === undefined) return true;
      const card = interfaceOf(name);
      if (card === undefined) return false;
      const others = beside.filter(
        (share) => kinds.get(share.suffix) === kind && interfaceOf(share.provider.name) === card,
      );
      return others.length < (free.get(kind)?.get(card) ?? 0);
    },
  };
}

/**
 * The first way in which a row's host serves a query so that each device is one of the card that gives its port's bandwidth;
 * undefined: there is none. `fit`: devices for requests that name their cards, and what goes with them.
 */
export function findCards(
  hosts: HostTable,
  row: number,
  query: TreeQuery,
  pci: readonly PciRequest[],
  fit: (pci: readonly PciRequest[]) => Fitted | undefined,
): OnCards | undefined {
  const tried = new Set<string>();
  for (const match of waysOf(groveOfCards(hosts, row, pci), query)) {
    const onCards = pci.map((request) => onCardOf(request, match));
    const cards = JSON.stringify(onCards.map(({ specs: [spec] }) => spec?.parentInterface ?? ''));
    if (tried.has(cards)) continue;
    if (tried.size >= CHOICES_MAX) return undefined;
    tried.add(cards);
    const fitted = fit(onCards);
    if (fitted !== undefined) return { match, fitted };
  }
  return undefined;
}

/** A request for devices of the card that gives the port its bandwidth. */
function onCardOf(request: PciRequest, match: Match<HostSupplier>): PciRequest {
  const { bandwidthGroup, specs } = request;
  if (bandwidthGroup === undefined) return request;
  const share = match.find(({ suffix }) => suffix === bandwidthGroup);
  const parentInterface = share && interfaceOf(share.provider.name);
  return parentInterface === undefined
    ? request
    : { ...request, specs: specs.map((spec) => ({ ...spec, parentInterface })) };
}
