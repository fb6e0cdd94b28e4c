import type { ClaimRequest, Demand, GranularRequest, RequestedGroup } from '../cell/protocol.ts';
import { memoryEncryption } from './memory-encryption.ts';
import { guestTopology, UNFITTABLE } from './numa/guest-request.ts';
import { type GuestTopology, isolatesEmulator } from './numa/guest-topology.ts';

/** A size of instances, as far as resources go. */
export interface RequestedSize extends Demand {
  readonly extraSpecs: Readonly<Record<string, string>>;
}

/** What a flavor and an image ask of a host's provider. What is empty is absent. */
export type ResourceRequest = Pick<
  ClaimRequest,
  'demand' | 'resources' | 'requiredTraits' | 'forbiddenTraits' | 'granular' | 'numa'
>;

const RESOURCE = /^resources([a-zA-Z0-9_-]{1,64})?:([A-Z][A-Z0-9_]*)$/;
const TRAIT = /^trait([a-zA-Z0-9_-]{1,64})?:([A-Z][A-Z0-9_]*)$/;
const PLAIN = { VCPU: 'vcpus', MEMORY_MB: 'memoryMib', DISK_GB: 'diskGib' } as const;
const NOTHING: Readonly<Record<string, string>> = {};

const isPlain = (name: string): name is keyof typeof PLAIN => Object.hasOwn(PLAIN, name);

interface Group {
  readonly resources: Record<string, number>;
  readonly requiredTraits: string[];
  readonly forbiddenTraits: string[];
}

const newGroup = (): Group => ({ resources: {}, requiredTraits: [], forbiddenTraits: [] });

/** A whole number from 0 on, or null. */
const amountOf = (text: string): number | null => (/^\s*\d{1,15}\s*$/.test(text) ? Number(text) : null);

/** The groups of extra specs and image properties, by suffix; the one without is ''. */
function groupsOf(
  extraSpecs: Readonly<Record<string, string>>,
  properties: Readonly<Record<string, string>>,
): Map<string, Group> {
  const groups = new Map<string, Group>([['', newGroup()]]);
  const group = (suffix = ''): Group => {
    const known = groups.get(suffix) ?? newGroup();
    groups.set(suffix, known);
    return known;
  };
  for (const [key, value] of Object.entries(extraSpecs)) {
    const [, resourceSuffix, resource] = RESOURCE.exec(key) ?? [];
    const amount = resource === undefined ? null : amountOf(value);
    if (resource !== undefined && amount !== null) group(resourceSuffix).resources[resource] = amount;
    const [, traitSuffix, trait] = TRAIT.exec(key) ?? [];
    if (trait !== undefined) addTrait(group(traitSuffix), trait, value);
  }
  for (const [key, value] of Object.entries(properties)) {
    const [, suffix, trait] = TRAIT.exec(key) ?? [];
    // An image can require traits of the host, and forbid none. Nova: `traits_required` of `ImageMetaProps`.
    if (trait !== undefined && suffix === undefined && value === 'required') addTrait(group(), trait, value);
  }
  return groups;
}

function addTrait({ requiredTraits, forbiddenTraits }: Group, trait: string, value: string): void {
  if (value === 'required' && !requiredTraits.includes(trait)) requiredTraits.push(trait);
  if (value === 'forbidden') forbiddenTraits.push(trait);
}

/** What extra specs and properties ask for in words of their own: `hw:mem_encryption`, `hw:pmem`. */
function addSpecialResources(
  group: Group,
  extraSpecs: Readonly<Record<string, string>>,
  properties: Readonly<Record<string, string>>,
): void {
  const { resources } = group;
  const encryption = memoryEncryption({ extraSpecs, properties });
  if (encryption.ok && encryption.value !== null) {
    resources['MEM_ENCRYPTION_CONTEXT'] ??= 1;
    if (encryption.value.trait !== null) addTrait(group, encryption.value.trait, 'required');
  }
  for (const label of (extraSpecs['hw:pmem'] ?? '').split(',')) {
    const name = label.trim().toUpperCase();
    if (name === '') continue;
    const pmem = `CUSTOM_PMEM_NAMESPACE_${name}`;
    resources[pmem] = (resources[pmem] ?? 0) + 1;
  }
}

