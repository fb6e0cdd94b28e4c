import type { ClaimRequest, RequestedGroup } from '../../../actors/cell/protocol.ts';

/** What a provider has of a resource class. */
export interface PlainInventory {
  total: number;
  reserved: number;
  allocationRatio: number;
}

/** A provider, said plainly. */
export interface PlainProvider {
  readonly id: string;
  /** Who it stands below; null: nobody. */
  readonly parent: PlainProvider | null;
  inventories: Record<string, PlainInventory>;
  used: Record<string, number>;
  traits: readonly string[];
}

/** A host with all who may serve for it. */
export interface PlainTree extends PlainProvider {
  readonly below: readonly PlainProvider[];
  readonly sharing: readonly PlainProvider[];
}

/** What one provider is to give; of the group without a suffix each class by itself. */
interface Part {
  readonly group: RequestedGroup;
  readonly resources: Readonly<Record<string, number>>;
}

function hasRoom({ inventories, used }: PlainProvider, name: string, amount: number): boolean {
  const inventory = inventories[name];
  if (inventory === undefined) return false;
  if (amount > inventory.total) return false;
  const capacity = Math.trunc((inventory.total - inventory.reserved) * inventory.allocationRatio);
  return (used[name] ?? 0) + amount <= capacity;
}

function partsOf({ demand, resources, requiredTraits = [], forbiddenTraits = [], granular }: ClaimRequest): Part[] {
  const plain = { VCPU: demand.vcpus, MEMORY_MB: demand.memoryMib, DISK_GB: demand.diskGib, ...resources };
  const group = { suffix: '', resources: {}, requiredTraits, forbiddenTraits };
  const parts: Part[] = [];
  for (const [name, amount] of Object.entries(plain))
    if (amount > 0) parts.push({ group, resources: { [name]: amount } });
  for (const one of granular?.groups ?? []) parts.push({ group: one, resources: one.resources });
  return parts;
}

/** Whether a provider stands at or below another one. */
function isBelow(provider: PlainProvider, top: PlainProvider): boolean {
  for (let at: PlainProvider | null = provider; at !== null; at = at.parent) if (at === top) return true;
  return false;
}

/** Whether these providers, one for each part, are what a request asks for. */
function isServed(parts: readonly Part[], chosen: readonly PlainProvider[], { granular }: ClaimRequest): boolean {
  const of = (suffix: string): readonly PlainProvider[] =>
    chosen.filter((_, index) => parts[index]?.group.suffix === suffix);
  for (const { group } of parts) {
    const traits = of(group.suffix).flatMap((provider) => provider.traits);
    if (group.requiredTraits.some((trait) => !traits.includes(trait))) return false;
    if (group.forbiddenTraits.some((trait) => traits.includes(trait))) return false;
  }
  for (const provider of chosen) {
    const sums: Record<string, number> = {};
    for (const [index, one] of chosen.entries())
      if (one === provider)
        for (const [name, amount] of Object.entries(parts[index]?.resources ?? {}))
          sums[name] = (sums[name] ?? 0) + amount;
    if (Object.entries(sums).some(([name, amount]) => !hasRoom(provider, name, amount))) return false;
  }
  const ofGroups = chosen.filter((_, index) => parts[index]?.group.suffix !== '');
  if (granular?.policy === 'isolate' && new Set(ofGroups).size < ofGroups.length) return false;
  return (granular?.sameSubtrees ?? []).every((suffixes) => {
    const all = suffixes.flatMap(of);
    return all.length === 0 || all.some((top) => all.every((provider) => isBelow(provider, top)));
  });
}

/** Whether a host and who may serve for it can serve a request: every way to do it is tried. */
export function canServe(host: PlainTree, request: ClaimRequest): boolean {
  const { requiredTraits = [], forbiddenTraits = [] } = request;
  const parts = partsOf(request);
  // Who asks for nothing of that kind asks for the host's own traits.
  if (parts.every(({ group }) => group.suffix !== '')) {
    if (requiredTraits.some((trait) => !host.traits.includes(trait))) return false;
    if (forbiddenTraits.some((trait) => host.traits.includes(trait))) return false;
  }
  const able = parts.map(({ resources }) =>
    [host, ...host.below, ...host.sharing].filter((provider) =>
      Object.entries(resources).every(([name, amount]) => hasRoom(provider, name, amount)),
    ),
  );
  const tryFrom = (index: number, chosen: readonly PlainProvider[]): boolean =>
    index === parts.length
      ? isServed(parts, chosen, request)
      : (able[index] ?? []).some((provider) => tryFrom(index + 1, [...chosen, provider]));
  return tryFrom(0, []);
}
