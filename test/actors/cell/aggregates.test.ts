import assert from 'node:assert/strict';
import test from 'node:test';
import { cellAggregates } from '../../../actors/cell/aggregates.ts';
import { activate, type CellState, handle } from '../../../actors/cell/handle.ts';
import { type CellMessage, cell } from '../../../actors/cell/protocol.ts';
import { handle as handleRegistry } from '../../../actors/registry/handle.ts';
import { type RegistryMessage, registry } from '../../../actors/registry/protocol.ts';
import { smallHost } from '../../drivers/small-host.ts';
import { RecordingContext } from '../recording-context.ts';

const INVENTORY = smallHost({ vcpus: 8, memoryMib: 16_384 });

const typeOf = (message: unknown): unknown => Object(message).type;
const isToRegistry = (message: unknown): message is RegistryMessage => typeOf(message) === 'tellAggregates';
const isToCell = (message: unknown): message is CellMessage => typeOf(message) === 'aggregateChanged';

/** A registry and cells, each with rows of its own, whose messages to each other are delivered in order. */
class Cloud {
  readonly registry = new RecordingContext(registry.at('main'));
  readonly cells = new Map<string, { readonly ctx: RecordingContext; state: CellState }>();
  delivered = 0;

  constructor(...names: readonly string[]) {
    for (const name of names) {
      const ctx = new RecordingContext(cell.at(name));
      this.cells.set(name, { ctx, state: activate(name, ctx.rows) });
    }
  }

  cell(name: string) {
    const found = this.cells.get(name);
    assert.ok(found);
    return found;
  }

  tellCell(name: string, message: CellMessage): void {
    const one = this.cell(name);
    one.state = handle(one.state, message, one.ctx);
    for (const { to, message: sent } of one.ctx.tells.splice(0))
      if (to === 'registry/main' && isToRegistry(sent)) this.tellRegistry(sent);
  }

  tellRegistry(message: RegistryMessage): void {
    handleRegistry(null, message, this.registry);
    for (const { to, message: sent } of this.registry.tells.splice(0)) {
      const [kind, name = ''] = to.split('/');
      if (kind !== 'cell' || !isToCell(sent)) continue;
      this.delivered++;
      this.tellCell(name, sent);
    }
  }

  report(name: string, host: string): void {
    this.tellCell(name, { type: 'hostReported', host, inventory: INVENTORY, zone: 'nova' });
  }

  /** The metadata of the aggregates of a host, as the cell has them. */
  metadataOf(name: string, host: string, state = this.cell(name).state) {
    const row = state.hosts.row(host);
    return row === undefined ? null : state.hosts.facts(row).aggregates.map(({ metadata }) => metadata);
  }
}

function cloudWithFast(): Cloud {
  const cloud = new Cloud('cell1', 'cell2');
  cloud.tellRegistry({ type: 'createAggregate', name: 'fast', zone: null });
  cloud.tellRegistry({ type: 'setAggregateMetadata', number: 1, metadata: { ssd: 'true' }, occupied: {} });
  for (const host of ['a', 'b']) cloud.tellRegistry({ type: 'addAggregateHost', number: 1, host, occupied: {} });
  return cloud;
}

test('a cell is told of the aggregates that there are when its first host reports, and once', () => {
  const cloud = cloudWithFast();
  assert.equal(cloud.delivered, 0);
  cloud.report('cell1', 'a');
  assert.equal(cloud.delivered, 1);
  assert.deepEqual(cloud.metadataOf('cell1', 'a'), [{ ssd: 'true' }]);
  cloud.report('cell1', 'a');
  cloud.report('cell1', 'c');
  assert.equal(cloud.delivered, 1);
  assert.deepEqual(cloud.metadataOf('cell1', 'c'), []);
});

test('every cell is told of each change, and the facts of its hosts follow', () => {
  const cloud = cloudWithFast();
  cloud.report('cell1', 'a');
  cloud.report('cell2', 'b');
  cloud.tellRegistry({ type: 'setAggregateMetadata', number: 1, metadata: { ssd: null, tier: 'gold' }, occupied: {} });
  assert.deepEqual(cloud.metadataOf('cell1', 'a'), [{ tier: 'gold' }]);
  assert.deepEqual(cloud.metadataOf('cell2', 'b'), [{ tier: 'gold' }]);
  cloud.tellRegistry({ type: 'removeAggregateHost', number: 1, host: 'a', occupied: {} });
  assert.deepEqual(cloud.metadataOf('cell1', 'a'), []);
  assert.deepEqual(cloud.metadataOf('cell2', 'b'), [{ tier: 'gold' }]);
  cloud.tellRegistry({ type: 'removeAggregateHost', number: 1, host: 'b', occupied: {} });
  cloud.tellRegistry({ type: 'deleteAggregate', number: 1 });
  for (const name of ['cell1', 'cell2']) {
    assert.equal(cloud.cell(name).state.hosts.aggregates.count, 0);
    assert.deepEqual([...cellAggregates.scan(cloud.cell(name).ctx.rows)], []);
  }
});

