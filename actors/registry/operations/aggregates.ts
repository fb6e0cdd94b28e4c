import type { Context } from '../../../runtime/context.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import type { Reader } from '../../../runtime/store.ts';
import { cell } from '../../cell/protocol.ts';
import type { ComputeError } from '../../errors.ts';
import { host as hostProtocol } from '../../host/protocol.ts';
import { isPackingPolicy, PACKING_POLICIES, PACKING_POLICY_KEY } from '../../scheduler/policies/index.ts';
import type { OccupiedHosts, RegistryMessage, RegistryReply } from '../protocol.ts';
import { type Aggregate, aggregateListeners, aggregates, numberKey, ZONE_KEY } from '../row.ts';

type Message<Type extends RegistryMessage['type']> = RegistryMessage & { readonly type: Type };
type Action = (ComputeError & { readonly code: 'InvalidAggregateAction' })['action'];

/** Makes an aggregate, mostly without hosts. Its number is one that none had before. */
export function createAggregate(message: Message<'createAggregate'>, number: number, ctx: Context): RegistryReply {
  const { name, zone } = message;
  if (isNameTaken(ctx.rows, name)) return failed({ code: 'AggregateNameExists', name });
  const aggregate: Aggregate = {
    number,
    uuid: ctx.newId(),
    name,
    hosts: message.hosts ?? [],
    metadata: zone === null ? {} : { [ZONE_KEY]: zone },
    createdAtMs: ctx.nowMs,
    updatedAtMs: null,
  };
  put(number, aggregate, ctx);
  return ok(number);
}

/** Changes the name, the zone, or both; nothing when one of them cannot be. */
export function updateAggregate(message: Message<'updateAggregate'>, ctx: Context): RegistryReply {
  const { number, name, zone, occupied } = message;
  return change(number, ctx, (aggregate) => {
    if (name !== undefined && name !== aggregate.name && isNameTaken(ctx.rows, name))
      return failed({ code: 'AggregateNameExists', name });
    const named = name === undefined ? aggregate : { ...aggregate, name };
    if (zone === undefined) return ok(named);
    const error = zoneRefusal(named, zone, 'update', occupied, ctx.rows);
    if (error !== null) return failed(error);
    return ok({ ...named, metadata: withChanges(named.metadata, { [ZONE_KEY]: zone }) });
  });
}

/** Adds and removes keys of the metadata; nothing when one of them cannot be. */
export function setAggregateMetadata(message: Message<'setAggregateMetadata'>, ctx: Context): RegistryReply {
  const { number, metadata, occupied } = message;
  return change(number, ctx, (aggregate) => {
    const policy = Object.hasOwn(metadata, PACKING_POLICY_KEY) ? metadata[PACKING_POLICY_KEY] : null;
    if (typeof policy === 'string' && !isPackingPolicy(policy)) return failed(unknownPolicy(policy));
    if (Object.hasOwn(metadata, ZONE_KEY)) {
      const error = zoneRefusal(aggregate, metadata[ZONE_KEY] ?? null, 'updateMetadata', occupied, ctx.rows);
      if (error !== null) return failed(error);
    }
    return ok({ ...aggregate, metadata: withChanges(aggregate.metadata, metadata) });
  });
}

/** Removes an aggregate, if it has no hosts. */
export function deleteAggregate({ number }: Message<'deleteAggregate'>, ctx: Context): RegistryReply {
  const aggregate = aggregates.read(ctx.rows, numberKey(number));
  if (aggregate === undefined) return failed({ code: 'AggregateNotFound', aggregateId: String(number) });
  if (aggregate.hosts.length > 0) return failed(refusal(aggregate, 'remove', 'Host aggregate is not empty'));
  put(number, undefined, ctx);
  return ok(null);
}

/** Takes a host in, unless that would put it into two zones or its instances into another one. */
export function addAggregateHost(message: Message<'addAggregateHost'>, ctx: Context): RegistryReply {
  const { number, host, occupied } = message;
  return change(number, ctx, (aggregate) => {
    const zone = aggregate.metadata[ZONE_KEY];
    if (zone !== undefined) {
      const before = zonesOf(ctx.rows, [host], null);
      const others = zonesOf(ctx.rows, [host], number).filter((other) => other !== zone);
      if (others.length > 0) return failed(refusal(aggregate, 'addHost', inOtherZones(others)));
      const count = occupied[host] ?? 0;
      const [own = null] = before;
      if (count > 0 && own !== zone)
        return failed(refusal(aggregate, 'addHost', wouldMove('added to', own, zone, count)));
    }
    const aggregateId = String(number);
    if (aggregate.hosts.includes(host)) return failed({ code: 'AggregateHostExists', aggregateId, host });
    return ok({ ...aggregate, hosts: [...aggregate.hosts, host] });
  });
}

/** Lets a host go, unless its instances would be in another zone then. */
export function removeAggregateHost(message: Message<'removeAggregateHost'>, ctx: Context): RegistryReply {
  const { number, host, occupied } = message;
  return change(number, ctx, (aggregate) => {
    const zone = aggregate.metadata[ZONE_KEY];
    const count = occupied[host] ?? 0;
    if (zone !== undefined && count > 0 && aggregate.hosts.includes(host)) {
      const [left = null] = zonesOf(ctx.rows, [host], number);
      if (left !== zone) return failed(refusal(aggregate, 'remove', wouldMove('removed from', zone, left, count)));
    }
    const aggregateId = String(number);
    if (!aggregate.hosts.includes(host)) return failed({ code: 'AggregateHostNotFound', aggregateId, host });
    return ok({ ...aggregate, hosts: aggregate.hosts.filter((name) => name !== host) });
  });
}

