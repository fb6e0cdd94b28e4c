import assert from 'node:assert/strict';
import test from 'node:test';
import type { CellDecision, DecisionListener } from '../../../actors/cell/decision.ts';
import { activate, type CellState, handle } from '../../../actors/cell/handle.ts';
import { type CellMessage, cell, type Demand, type GroupPlacement } from '../../../actors/cell/protocol.ts';
import { allocationId, allocations, hostResources } from '../../../actors/cell/row.ts';
import { instance } from '../../../actors/instance/protocol.ts';
import { DEFAULT_SCHEDULER_OPTIONS, type SchedulerOptions } from '../../../actors/scheduler/options.ts';
import { rulesOf } from '../../../actors/scheduler/rules.ts';
import { seededRandom } from '../../../runtime/random.ts';
import { smallHost } from '../../drivers/small-host.ts';
import { RecordingContext } from '../recording-context.ts';

const INVENTORY = smallHost();

/** A cell that is told one message after the other. */
class ToldCell {
  readonly ctx = new RecordingContext(cell.at('cell1'));
  state: CellState;

  constructor(
    hosts: readonly string[],
    options: SchedulerOptions = DEFAULT_SCHEDULER_OPTIONS,
    hears?: DecisionListener,
  ) {
    this.state = activate('cell1', this.ctx.rows, rulesOf(options), hears);
    for (const host of hosts) this.tell({ type: 'hostReported', host, zone: 'nova', inventory: INVENTORY });
  }

  tell(message: CellMessage): void {
    this.state = handle(this.state, message, this.ctx);
  }

  /** Claims, and returns the host; null when there is none. */
  claim(
    instanceId: string,
    claimId: string,
    demand: Partial<Demand> = {},
    group: GroupPlacement | null = null,
  ): string | null {
    this.tell({
      type: 'claim',
      claimId,
      instanceId,
      answerTo: instance.at(instanceId),
      request: {
        demand: { vcpus: 1, memoryMib: 1_024, diskGib: 1, ...demand },
        zone: null,
        host: null,
        excludedHosts: [],
        group,
      },
    });
    const answer: unknown = this.ctx.toldTo(`instance/${instanceId}`).at(-1);
    assert.ok(typeof answer === 'object' && answer !== null && 'claimId' in answer && 'outcome' in answer);
    assert.equal(answer.claimId, claimId);
    return allocations.read(this.ctx.rows, instanceId)?.host ?? null;
  }

  /** What is used, by column. */
  used(): readonly (readonly number[])[] {
    const { vcpu, memoryMb, diskGb, end } = this.state.hosts;
    return [vcpu, memoryMb, diskGb].map(({ used }) => [...used].slice(0, end));
  }
}

test('a claim that is repeated gets the same host and takes nothing more', () => {
  const told = new ToldCell(['a', 'b']);
  told.claim('i0', 'c0');
  assert.equal(told.claim('i1', 'c1'), 'b');
  // Now the other host would be chosen.
  told.tell({ type: 'release', instanceId: 'i0' });
  const used = told.used();
  assert.equal(told.claim('i1', 'c1'), 'b');
  assert.deepEqual(told.used(), used);
  const [first, second] = told.ctx.toldTo('instance/i1');
  assert.deepEqual(second, first);
});

test('another claim of the same instance gives the one before back', () => {
  const told = new ToldCell(['a']);
  told.claim('i1', 'c1', { memoryMib: 4_096 });
  assert.equal(told.claim('i1', 'c2', { memoryMib: 4_096 }), 'a');
  assert.deepEqual(told.used(), [[1], [4_096], [1]]);
  assert.equal(told.claim('i1', 'c3', { memoryMib: 8_192 }), null);
  assert.deepEqual(told.used(), [[0], [0], [0]]);
});

test('a release gives back what was claimed, once', () => {
  const told = new ToldCell(['a']);
  told.claim('i1', 'c1');
  told.claim('i2', 'c2');
  for (let count = 0; count < 3; count++) told.tell({ type: 'release', instanceId: 'i1' });
  assert.deepEqual(told.used(), [[1], [1_024], [1]]);
  told.tell({ type: 'release', instanceId: 'unknown' });
  assert.deepEqual(told.used(), [[1], [1_024], [1]]);
});

test('a host that is down or disabled gets no claims, and keeps those it has', () => {
  const told = new ToldCell(['a']);
  told.claim('i1', 'c1');
  told.tell({ type: 'hostAvailable', host: 'a', available: false });
  assert.equal(told.claim('i2', 'c2'), null);
  // A report alone does not bring it back.
  told.tell({ type: 'hostReported', host: 'a', zone: 'nova', inventory: { ...INVENTORY, memoryMib: 8_192 } });
  assert.equal(told.claim('i2', 'c3'), null);
  told.tell({ type: 'hostAvailable', host: 'a', available: true });
  assert.equal(told.claim('i2', 'c4'), 'a');
  assert.deepEqual(told.used(), [[2], [2_048], [2]]);
});