test('a cell that starts again knows its aggregates, and does not ask again', () => {
  const cloud = cloudWithFast();
  cloud.report('cell1', 'a');
  const { ctx } = cloud.cell('cell1');
  const again = activate('cell1', ctx.rows);
  assert.deepEqual(cloud.metadataOf('cell1', 'a', again), [{ ssd: 'true' }]);
  handle(again, { type: 'hostReported', host: 'b', inventory: INVENTORY, zone: 'nova' }, ctx);
  assert.deepEqual(ctx.tells, []);
  assert.deepEqual(cloud.metadataOf('cell1', 'b', again), [{ ssd: 'true' }]);
});

test('aggregates set the allocation ratios of their hosts, the smallest counts', () => {
  const cloud = cloudWithFast();
  cloud.report('cell1', 'a');
  const capacity = (state = cloud.cell('cell1').state) => {
    const row = state.hosts.row('a') ?? -1;
    return [state.hosts.vcpu.capacity[row], state.hosts.memoryMb.capacity[row], state.hosts.diskGb.capacity[row]];
  };
  assert.deepEqual(capacity(), [32, 16_384, 100]);
  const metadata = { cpu_allocation_ratio: '16', ram_allocation_ratio: '1.5', disk_allocation_ratio: 'much' };
  cloud.tellRegistry({ type: 'setAggregateMetadata', number: 1, metadata, occupied: {} });
  assert.deepEqual(capacity(), [128, 24_576, 100]);
  cloud.tellRegistry({ type: 'createAggregate', name: 'careful', zone: null });
  cloud.tellRegistry({ type: 'addAggregateHost', number: 2, host: 'a', occupied: {} });
  const careful = { cpu_allocation_ratio: '2', ram_allocation_ratio: '-1' };
  cloud.tellRegistry({ type: 'setAggregateMetadata', number: 2, metadata: careful, occupied: {} });
  assert.deepEqual(capacity(), [16, 24_576, 100]);
  assert.deepEqual(capacity(activate('cell1', cloud.cell('cell1').ctx.rows)), [16, 24_576, 100]);
});

test('a host gives what its operator says: fixed ratios count more than aggregates, and these more than initial ones', () => {
  const cloud = cloudWithFast();
  const inventory = {
    ...INVENTORY,
    terms: {
      reserved: { vcpus: 2, memoryMib: 384, diskGib: 500 },
      initialRatios: { vcpus: 16, memoryMib: 2, diskGib: 3 },
      ratios: { memoryMib: 1.25 },
    },
  };
  cloud.tellCell('cell1', { type: 'hostReported', host: 'a', zone: 'nova', inventory });
  const capacity = (state = cloud.cell('cell1').state) => {
    const row = state.hosts.row('a') ?? -1;
    return [state.hosts.vcpu.capacity[row], state.hosts.memoryMb.capacity[row], state.hosts.diskGb.capacity[row]];
  };
  assert.deepEqual(capacity(), [6 * 16, 16_000 * 1.25, 0], 'no more is kept than there is');
  const metadata = { cpu_allocation_ratio: '2', ram_allocation_ratio: '3' };
  cloud.tellRegistry({ type: 'setAggregateMetadata', number: 1, metadata, occupied: {} });
  assert.deepEqual(capacity(), [6 * 2, 16_000 * 1.25, 0]);
  assert.deepEqual(capacity(activate('cell1', cloud.cell('cell1').ctx.rows)), [6 * 2, 16_000 * 1.25, 0]);
});

test('being told the same twice changes nothing', () => {
  const cloud = cloudWithFast();
  cloud.report('cell1', 'a');
  const aggregate = cloud.cell('cell1').state.hosts.aggregates.all[0];
  assert.ok(aggregate);
  for (let count = 0; count < 2; count++) {
    cloud.tellCell('cell1', { type: 'aggregateChanged', number: 1, aggregate });
    assert.deepEqual(cloud.metadataOf('cell1', 'a'), [{ ssd: 'true' }]);
  }
  for (let count = 0; count < 2; count++) {
    cloud.tellCell('cell1', { type: 'aggregateChanged', number: 1, aggregate: null });
    assert.deepEqual(cloud.metadataOf('cell1', 'a'), []);
  }
});
