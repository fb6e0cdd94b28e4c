import { deviceVnicType, type NetworkUplink } from '../../drivers/networks.ts';
import { requestedPort } from '../cell/port-groups.ts';
import type { ClaimRequest, SchedulerHints } from '../cell/protocol.ts';
import type { RequestedPort } from '../scheduler/pci/request.ts';
import { resourceRequest } from '../scheduler/resource-request.ts';
import { sizeOf } from './demand.ts';
import { withPortGroups } from './port-groups.ts';
import type { Instance, InstanceFlavor, InstanceImage } from './row.ts';
import { isVolumeBacked } from './volumes.ts';

/** What a claim says beside the instance itself. */
export interface ClaimPlace {
  readonly flavor: InstanceFlavor;
  /** Absent: the instance's own. */
  readonly image?: InstanceImage | null;
  /** The only host that it may be; null: any. */
  readonly host: string | null;
  readonly excludedHosts: readonly string[];
  /** See `ClaimRequest`. */
  readonly isHostForced?: true | undefined;
  readonly isRebuild?: true;
}

/** What of an instance says where it may be. */
export type Placeable = Pick<Instance, 'projectId' | 'image' | 'requestedZone' | 'serverGroup' | 'schedulerHintsJson'> &
  Partial<Pick<Instance, 'networks' | 'ports'>>;

/** What an instance asks the scheduler for. What is empty is left out, so that an ordinary request stays small. */
export function claimRequest(instance: Placeable, place: ClaimPlace): ClaimRequest {
  const { flavor, host, excludedHosts, isHostForced, isRebuild } = place;
  const image = place.image === undefined ? instance.image : place.image;
  const { extraSpecs } = flavor;
  const properties = image?.properties;
  const asked = resourceRequest(sizeOf(isVolumeBacked(instance) ? { ...flavor, rootGib: 0 } : flavor), properties);
  // Filled in field by field: to spread it together would cost as much as the decision.
  const request: Writable<ClaimRequest> = {
    demand: asked.demand,
    zone: instance.requestedZone,
    host,
    excludedHosts,
    group: instance.serverGroup ?? null,
    projectId: instance.projectId,
    flavorName: flavor.name,
  };
  if (image !== null) {
    request.imageId = image.imageId;
    request.imageFormat = image.format;
  }
  const hints = hintsIn(instance.schedulerHintsJson);
  if (hints !== null) request.hints = hints;
  if (isHostForced) request.isHostForced = isHostForced;
  if (isRebuild) request.isRebuild = isRebuild;
  const ports = deviceRequests(instance);
  if (ports.length > 0 && !isRebuild) request.ports = ports;
  const hasProperties = properties !== undefined && !isEmpty(properties);
  if (hasProperties) request.imageProperties = properties;
  const granular = isRebuild ? asked.granular : withPortGroups(asked.granular, instance);
  if (granular !== undefined) request.granular = granular;
  if (isEmpty(extraSpecs) && !hasProperties) return request;
  if (!isEmpty(extraSpecs)) request.extraSpecs = extraSpecs;
  const { resources, requiredTraits, forbiddenTraits, numa } = asked;
  if (resources !== undefined) request.resources = resources;
  if (requiredTraits !== undefined) request.requiredTraits = requiredTraits;
  if (forbiddenTraits !== undefined) request.forbiddenTraits = forbiddenTraits;
  if (numa === undefined || isRebuild) return request;
  request.numa = numa;
  const uplinks = uplinksOf(instance);
  if (uplinks.length > 0) request.uplinks = uplinks;
  return request;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const isEmpty = (record: object): boolean => {
  for (const _ in record) return false;
  return true;
};

/** The ports whose cards are devices of the host: those that it has, or, before it has any, those that are to be its. */
function deviceRequests({ networks, ports = [] }: Placeable): readonly RequestedPort[] {
  if (ports.length === 0)
    return typeof networks === 'object'
      ? networks.flatMap((asked) =>
          'portId' in asked && asked.device ? [requestedPort(asked.device, asked.resourceGroups)] : [],
        )
      : NO_PORTS;
  return ports.flatMap(({ portId, vnicType: type, physicalNetwork = null, resourceGroups }) => {
    const vnicType = deviceVnicType(type);
    return vnicType ? [requestedPort({ portId, vnicType, physicalNetwork }, resourceGroups)] : [];
  });
}

const NO_PORTS: readonly RequestedPort[] = [];

/** By what the networks leave hosts that it has, or, before it has any, that it is to have. Each once. */
function uplinksOf({ networks, ports = [] }: Placeable): readonly NetworkUplink[] {
  const asked = ports.length > 0 ? ports : typeof networks === 'object' ? networks : [];
  const uplinks = asked.flatMap(({ uplink }) => uplink ?? []);
  return uplinks.filter((uplink, at) => uplinks.findIndex((other) => isSameUplink(uplink, other)) === at);
}

const isSameUplink = (a: NetworkUplink, b: NetworkUplink): boolean =>
  a.kind === 'physical' && b.kind === 'physical' ? a.name === b.name : a.kind === b.kind;

/** The hints of an instance, as the scheduler reads them; null: none. The group is known by itself. */
function hintsIn(json = '{}'): SchedulerHints | null {
  if (json === '{}') return null;
  const hints: unknown = JSON.parse(json);
  if (typeof hints !== 'object' || hints === null) return null;
  const read = Object.entries(hints).flatMap(([name, value]): [string, readonly string[]][] =>
    name === 'group' || value === null || value === undefined ? [] : [[name, textsOf(name, value)]],
  );
  return read.length === 0 ? null : Object.fromEntries(read);
}

/** A value as a list of texts. A query is one text, also where it was sent as JSON. */
function textsOf(name: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && name !== 'query') return value.map(textOf);
  return [textOf(value)];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