test('a host that nobody has reported cannot be made available', () => {
  const told = new ToldCell([]);
  told.tell({ type: 'hostAvailable', host: 'ghost', available: true });
  assert.equal(hostResources.read(told.ctx.rows, 'ghost'), undefined);
  assert.equal(told.claim('i1', 'c1'), null);
});

test('processors are given away four times, memory and disk once', () => {
  const told = new ToldCell(['a']);
  const full = { vcpus: 4, memoryMib: 1_024, diskGib: 25 };
  for (const id of ['i1', 'i2', 'i3', 'i4']) assert.equal(told.claim(id, `c-${id}`, full), 'a');
  for (const [what, more] of Object.entries({ vcpus: 1, memoryMib: 1, diskGib: 1 })) {
    assert.equal(told.claim('i5', `c-${what}`, { vcpus: 0, memoryMib: 0, diskGib: 0, [what]: more }), null, what);
  }
});

test('an instance gets no more processors than its host really has', () => {
  const told = new ToldCell(['a']);
  assert.equal(told.claim('i1', 'c1', { vcpus: 5 }), null);
  assert.equal(told.claim('i1', 'c2', { vcpus: 4 }), 'a');
});

test('whatever is claimed, repeated and released, no host is over capacity and the rows give the same columns', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = seededRandom(seed);
    const upTo = (max: number): number => Math.floor(random.fraction() * max);
    const told = new ToldCell(['a', 'b', 'c']);
    const lastClaims = new Map<string, string>();
    for (let count = 0; count < 200; count++) {
      const id = `i${upTo(20)}`;
      const last = lastClaims.get(id);
      if (upTo(4) === 0) told.tell({ type: 'release', instanceId: id });
      else {
        const claimId = last !== undefined && upTo(3) === 0 ? last : `c${count}`;
        told.claim(id, claimId, { vcpus: 1 + upTo(4), memoryMib: 256 * upTo(8), diskGib: upTo(40) });
        lastClaims.set(id, claimId);
      }
      const [vcpus = [], memoryMib = [], diskGib = []] = told.used();
      assert.ok(Math.max(...vcpus) <= 16 && Math.min(...vcpus) >= 0, `seed ${seed}`);
      assert.ok(Math.max(...memoryMib) <= 4_096 && Math.min(...memoryMib) >= 0, `seed ${seed}`);
      assert.ok(Math.max(...diskGib) <= 100 && Math.min(...diskGib) >= 0, `seed ${seed}`);
    }
    const used = told.used();
    told.state = activate('cell1', told.ctx.rows);
    assert.deepEqual(told.used(), used, `seed ${seed}`);
  }
});

test('a cell activated from rows knows only the hosts of its own', () => {
  const told = new ToldCell(['a']);
  assert.equal(activate('cell2', told.ctx.rows).hosts.count, 0);
  assert.equal(activate('cell1', told.ctx.rows).hosts.count, 1);
});

test('servers of an anti-affinity group get different hosts, also after the cell has been read again', () => {
  const told = new ToldCell(['a', 'b', 'c']);
  const group = { id: 'g', policy: 'anti-affinity', maxServersPerHost: null } as const;
  assert.equal(told.claim('i0', 'c0', {}, group), 'a');
  told.state = activate('cell1', told.ctx.rows);
  assert.equal(told.claim('i1', 'c1', { memoryMib: 1 }, group), 'b');
  assert.equal(told.claim('i2', 'c2', {}, group), 'c');
  assert.equal(told.claim('i3', 'c3', {}, group), null);
  told.tell({ type: 'release', instanceId: 'i1' });
  assert.equal(told.claim('i3', 'c4', {}, group), 'b');
});

test('servers of an affinity group go where the first is, or nowhere', () => {
  const told = new ToldCell(['a', 'b']);
  const group = { id: 'g', policy: 'affinity', maxServersPerHost: null } as const;
  assert.equal(told.claim('i0', 'c0', { memoryMib: 3_072 }, group), 'a');
  assert.equal(told.claim('i1', 'c1', {}, group), 'a');
  assert.equal(told.claim('i2', 'c2', {}, group), null);
  assert.equal(told.claim('i3', 'c3'), 'b', 'who is in no group goes anywhere');
});

