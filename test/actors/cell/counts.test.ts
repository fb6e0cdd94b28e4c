import assert from 'node:assert/strict';
import test from 'node:test';
import { BusyInstances, countsBusyInstances } from '../../../actors/cell/busy-instances.ts';
import { activate, type CellState, handle } from '../../../actors/cell/handle.ts';
import { type CellMessage, type ClaimRequest, cell } from '../../../actors/cell/protocol.ts';
import { instance } from '../../../actors/instance/protocol.ts';
import { instances } from '../../../actors/instance/row.ts';
import { DEFAULT_SCHEDULER_OPTIONS } from '../../../actors/scheduler/options.ts';
import { rulesOf } from '../../../actors/scheduler/rules.ts';
import { smallHost } from '../../drivers/small-host.ts';
import { assertHas } from '../assert-has.ts';
import { anInstance, OTHER_IMAGE } from '../instance/an-instance.ts';
import { RecordingContext } from '../recording-context.ts';
import { someHosts } from '../scheduler/some-hosts.ts';

const INVENTORY = smallHost({ vcpus: 8, memoryMib: 16_384 });
const IO_OPTIONS = {
  ...DEFAULT_SCHEDULER_OPTIONS,
  enabledFilters: ['ComputeFilter', 'IoOpsFilter'],
  maxIoOpsPerHost: 2,
};

class ToldCell {
  readonly ctx = new RecordingContext(cell.at('cell1'));
  state: CellState;
  #claims = 0;

  constructor(options = DEFAULT_SCHEDULER_OPTIONS) {
    this.state = activate('cell1', this.ctx.rows, rulesOf(options));
    for (const host of ['a', 'b']) this.tell({ type: 'hostReported', host, inventory: INVENTORY, zone: 'nova' });
  }

  tell(message: CellMessage): void {
    this.state = handle(this.state, message, this.ctx);
  }

  /** Claims for an instance; returns what it is answered. */
  claim(instanceId: string, host: string | null = null, changes: Partial<ClaimRequest> = {}): unknown {
    this.#claims++;
    const demand = { vcpus: 1, memoryMib: 1, diskGib: 1 };
    const request = { demand, zone: null, host, excludedHosts: [], ...changes };
    this.tell({ type: 'claim', claimId: `c${this.#claims}`, instanceId, request, answerTo: instance.at(instanceId) });
    return Object(this.ctx.tells.at(-1)?.message).outcome;
  }

  count(name: 'failedBuilds' | 'ioOps', host: string, { hosts } = this.state): number {
    return hosts.counter(name, hosts.row(host) ?? -1);
  }
}

test('a failed build counts against its host until one goes well there, also over a restart', () => {
  const told = new ToldCell();
  assert.deepEqual(told.claim('i1', 'a'), { ok: true, value: { host: 'a', zone: 'nova' } });
  told.tell({ type: 'release', instanceId: 'i1', buildFailed: true });
  assert.equal(told.count('failedBuilds', 'a'), 1);
  assert.equal(told.count('failedBuilds', 'a', activate('cell1', told.ctx.rows)), 1);
  told.tell({ type: 'hostReported', host: 'a', inventory: { ...INVENTORY, vcpus: 16 }, zone: 'nova' });
  assert.equal(told.count('failedBuilds', 'a', activate('cell1', told.ctx.rows)), 1);
  // Both are empty; the one that has failed comes last.
  assert.deepEqual(told.claim('i2'), { ok: true, value: { host: 'b', zone: 'nova' } });
  assertHas(told.claim('i3', 'a'), { value: { host: 'a', hasFailedBuilds: true } });
  told.tell({ type: 'built', host: 'a' });
  assert.equal(told.count('failedBuilds', 'a'), 0);
  assert.equal(told.count('failedBuilds', 'a', activate('cell1', told.ctx.rows)), 0);
  told.tell({ type: 'release', instanceId: 'i2' });
  assert.equal(told.count('failedBuilds', 'b'), 0, 'an instance that is only deleted has not failed');
});

