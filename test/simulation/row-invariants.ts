import { allocations } from '../../actors/cell/row.ts';
import { images } from '../../actors/image/row.ts';
import { instanceActions } from '../../actors/instance/actions/row.ts';
import { MIGRATION_ENDS, migrations } from '../../actors/instance/migrations/row.ts';
import { usedBy } from '../../actors/instance/move.ts';
import { bootData, type Instance, instances } from '../../actors/instance/row.ts';
import { floatingIpTable, floatingUseTable, portTable } from '../../actors/network/row.ts';
import { isServicePort } from '../../actors/network/state.ts';
import { projects } from '../../actors/project/row.ts';
import type { Reader } from '../../runtime/store.ts';
import { readPending } from '../../runtime/stored.ts';
import type { Acknowledged } from './clients.ts';
import { wrongVolumes } from './volume-invariants.ts';

/** What clients call the images of shelved instances. */
const SHELVED_NAME = 'shelved';

export const isAlive = (instance: Instance): boolean => instance.deletedAtMs === null;

/** What must hold of the stored rows once everything has come to its end, whatever ran the cloud. Returns what does not. */
export function rowViolationsAtRest(reader: Reader, acknowledged: Acknowledged): string[] {
  const rows = new Map([...instances.scan(reader)].map((row) => [row.id, row]));
  const alive = [...rows.values()].filter(isAlive);
  return [
    ...lost(rows, acknowledged),
    ...hanging(rows),
    ...wrongClaims(reader, alive),
    ...wrongMigrations(reader, rows),
    ...wrongShelves(reader, rows),
    ...wrongPorts(reader, rows),
    ...wrongFloatingIps(reader),
    ...wrongVolumes(reader),
    ...wrongUsage(reader, alive),
    ...incomplete(reader, rows),
    ...halfMadeImages(reader),
    ...leftToDo(reader),
  ];
}

function* lost(rows: ReadonlyMap<string, Instance>, { created, deleted }: Acknowledged): Iterable<string> {
  for (const id of created) if (!rows.has(id)) yield `${id} was acknowledged and is lost`;
  for (const id of deleted) {
    const row = rows.get(id);
    if (row && isAlive(row)) yield `${id} was acknowledged as deleted and is ${row.vmState}/${row.taskState}`;
  }
}

function* hanging(rows: ReadonlyMap<string, Instance>): Iterable<string> {
  for (const row of rows.values()) {
    if (row.taskState !== null || row.operation !== null) yield `${row.id} hangs in ${row.vmState}/${row.taskState}`;
  }
}

/** An instance has a claim where it is; while a move waits for its confirmation, one at each of its ends. */
function* wrongClaims(reader: Reader, alive: readonly Instance[]): Iterable<string> {
  const held = [...allocations.scan(reader)].map((row) => claimText(row.instanceId, row.host, row.memoryMib));
  for (const { id, host, flavor, move } of alive) {
    const ends = move ? [move.source, move.target] : [{ host, flavor }];
    for (const end of ends) {
      if (end.host === null) continue;
      const claim = claimText(id, end.host, end.flavor.memoryMib);
      if (!held.includes(claim)) yield `there is no ${claim}`;
      else held.splice(held.indexOf(claim), 1);
    }
  }
  for (const claim of held) yield `there is a ${claim}, and no need for it`;
}

const claimText = (id: string, host: string, memoryMib: number): string =>
  `claim of ${id} on ${host}: ${memoryMib} MiB`;

/** A move is at its end, or it is the one whose confirmation its instance waits for. */
function* wrongMigrations(reader: Reader, rows: ReadonlyMap<string, Instance>): Iterable<string> {
  const waiting = new Set<number>();
  for (const { id, vmState, move } of rows.values()) {
    if (!move !== (vmState !== 'resized')) yield `${id} is ${vmState}, and its move ${move ? 'is not' : 'is'} over`;
    if (move) waiting.add(move.migration);
  }
  for (const { number, instanceId, status } of migrations.scan(reader)) {
    const isOver = waiting.has(number) ? status === 'finished' : MIGRATION_ENDS.includes(status);
    if (!isOver) yield `migration ${number} of ${instanceId} is left in ${status}`;
  }
}