/** Tells a cell of all aggregates, now and whenever one changes. */
export function tellAggregates(name: string, ctx: Context): void {
  ctx.put(aggregateListeners, name, { cell: name });
  for (const aggregate of aggregates.scan(ctx.rows)) tell(name, aggregate.number, aggregate, ctx);
}

/** Stores an aggregate, or removes it, and tells the cells. */
function put(number: number, aggregate: Aggregate | undefined, ctx: Context): void {
  ctx.put(aggregates, numberKey(number), aggregate);
  for (const listener of aggregateListeners.scan(ctx.rows)) tell(listener.cell, number, aggregate, ctx);
}

function tell(name: string, number: number, aggregate: Aggregate | undefined, ctx: Context): void {
  const known = aggregate && {
    number,
    uuid: aggregate.uuid,
    name: aggregate.name,
    metadata: aggregate.metadata,
    hosts: aggregate.hosts,
  };
  ctx.tell(cell.at(name), { type: 'aggregateChanged', number, aggregate: known ?? null });
}

/** Stores what `make` makes of an aggregate, and tells the hosts whose zone it changes. */
function change(
  number: number,
  ctx: Context,
  make: (aggregate: Aggregate) => Result<Aggregate, ComputeError>,
): RegistryReply {
  const before = aggregates.read(ctx.rows, numberKey(number));
  if (before === undefined) return failed({ code: 'AggregateNotFound', aggregateId: String(number) });
  const made = make(before);
  if (!made.ok) return made;
  const after = { ...made.value, updatedAtMs: ctx.nowMs };
  put(number, after, ctx);
  for (const host of hostsOfOtherZone(before, after)) {
    const [zone = null] = zonesOf(ctx.rows, [host], null);
    ctx.tell(hostProtocol.at(host), { type: 'setZone', zone });
  }
  return ok(null);
}

/** The hosts whose zone may be another one when an aggregate has changed: all of them with its zone, else who came or went. */
function hostsOfOtherZone(before: Aggregate, after: Aggregate): Iterable<string> {
  const zone = after.metadata[ZONE_KEY];
  if (before.metadata[ZONE_KEY] !== zone) return new Set([...before.hosts, ...after.hosts]);
  if (zone === undefined || before.hosts === after.hosts) return [];
  const [was, is] = [new Set(before.hosts), new Set(after.hosts)];
  return [...before.hosts.filter((host) => !is.has(host)), ...after.hosts.filter((host) => !was.has(host))];
}

const isNameTaken = (rows: Reader, name: string): boolean => {
  for (const _ of aggregates.ids(rows, 'byName', [name], { limit: 1 })) return true;
  return false;
};

/** The zones that aggregates give to any of the hosts; all aggregates but the one numbered `except`. */
function zonesOf(rows: Reader, hosts: readonly string[], except: number | null): readonly string[] {
  const zones: string[] = [];
  for (const aggregate of aggregates.scan(rows)) {
    const zone = aggregate.metadata[ZONE_KEY];
    if (zone === undefined || aggregate.number === except) continue;
    if (hosts.some((host) => aggregate.hosts.includes(host))) zones.push(zone);
  }
  return zones;
}

/** Why the hosts of an aggregate cannot be in a zone; null when they can. Nova: `is_safe_to_update_az`. */
function zoneRefusal(
  aggregate: Aggregate,
  zone: string | null,
  action: Action,
  occupied: OccupiedHosts,
  rows: Reader,
): ComputeError | null {
  if (zone === null || zone === '')
    return refusal(aggregate, action, `Aggregate ${aggregate.name} does not support empty named availability zone`);
  const others = zonesOf(rows, aggregate.hosts, aggregate.number).filter((other) => other !== zone);
  if (others.length > 0) return refusal(aggregate, action, inOtherZones(others));
  const isOccupied = aggregate.hosts.some((host) => (occupied[host] ?? 0) > 0);
  return aggregate.metadata[ZONE_KEY] !== zone && isOccupied
    ? refusal(aggregate, action, 'One or more hosts contain instances in this zone')
    : null;
}

const refusal = ({ number }: Aggregate, action: Action, reason: string): ComputeError => ({
  code: 'InvalidAggregateAction',
  aggregateId: String(number),
  action,
  reason,
});

/** Nova takes any metadata; this key is ours, and a mistyped value would silently mean nothing. */
const unknownPolicy = (name: string): ComputeError => ({
  code: 'InvalidInput',
  reason: `aggregate metadata ${PACKING_POLICY_KEY} is '${name}'; allowed are ${PACKING_POLICIES.join(', ')}`,
});

const inOtherZones = (zones: readonly string[]): string =>
  `One or more hosts already in availability zone(s) [${zones.map((zone) => `'${zone}'`).join(', ')}]`;

/** That instances do not move between zones by this; `None` as Nova shows a host outside of all zones. */
const wouldMove = (verb: string, from: string | null, to: string | null, count: number): string =>
  `The host cannot be ${verb} the aggregate as the availability zone of the host would change from ` +
  `'${from ?? 'None'}' to '${to ?? 'None'}' but the host already has ${count} instance(s)`;

const withChanges = (
  metadata: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({ ...metadata, ...changes }).flatMap(([key, value]): [string, string][] =>
      value === null ? [] : [[key, value]],
    ),
  );