test('a host is busy with what is being built on it, from the claim on', () => {
  const told = new ToldCell(IO_OPTIONS);
  for (const id of ['i1', 'i2', 'i3']) {
    told.ctx.put(instances, id, anInstance({ id, vmState: 'building', host: null }));
    told.claim(id, 'a');
  }
  assert.equal(told.count('ioOps', 'a'), 2);
  const refused = Object(told.claim('i3', 'a'));
  assert.equal(refused.ok, false);
  assert.match(refused.error.details, /IoOpsFilter/);
  told.tell({ type: 'busy', instanceId: 'i1', host: 'a' });
  assert.equal(told.count('ioOps', 'a'), 2);
  told.tell({ type: 'busy', instanceId: 'i1', host: null });
  told.tell({ type: 'release', instanceId: 'i2' });
  assert.equal(told.count('ioOps', 'a'), 0);
  assertHas(told.claim('i3', 'a'), { ok: true });
});

test('a cell that starts again counts the instances that are busy then', () => {
  const told = new ToldCell(IO_OPTIONS);
  told.ctx.put(instances, 'i1', anInstance({ id: 'i1', host: 'a', taskState: 'image_snapshot' }));
  told.ctx.put(instances, 'i2', anInstance({ id: 'i2', host: 'a' }));
  told.ctx.put(instances, 'i3', anInstance({ id: 'i3', host: 'a', cell: 'cell2', taskState: 'rescuing' }));
  assert.equal(told.count('ioOps', 'a', activate('cell1', told.ctx.rows, rulesOf(IO_OPTIONS))), 1);
  assert.equal(told.count('ioOps', 'a', activate('cell1', told.ctx.rows)), 0, 'nobody asks');
});

test('an instance counts once, wherever it is busy', () => {
  const hosts = someHosts({ a: {}, b: {} });
  const busy = new BusyInstances(hosts);
  const counts = () => ['a', 'b'].map((host) => hosts.counter('ioOps', hosts.row(host) ?? -1));
  busy.set('i1', 'a');
  busy.set('i1', 'a');
  assert.deepEqual(counts(), [1, 0]);
  busy.set('i1', 'b');
  assert.deepEqual(counts(), [0, 1]);
  busy.set('i1', null);
  busy.set('i1', null);
  busy.set('i2', 'unknown');
  assert.deepEqual(counts(), [0, 0]);
});

test('busy instances are counted where a filter asks, or somebody has said what the weigher is to do', () => {
  const options = DEFAULT_SCHEDULER_OPTIONS;
  const times = (io_ops_weight_multiplier: number) => ({
    ...options,
    multipliers: { ...options.multipliers, io_ops_weight_multiplier },
  });
  assert.equal(countsBusyInstances(options), false);
  assert.equal(countsBusyInstances(IO_OPTIONS), true);
  assert.equal(countsBusyInstances(times(-5)), true);
  assert.equal(countsBusyInstances(times(0)), false);
  assert.equal(countsBusyInstances({ ...options, weighers: ['IoOpsWeigher'] }), true);
  assert.equal(countsBusyInstances({ ...times(-5), weighers: ['RAMWeigher'] }), false);
});

test('where the weigher of image properties counts, servers of like images are placed together', () => {
  const multipliers = { ...DEFAULT_SCHEDULER_OPTIONS.multipliers, image_props_weight_multiplier: 10 };
  const options = { ...DEFAULT_SCHEDULER_OPTIONS, multipliers };
  const told = new ToldCell(options);
  const windows = { os_type: 'windows', colour: 'red' };
  const hostOf = (id: string, imageProperties: Readonly<Record<string, string>>, host: string | null = null) =>
    Object(told.claim(id, host, { imageProperties })).value.host;
  hostOf('i1', windows, 'b');
  assert.equal(hostOf('i2', windows), 'b');
  // What Nova does not know of counts for nothing: the emptier host is better.
  assert.equal(hostOf('i3', { colour: 'red' }), 'a');
  const again = activate('cell1', told.ctx.rows, rulesOf(options));
  assert.equal(again.hosts.images?.of('b', 'os_type', 'windows'), 0, 'there are no instances in the rows');
  const image = { ...OTHER_IMAGE, properties: windows };
  for (const id of ['i1', 'i2']) told.ctx.put(instances, id, anInstance({ id, host: 'b', image }));
  assert.equal(activate('cell1', told.ctx.rows, rulesOf(options)).hosts.images?.of('b', 'os_type', 'windows'), 2);
  for (const instanceId of ['i1', 'i2']) told.tell({ type: 'release', instanceId });
  assert.equal(told.state.hosts.images?.of('b', 'os_type', 'windows'), 0);
  assert.equal(activate('cell1', told.ctx.rows).hosts.images, null, 'nobody asks');
});