/** The image of a shelved instance is there as long as the instance is shelved. */
function* wrongShelves(reader: Reader, rows: ReadonlyMap<string, Instance>): Iterable<string> {
  const wanted = new Set<string>();
  for (const { id, vmState, shelved, image, deletedAtMs } of rows.values()) {
    if (deletedAtMs !== null) continue;
    if (!shelved !== (vmState !== 'shelved' && vmState !== 'shelved_offloaded'))
      yield `${id} is ${vmState}, not shelved`;
    // What boots from a volume needs no image.
    if (shelved && image !== null) wanted.add(shelved.imageId);
  }
  for (const { id, name } of images.scan(reader)) {
    if (name === SHELVED_NAME && !wanted.delete(id)) yield `there is a shelved image ${id} of no instance`;
  }
  for (const id of wanted) yield `the shelved image ${id} is gone`;
}

function* wrongPorts(reader: Reader, rows: ReadonlyMap<string, Instance>): Iterable<string> {
  for (const port of portTable.scan(reader)) {
    // A router's ports are its own.
    if (isServicePort(port)) continue;
    const owner = rows.get(port.deviceId);
    if (!owner || !isAlive(owner)) yield `port ${port.id} is left over from ${port.deviceId}`;
    else if (owner.vmState !== 'error' && !owner.ports.some(({ portId }) => portId === port.id))
      yield `port ${port.id} is bound for ${owner.id}, which does not know it`;
  }
  for (const row of rows.values()) {
    if (!isAlive(row)) continue;
    if (row.vmState !== 'error' && row.ports.length === 0) yield `${row.id} has no port`;
    for (const { portId } of row.ports) {
      if (portTable.read(reader, portId)?.deviceId !== row.id)
        yield `${row.id} has port ${portId}, which is not its own`;
    }
  }
}

/** A floating IP leads to an address that its port has, and is one of the floating IPs that readers are told to look for. */
export function* wrongFloatingIps(reader: Reader): Iterable<string> {
  const ports = new Set<string>();
  for (const { id, target, ownPortId } of floatingIpTable.scan(reader)) {
    if (portTable.read(reader, ownPortId) === undefined) yield `floating IP ${id} has lost its own port`;
    if (target === null) continue;
    ports.add(target.portId);
    const port = portTable.read(reader, target.portId);
    if (!port?.fixedIps.some(({ address }) => address === target.fixedAddress))
      yield `floating IP ${id} leads to ${target.fixedAddress} of port ${target.portId}, which does not have it`;
  }
  const told = floatingUseTable.read(reader, 'main')?.ports ?? 0;
  if (told !== ports.size) yield `${ports.size} ports have floating IPs, ${told} are told of`;
}

function* wrongUsage(reader: Reader, alive: readonly Instance[]): Iterable<string> {
  for (const usage of projects.scan(reader)) {
    const own = alive.filter(({ projectId }) => projectId === usage.projectId);
    const cores = own.reduce((sum, row) => sum + usedBy(row).cores, 0);
    const ramMib = own.reduce((sum, row) => sum + usedBy(row).ramMib, 0);
    if (usage.instances !== own.length || usage.cores !== cores || usage.ramMib !== ramMib) {
      yield `quota says ${JSON.stringify(usage)}, there are ${own.length} instances, ${cores} cores, ${ramMib} MiB`;
    }
  }
}

/** What each row must say of itself. */
function* incomplete(reader: Reader, rows: ReadonlyMap<string, Instance>): Iterable<string> {
  for (const row of rows.values()) {
    const { id, vmState } = row;
    const isLaunched = vmState === 'active' || vmState === 'stopped';
    if (isLaunched && (row.launchedAtMs === null || row.host === null))
      yield `${id} is ${vmState} and was never launched`;
    if (vmState === 'error' && row.fault === null) yield `${id} is in ERROR without a fault`;
    if ((bootData.read(reader, id) !== undefined) !== isAlive(row))
      yield `${id} (${vmState}) and its boot data disagree`;
    for (const action of instanceActions.scan(reader, { idPrefix: `${id}.` })) {
      const isOver = action.events.every(({ finishMs, result }) => finishMs !== null && result !== null);
      if (!isOver) yield `action ${action.action} of ${id} never ended`;
    }
  }
}

/** A snapshot is an image with bytes, or none at all. */
function* halfMadeImages(reader: Reader): Iterable<string> {
  for (const { id, status, content } of images.scan(reader)) {
    if (status !== 'active' || content === null) yield `image ${id} is ${status} for ever`;
  }
}

function* leftToDo(reader: Reader): Iterable<string> {
  const pending = readPending(reader);
  for (const { record } of pending.effects) {
    if (record.name !== 'driver.look') yield `effect ${record.name} of ${record.kind}/${record.id} never ended`;
  }
  for (const { key } of pending.queued) yield `message ${key} was never handled`;
}
