import assert from 'node:assert/strict';
import test from 'node:test';
import { handle } from '../../../actors/registry/handle.ts';
import { type RegistryMessage, registry } from '../../../actors/registry/protocol.ts';
import { aggregates, numberKey } from '../../../actors/registry/row.ts';
import { RecordingContext } from '../recording-context.ts';

function aRegistry() {
  const ctx = new RecordingContext(registry.at('main'));
  const say = (message: RegistryMessage): unknown => {
    handle(null, message, ctx);
    return ctx.replies.at(-1);
  };
  const add = (number: number, host: string, occupied = {}) =>
    say({ type: 'addAggregateHost', number, host, occupied });
  const remove = (number: number, host: string, occupied = {}) =>
    say({ type: 'removeAggregateHost', number, host, occupied });
  const read = (number: number) => aggregates.read(ctx.rows, numberKey(number));
  return { ctx, say, add, remove, read };
}

const DONE = { ok: true, value: null };
const codeOf = (reply: unknown): unknown =>
  typeof reply === 'object' && reply !== null && 'error' in reply ? reply.error : null;

test('aggregates are numbered, and a number is not given twice', () => {
  const { say, read } = aRegistry();
  assert.deepEqual(say({ type: 'createAggregate', name: 'a', zone: null }), { ok: true, value: 1 });
  assert.deepEqual(say({ type: 'createAggregate', name: 'b', zone: 'z1' }), { ok: true, value: 2 });
  assert.deepEqual(codeOf(say({ type: 'createAggregate', name: 'a', zone: null })), {
    code: 'AggregateNameExists',
    name: 'a',
  });
  assert.deepEqual(say({ type: 'deleteAggregate', number: 2 }), DONE);
  assert.deepEqual(say({ type: 'createAggregate', name: 'c', zone: null }), { ok: true, value: 3 });
  assert.equal(read(2), undefined);
});

test('a host is told the zone of its aggregate, and that it has left it', () => {
  const { ctx, say, add, remove, read } = aRegistry();
  say({ type: 'createAggregate', name: 'a', zone: 'z1' });
  assert.deepEqual(add(1, 'h1'), DONE);
  assert.deepEqual(read(1)?.hosts, ['h1']);
  assert.deepEqual(ctx.toldTo('host/h1'), [{ type: 'setZone', zone: 'z1' }]);
  say({ type: 'updateAggregate', number: 1, zone: 'z2', occupied: {} });
  assert.deepEqual(ctx.toldTo('host/h1').at(-1), { type: 'setZone', zone: 'z2' });
  remove(1, 'h1');
  assert.deepEqual(ctx.toldTo('host/h1').at(-1), { type: 'setZone', zone: null });
});

test('a host is not told anew of its zone when another one comes or goes', () => {
  const { ctx, say, add, remove, read } = aRegistry();
  say({ type: 'createAggregate', name: 'a', zone: 'z1' });
  add(1, 'h1');
  add(1, 'h2');
  remove(1, 'h2');
  assert.deepEqual(ctx.toldTo('host/h1'), [{ type: 'setZone', zone: 'z1' }]);
  assert.equal(ctx.toldTo('host/h2').length, 2);
  say({ type: 'createAggregate', name: 'fleet', zone: null, hosts: ['h1', 'h2'] });
  assert.deepEqual(read(2)?.hosts, ['h1', 'h2']);
  assert.equal(ctx.toldTo('host/h1').length, 1);
});

test('a host is in one zone only', () => {
  const { say, add } = aRegistry();
  say({ type: 'createAggregate', name: 'a', zone: 'z1' });
  say({ type: 'createAggregate', name: 'b', zone: 'z2' });
  say({ type: 'createAggregate', name: 'c', zone: null });
  add(1, 'h1');
  assert.deepEqual(codeOf(add(2, 'h1')), {
    code: 'InvalidAggregateAction',
    aggregateId: '2',
    action: 'addHost',
    reason: "One or more hosts already in availability zone(s) ['z1']",
  });
  assert.deepEqual(add(3, 'h1'), DONE);
  const metadata = { availability_zone: 'z3' };
  assert.notEqual(codeOf(say({ type: 'setAggregateMetadata', number: 3, metadata, occupied: {} })), null);
  assert.notEqual(codeOf(say({ type: 'updateAggregate', number: 3, zone: 'z3', occupied: {} })), null);
});

