import { allocations } from '../../actors/cell/row.ts';
import { bootData, type Instance, instanceActions, instances } from '../../actors/instance/row.ts';
import { portTable } from '../../actors/network/row.ts';
import { projects } from '../../actors/project/row.ts';
import type { Reader } from '../../runtime/store.ts';
import { readPending } from '../../runtime/stored.ts';
import type { Acknowledged } from './clients.ts';

export const isAlive = (instance: Instance): boolean => instance.deletedAtMs === null;

/** What must hold of the stored rows once everything has come to its end, whatever ran the cloud. Returns what does not. */
export function rowViolationsAtRest(reader: Reader, acknowledged: Acknowledged): string[] {
  const rows = new Map([...instances.scan(reader)].map((row) => [row.id, row]));
  const alive = [...rows.values()].filter(isAlive);
  return [
    ...lost(rows, acknowledged),
    ...hanging(rows),
    ...wrongClaims(reader, alive),
    ...wrongPorts(reader, rows),
    ...wrongUsage(reader, alive),
    ...incomplete(reader, rows),
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

function* wrongClaims(reader: Reader, alive: readonly Instance[]): Iterable<string> {
  const held = new Map([...allocations.scan(reader)].map((row) => [row.instanceId, row]));
  for (const row of alive) {
    const claim = held.get(row.id);
    held.delete(row.id);
    if (claim?.host !== (row.host ?? undefined)) {
      yield `${row.id} is on ${row.host} and holds a claim on ${claim?.host}`;
    }
  }
  for (const [id, { host }] of held) yield `${host} holds a claim of ${id}, which is gone`;
}

function* wrongPorts(reader: Reader, rows: ReadonlyMap<string, Instance>): Iterable<string> {
  for (const port of portTable.scan(reader)) {
    const owner = rows.get(port.deviceId);
    if (!owner || !isAlive(owner)) yield `port ${port.id} is left over from ${port.deviceId}`;
  }
  for (const row of rows.values()) {
    if (isAlive(row) && row.vmState !== 'error' && row.ports.length !== 1) {
      yield `${row.id} has ${row.ports.length} ports`;
    }
  }
}

function* wrongUsage(reader: Reader, alive: readonly Instance[]): Iterable<string> {
  for (const usage of projects.scan(reader)) {
    const own = alive.filter(({ projectId }) => projectId === usage.projectId);
    const cores = own.reduce((sum, row) => sum + row.flavor.vcpus, 0);
    const ramMib = own.reduce((sum, row) => sum + row.flavor.memoryMib, 0);
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

function* leftToDo(reader: Reader): Iterable<string> {
  const pending = readPending(reader);
  for (const { record } of pending.effects) {
    if (record.name !== 'driver.look') yield `effect ${record.name} of ${record.kind}/${record.id} never ended`;
  }
  for (const { key } of pending.queued) yield `message ${key} was never handled`;
}