test('a soft group is heeded as far as there is room, when its multiplier outweighs the others', () => {
  const together = { id: 'g', policy: 'soft-affinity', maxServersPerHost: null } as const;
  const apart = { id: 'h', policy: 'soft-anti-affinity', maxServersPerHost: null } as const;
  const multipliers = {
    ...DEFAULT_SCHEDULER_OPTIONS.multipliers,
    soft_affinity_weight_multiplier: 10,
    soft_anti_affinity_weight_multiplier: 10,
  };
  const options = { ...DEFAULT_SCHEDULER_OPTIONS, multipliers };
  const told = new ToldCell(['a', 'b'], options);
  assert.equal(told.claim('i0', 'c0', { memoryMib: 3_072 }, together), 'a');
  assert.equal(told.claim('i1', 'c1', {}, together), 'a');
  assert.equal(told.claim('i2', 'c2', {}, together), 'b');
  const other = new ToldCell(['a', 'b'], options);
  assert.equal(other.claim('i0', 'c0', { memoryMib: 1 }, apart), 'a');
  other.claim('i1', 'c1', { memoryMib: 2_048 });
  assert.equal(other.claim('i2', 'c2', {}, apart), 'b');
  assert.equal(other.claim('i3', 'c3', { memoryMib: 2_048 }, apart), 'a');
});

test('an anti-affinity group may allow several servers a host', () => {
  const told = new ToldCell(['a']);
  const group = { id: 'g', policy: 'anti-affinity', maxServersPerHost: 2 } as const;
  assert.equal(told.claim('i0', 'c0', {}, group), 'a');
  assert.equal(told.claim('i1', 'c1', {}, group), 'a');
  assert.equal(told.claim('i2', 'c2', {}, group), null);
});

test('an instance that moves has a claim at both ends, and one of them when the move has ended', () => {
  const told = new ToldCell(['a', 'b']);
  const from = told.claim('i1', 'c1', { memoryMib: 3_000 });
  const move = (): void =>
    told.tell({
      type: 'claim',
      claimId: 'c2',
      instanceId: 'i1',
      part: 'move',
      answerTo: instance.at('i1'),
      request: {
        demand: { vcpus: 1, memoryMib: 3_000, diskGib: 1 },
        zone: null,
        host: null,
        excludedHosts: [from ?? ''],
      },
    });
  const hostsOf = (): readonly (string | undefined)[] => [
    allocations.read(told.ctx.rows, allocationId('i1'))?.host,
    allocations.read(told.ctx.rows, allocationId('i1', 'move'))?.host,
  ];
  const to = from === 'a' ? 'b' : 'a';
  move();
  move();
  assert.deepEqual(hostsOf(), [from, to]);
  assert.equal(told.claim('i2', 'c3', { memoryMib: 3_000 }), null);
  told.tell({ type: 'release', instanceId: 'i1', part: 'move' });
  assert.deepEqual(hostsOf(), [from, undefined]);
  move();
  told.tell({ type: 'settle', instanceId: 'i1' });
  told.tell({ type: 'settle', instanceId: 'i1' });
  assert.deepEqual(hostsOf(), [to, undefined]);
  assert.equal(told.claim('i2', 'c4', { memoryMib: 3_000 }), from);
  move();
  told.tell({ type: 'release', instanceId: 'i1' });
  assert.deepEqual(hostsOf(), [undefined, undefined]);
});

test('whoever wants to hears how each claim was decided, as things were before it, and nothing of a repeated one', () => {
  const heard: CellDecision[] = [];
  const hears = { isOn: true, hear: (decision: CellDecision) => heard.push(decision) };
  const told = new ToldCell(['a', 'b'], DEFAULT_SCHEDULER_OPTIONS, hears);
  told.claim('i1', 'c1', { memoryMib: 4_096 });
  told.claim('i1', 'c1', { memoryMib: 4_096 });
  told.claim('i2', 'c2', { memoryMib: 4_096 });
  assert.equal(told.claim('i3', 'c3', { memoryMib: 4_096 }), null);
  assert.deepEqual(
    heard.map(({ instanceId, what, explanation: { chosen } }) => [instanceId, what, chosen]),
    [
      ['i1', 'claim', 'a'],
      ['i2', 'claim', 'b'],
      ['i3', 'claim', null],
    ],
  );
  const [first, , last] = heard;
  assert.deepEqual(
    first?.explanation.told.map(({ host, passes }) => [host, passes]),
    [
      ['a', true],
      ['b', true],
    ],
  );
  assert.deepEqual(last?.explanation.refused, [{ filter: 'MEMORY_MB', hosts: 2 }]);
  assert.match(JSON.stringify(last?.explanation.told[0]), /has 0 MEMORY_MB left/);
  hears.isOn = false;
  told.claim('i4', 'c4');
  assert.equal(heard.length, 3);
});