test('instances are not moved to another zone with their host', () => {
  const { say, add, remove } = aRegistry();
  say({ type: 'createAggregate', name: 'a', zone: 'z1' });
  assert.notEqual(codeOf(add(1, 'h1', { h1: 2 })), null);
  assert.deepEqual(add(1, 'h1'), DONE);
  assert.notEqual(codeOf(remove(1, 'h1', { h1: 2 })), null);
  assert.notEqual(codeOf(say({ type: 'updateAggregate', number: 1, zone: 'z2', occupied: { h1: 2 } })), null);
  assert.deepEqual(say({ type: 'updateAggregate', number: 1, zone: 'z1', occupied: { h1: 2 } }), DONE);
  say({ type: 'createAggregate', name: 'b', zone: 'z1' });
  assert.deepEqual(add(2, 'h1', { h1: 2 }), DONE, 'the same zone');
  assert.deepEqual(remove(1, 'h1', { h1: 2 }), DONE, 'still in it by the other aggregate');
});

test('metadata is added to, and null takes a key away; a zone cannot be taken away', () => {
  const { say, read } = aRegistry();
  say({ type: 'createAggregate', name: 'a', zone: 'z1' });
  const set = (metadata: Readonly<Record<string, string | null>>) =>
    say({ type: 'setAggregateMetadata', number: 1, metadata, occupied: {} });
  set({ ssd: 'true', gpu: 'no' });
  set({ gpu: null });
  assert.deepEqual(read(1)?.metadata, { availability_zone: 'z1', ssd: 'true' });
  assert.notEqual(codeOf(set({ availability_zone: null })), null);
});

test('a packing policy that there is not is refused with its key and what is allowed, and changes nothing', () => {
  const { say, read } = aRegistry();
  say({ type: 'createAggregate', name: 'a', zone: null });
  const set = (metadata: Readonly<Record<string, string | null>>) =>
    codeOf(say({ type: 'setAggregateMetadata', number: 1, metadata, occupied: {} }));
  for (const name of ['bestfit', 'Best-Fit', '']) {
    assert.deepEqual(set({ ssd: 'true', packing_policy: name }), {
      code: 'InvalidInput',
      reason: `aggregate metadata packing_policy is '${name}'; allowed are weights, first-fit, best-fit, age-aware, stranding-aware, spread-domains`,
    });
    assert.deepEqual(read(1)?.metadata, {});
  }
  assert.equal(set({ packing_policy: 'best-fit', Packing_Policy: 'anything: the key is another one' }), null);
  assert.equal(read(1)?.metadata['packing_policy'], 'best-fit');
  assert.equal(set({ packing_policy: null }), null);
  assert.equal(read(1)?.metadata['packing_policy'], undefined);
});

test('an aggregate with hosts is not deleted, and hosts come and go once', () => {
  const { say, add, remove } = aRegistry();
  say({ type: 'createAggregate', name: 'a', zone: null });
  add(1, 'h1');
  assert.deepEqual(codeOf(add(1, 'h1')), { code: 'AggregateHostExists', aggregateId: '1', host: 'h1' });
  assert.deepEqual(codeOf(say({ type: 'deleteAggregate', number: 1 })), {
    code: 'InvalidAggregateAction',
    aggregateId: '1',
    action: 'remove',
    reason: 'Host aggregate is not empty',
  });
  remove(1, 'h1');
  assert.deepEqual(codeOf(remove(1, 'h1')), { code: 'AggregateHostNotFound', aggregateId: '1', host: 'h1' });
  assert.deepEqual(say({ type: 'deleteAggregate', number: 1 }), DONE);
  assert.deepEqual(codeOf(say({ type: 'deleteAggregate', number: 1 })), {
    code: 'AggregateNotFound',
    aggregateId: '1',
  });
});

test('a project has no more server groups than it may', () => {
  const { say } = aRegistry();
  const group = { name: 'g', projectId: 'p1', userId: 'u1', policy: 'affinity', maxServersPerHost: null } as const;
  const create = (id: string, groupsMax: number) =>
    say({ type: 'createServerGroup', group: { ...group, id }, groupsMax });
  assert.deepEqual(create('g1', 1), DONE);
  assert.deepEqual(codeOf(create('g2', 1)), { code: 'ServerGroupLimitExceeded' });
  assert.deepEqual(create('g2', -1), DONE);
  assert.deepEqual(say({ type: 'deleteServerGroup', id: 'g1' }), DONE);
  assert.deepEqual(codeOf(say({ type: 'deleteServerGroup', id: 'g1' })), {
    code: 'ServerGroupNotFound',
    groupId: 'g1',
  });
});