/**
 * What a size and an image ask of a host: `resources:X` replaces what the size says (0 takes it away) or adds a class,
 * `trait:X` requires or forbids a trait, and those with a suffix ask it of one provider together. Nova: `ResourceRequest` of
 * nova/scheduler/utils.py.
 */
export function resourceRequest(
  { extraSpecs, vcpus, memoryMib, diskGib }: RequestedSize,
  imageProperties: Readonly<Record<string, string>> = NOTHING,
): ResourceRequest {
  const plain = { vcpus, memoryMib, diskGib };
  if (isEmpty(extraSpecs) && isEmpty(imageProperties)) return { demand: plain };
  if (!asksForMore(extraSpecs, OF_FLAVORS) && !asksForMore(imageProperties, OF_IMAGES)) return { demand: plain };
  const groups = groupsOf(extraSpecs, imageProperties);
  const unnumbered = groups.get('') ?? newGroup();
  addSpecialResources(unnumbered, extraSpecs, imageProperties);
  const { resources, requiredTraits, forbiddenTraits } = unnumbered;
  const numa = topologyOf({ ...plain, extraSpecs }, imageProperties);
  if (numa !== undefined) addProcessors(numa, resources);
  const demand = { ...plain };
  const further: Record<string, number> = {};
  for (const [name, amount] of Object.entries(resources)) {
    if (isPlain(name)) demand[PLAIN[name]] = amount;
    else if (amount > 0) further[name] = amount;
  }
  const granular = granularOf(groups, extraSpecs['group_policy']);
  return {
    demand,
    ...(isEmpty(further) ? {} : { resources: further }),
    ...(requiredTraits.length === 0 ? {} : { requiredTraits }),
    ...(forbiddenTraits.length === 0 ? {} : { forbiddenTraits }),
    ...(granular === null ? {} : { granular }),
    ...(numa === undefined ? {} : { numa }),
  };
}

/** What a size and an image ask of NUMA cells; the API has refused those that contradict each other. */
function topologyOf(
  { vcpus, memoryMib, extraSpecs }: RequestedSize,
  properties: Readonly<Record<string, string>>,
): GuestTopology | undefined {
  const asked = guestTopology({ vcpus, memoryMib, extraSpecs, properties });
  return asked.ok ? asked.value : UNFITTABLE;
}

/** Processors of its own are of another class than those that it shares. Nova: `_translate_pinning_policies`. */
function addProcessors(numa: GuestTopology, resources: Record<string, number>): void {
  const own = numa.cells.reduce((sum, { pcpus }) => sum + pcpus.length, isolatesEmulator(numa) ? 1 : 0);
  if (own === 0) return;
  resources['PCPU'] ??= own;
  resources['VCPU'] ??= numa.cells.reduce((sum, { cpus }) => sum + cpus.length, 0);
}

/** Beginnings of names that can mean a resource, a trait or something of NUMA cells: most flavors and images have none. */
const OF_FLAVORS = ['resources', 'trait', 'hw:'] as const;
const OF_IMAGES = ['trait', 'hw_cpu_', 'hw_mem_', 'hw_numa_'] as const;

const asksForMore = (named: Readonly<Record<string, string>>, beginnings: readonly string[]): boolean => {
  for (const name in named) for (const beginning of beginnings) if (name.startsWith(beginning)) return true;
  return false;
};

const isEmpty = (record: object): boolean => {
  for (const _ in record) return false;
  return true;
};

function granularOf(groups: ReadonlyMap<string, Group>, policy: string | undefined): GranularRequest | null {
  const suffixed = [...groups].flatMap(([suffix, group]): RequestedGroup[] =>
    suffix === '' ? [] : [{ suffix, ...group }],
  );
  if (suffixed.length === 0) return null;
  return { policy: policy === 'isolate' ? 'isolate' : 'none', groups: suffixed };
}
