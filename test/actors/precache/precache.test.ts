import assert from 'node:assert/strict';
import test from 'node:test';
import { limits } from '../../../actors/limits.ts';
import { handle, type PrecacheEvent, type PrecacheState } from '../../../actors/precache/handle.ts';
import { type PrecacheMessage, precache } from '../../../actors/precache/protocol.ts';
import { type PrecachePlan, precachePlans } from '../../../actors/precache/row.ts';
import { RecordingContext } from '../recording-context.ts';

const IMAGE = { imageId: 'i1', contentId: 'c1', format: 'raw', sizeBytes: 1 } as const;

const aPlan = (hosts: readonly string[], hostsAtOnce = 1): PrecachePlan => ({
  aggregate: { number: 1, uuid: 'a1', name: 'agg', hosts, metadata: {} },
  images: [IMAGE],
  unusable: [],
  hostsAtOnce,
});

function aJob(plan: PrecachePlan) {
  const ctx = new RecordingContext(precache.at('job'));
  const heard: PrecacheEvent[] = [];
  let state: PrecacheState = null;
  const say = (message: PrecacheMessage): PrecacheState => {
    state = handle(state, message, ctx, (event) => heard.push(event));
    return state;
  };
  say({ type: 'begin', plan });
  const askedHosts = () => ctx.tells.map(({ to }) => to);
  const ends = (host: string, cached: readonly string[] = ['i1']) => say({ type: 'hostEnded', host, cached });
  return { ctx, heard, say, ends, askedHosts };
}

test('hosts are asked as many at a time as the plan says, and the job ends with the last of them', () => {
  const { ctx, heard, ends, askedHosts } = aJob(aPlan(['a', 'b', 'c'], 2));
  assert.deepEqual(ctx.replies, [{ ok: true, value: null }]);
  assert.deepEqual(askedHosts(), ['host/a', 'host/b']);
  assert.deepEqual(ctx.tells[0]?.message, { type: 'cacheImages', job: 'job', images: [IMAGE] });
  ends('b');
  assert.deepEqual(askedHosts(), ['host/a', 'host/b', 'host/c']);
  ends('a', []);
  assert.notEqual(precachePlans.read(ctx.rows, 'job'), undefined);
  assert.equal(ends('c'), null, 'nothing is left of it');
  assert.equal(precachePlans.read(ctx.rows, 'job'), undefined);
  assert.deepEqual(heard, [
    { kind: 'begun' },
    { kind: 'hostEnded', host: 'b', cached: ['i1'], index: 1 },
    { kind: 'hostEnded', host: 'a', cached: [], index: 2 },
    { kind: 'hostEnded', host: 'c', cached: ['i1'], index: 3 },
    { kind: 'ended' },
  ]);
});

test('an aggregate without hosts is done at once', () => {
  const { ctx, heard } = aJob(aPlan([]));
  assert.deepEqual(
    heard.map(({ kind }) => kind),
    ['begun', 'ended'],
  );
  assert.equal(precachePlans.read(ctx.rows, 'job'), undefined);
});

test('a host that never answers is counted as one with nothing, and what it says later changes nothing', () => {
  const { ctx, heard, say, ends, askedHosts } = aJob(aPlan(['a', 'b']));
  assert.deepEqual(ctx.timers.at(-1)?.delayMs, limits.precacheHostMs);
  ctx.nowMs += limits.precacheHostMs - 1;
  say({ type: 'overdue' });
  assert.deepEqual(askedHosts(), ['host/a']);
  assert.equal(ctx.timers.at(-1)?.delayMs, 1);
  ctx.nowMs += 1;
  say({ type: 'overdue' });
  assert.deepEqual(askedHosts(), ['host/a', 'host/b']);
  ends('a');
  assert.deepEqual(heard.slice(1), [{ kind: 'hostEnded', host: 'a', cached: [], index: 1 }]);
  assert.equal(ends('b'), null);
});

test('a request that comes twice begins one job, and answers of a job that is over are dropped', () => {
  const plan = aPlan(['a']);
  const { ctx, heard, say, ends } = aJob(plan);
  say({ type: 'begin', plan });
  assert.deepEqual([ctx.replies.length, ctx.tells.length], [2, 1]);
  ends('a');
  assert.equal(ends('a'), null);
  assert.equal(say({ type: 'overdue' }), null);
  assert.equal(heard.length, 3);
});
