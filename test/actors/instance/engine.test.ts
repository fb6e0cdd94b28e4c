import assert from 'node:assert/strict';
import test from 'node:test';
import { instanceActions } from '../../../actors/instance/actions/row.ts';
import { bootData } from '../../../actors/instance/row.ts';
import { limits } from '../../../actors/limits.ts';
import { assertHas } from '../assert-has.ts';
import { anInstance, ID, SPEC, Told, USER } from './an-instance.ts';

const RELEASE = { type: 'release', instances: 1, cores: 2, ramMib: 512, userId: 'u1' };

function created(spec = SPEC): Told {
  const told = new Told();
  told.tell({ type: 'create', spec, requester: USER });
  return told;
}

/** Created, placed on a host, with its ports: the guest is being made. */
function spawning(host = 'host-a'): Told {
  const told = created();
  told.claimed(host);
  told.portsBound();
  return told;
}

const actionsOf = (told: Told) => [...instanceActions.scan(told.ctx.rows, { idPrefix: `${ID}.` })];

test('whoever waits for an instance to be there is answered when it is, also by one that was there before', () => {
  const answer = { asker: { client: 'front', call: 7 }, instanceIds: ['i1', 'i2'] };
  const told = new Told();
  told.tell({ type: 'create', spec: SPEC, requester: USER, answer });
  told.tell({ type: 'create', spec: SPEC, requester: USER, answer });
  const reply = { ok: true, value: { instanceIds: ['i1', 'i2'] } };
  assert.deepEqual(told.ctx.replies, [reply, reply]);
});

test('a new instance claims a host, binds ports and has its guest made, and is then active', () => {
  const told = created();
  assert.equal(told.state?.vmState, 'building');
  assert.equal(told.state?.taskState, 'scheduling');
  const [claim] = told.ctx.toldTo('cell/cell1');
  assertHas(claim, {
    type: 'claim',
    claimId: 'req-1.0.0.1',
    // Swap counts as disk, rounded up.
    request: { demand: { vcpus: 2, memoryMib: 512, diskGib: 5 } },
  });
  assert.equal(told.claimed('host-a').taskState, 'networking');
  assertHas(told.ctx.toldTo('network/main'), [{ type: 'bindPorts', host: 'host-a' }]);
  assert.equal(told.portsBound().taskState, 'spawning');
  const [effect] = told.ctx.effects;
  assert.equal(effect?.name, 'driver.ensureRunning');
  assert.deepEqual(effect?.args, { host: 'host-a', instanceId: ID });
  const active = told.effectEnded('well');
  assertHas(active, {
    vmState: 'active',
    taskState: null,
    operation: null,
    powerState: 1,
    host: 'host-a',
    availabilityZone: 'nova',
    launchedAtMs: told.ctx.nowMs,
    updatedAtMs: told.ctx.nowMs,
  });
  const [action] = actionsOf(told);
  assert.equal(action?.action, 'create');
  assertHas(action?.events, [{ result: 'Success', finishMs: told.ctx.nowMs, host: 'host-a' }]);
});

test('an instance without networks asks for no ports', () => {
  const told = new Told();
  told.tell({ type: 'create', spec: { ...SPEC, networks: 'none' }, requester: USER });
  assert.equal(told.claimed('host-a').taskState, 'spawning');
  assert.deepEqual(told.ctx.toldTo('network/main'), []);
});

test('an answer that comes twice, or for another try, changes nothing', () => {
  const told = created();
  const claimId = told.stepId;
  const answer = { type: 'claimed', claimId, outcome: { ok: true, value: { host: 'host-a', zone: 'nova' } } } as const;
  told.tell(answer);
  const before = told.state;
  assert.equal(told.tell(answer), before);
  assert.equal(told.tell({ ...answer, claimId: 'req-1.0.0.2' }), before);
  assert.equal(told.tell({ ...answer, claimId: 'req-0.0.1.1' }), before);
  assert.equal(told.effectEnded('badly', 'req-1.0.0.1.undo'), before);
});

test("without a host the instance is in ERROR with the scheduler's words, holds nothing and tells more to administrators", () => {
  const told = created();
  const failed = told.noHost();
  assert.equal(failed.vmState, 'error');
  assert.equal(failed.taskState, null);
  assert.equal(failed.fault?.code, 500);
  assert.equal(failed.fault?.message, 'No valid host was found.');
  assert.equal(failed.fault?.details, 'Of 1 hosts: none.');
  assertHas(told.ctx.toldTo('cell/cell1').at(-1), { type: 'release', instanceId: ID });
  assert.equal(actionsOf(told)[0]?.message, 'Error');
});

test('without ports the claim is released and the fault says that the networks failed', () => {
  const told = created();
  told.claimed('host-a');
  const error = { code: 'NoMoreAddresses', networkId: 'n1' } as const;
  const failed = told.tell({ type: 'portsBound', requestId: told.stepId, outcome: { ok: false, error } });
  assert.equal(failed.vmState, 'error');
  assert.equal(failed.host, null);
  assert.equal(
    failed.fault?.message,
    `Build of instance ${ID} aborted: Failed to allocate the network(s) with error ` +
      'No fixed IP addresses available for network: n1, not rescheduling.',
  );
  // The host cannot help it.
  assert.deepEqual(told.ctx.toldTo('cell/cell1').at(-1), { type: 'release', instanceId: ID });
  assertHas(told.ctx.toldTo('network/main').at(-1), { type: 'releasePorts' });
});

test('a guest that cannot be made is tried on other hosts, and everything of the first is given back', () => {
  const told = spawning('host-a');
  const again = told.effectEnded('badly');
  assertHas(again, { vmState: 'building', taskState: 'scheduling', host: null, ports: [] });
  assert.deepEqual(again.failedHosts, ['host-a']);
  const undo = told.ctx.effects.at(-1);
  assert.equal(undo?.name, 'driver.ensureAbsent');
  assert.deepEqual(undo?.args, { host: 'host-a', instanceId: ID });
  const [, release, claim] = told.ctx.toldTo('cell/cell1');
  assert.deepEqual(release, { type: 'release', instanceId: ID, buildFailed: true });
  assertHas(claim, { claimId: 'req-1.1.0.1', request: { excludedHosts: ['host-a'] } });
  // The removal of the first guest ends in the middle of the second try.
  assert.equal(told.effectEnded('badly', undo?.effectId), again);
  told.claimed('host-b');
  told.portsBound();
  assertHas(told.effectEnded('well'), { vmState: 'active', host: 'host-b', fault: null });
});

test('after the last host the fault says that all are exhausted, and its details name the causes', () => {
  const told = spawning('host-0');
  for (let count = 1; count < limits.createAttemptsMax; count++) {
    told.effectEnded('badly');
    told.claimed(`host-${count}`);
    told.portsBound();
  }
  const failed = told.effectEnded('badly');
  assert.equal(failed.vmState, 'error');
  assert.equal(failed.host, null);
  const reason = `Exhausted all hosts available for retrying build failures for instance ${ID}.`;
  assert.equal(failed.fault?.message, `Exceeded maximum number of retries. ${reason}`);
  assert.match(failed.fault?.details ?? '', /no disk/);

  const lonely = spawning('host-a');
  lonely.effectEnded('badly');
  const { fault } = lonely.noHost();
  assert.equal(fault?.message, `Exceeded maximum number of retries. ${reason}`);
  assert.match(fault?.details ?? '', /Of 1 hosts.*Before that.*no disk/);
});

test('as many hosts are tried as the instance says', () => {
  const told = created({ ...SPEC, placement: { attemptsMax: 1 } });
  told.claimed('host-a');
  told.portsBound();
  assert.equal(told.effectEnded('badly').vmState, 'error');
});

test('a cell with failed builds on the host is told when one goes well, and only then', () => {
  const there = { host: 'host-a', zone: 'nova', hasFailedBuilds: true } as const;
  const told = created();
  told.tell({ type: 'claimed', claimId: told.stepId, outcome: { ok: true, value: there } });
  told.portsBound();
  const after = told.effectEnded('well');
  assert.deepEqual(told.ctx.toldTo('cell/cell1').at(-1), { type: 'built', host: 'host-a' });
  assert.equal(after.placement?.tellsBuilt, undefined);

  const elsewhere = created();
  elsewhere.tell({ type: 'claimed', claimId: elsewhere.stepId, outcome: { ok: true, value: there } });
  elsewhere.portsBound();
  elsewhere.effectEnded('badly');
  elsewhere.claimed('host-b');
  elsewhere.portsBound();
  elsewhere.effectEnded('well');
  assertHas(elsewhere.ctx.toldTo('cell/cell1').at(-1), { type: 'claim' });
});

test('a delete overtakes a build at every step: the effect is taken back, everything is given back once', () => {
  const steps: readonly ((told: Told) => void)[] = [() => {}, (t) => t.claimed('host-a'), (t) => t.portsBound()];
  for (let reached = 0; reached < steps.length; reached++) {
    const told = created();
    for (const step of steps.slice(1, reached + 1)) step(told);
    const overtaken = told.stepId;
    const deleting = told.begin('delete', 'req-2');
    assert.ok(told.ctx.cancelledEffects.includes(overtaken));
    if (reached > 0) {
      assert.equal(deleting.taskState, 'deleting');
      assert.equal(told.ctx.effects.at(-1)?.name, 'driver.ensureAbsent');
      told.effectEnded('well');
    }
    assertHas(told.state, { vmState: 'deleted', taskState: null, ports: [], powerState: 0 });
    assert.equal(told.state?.deletedAtMs, told.ctx.nowMs);
    assert.deepEqual(told.ctx.toldTo('project/p1'), [RELEASE]);
    assertHas(told.ctx.toldTo('cell/cell1').at(-1), { type: 'release' });
    assertHas(told.ctx.toldTo('network/main').at(-1), { type: 'releasePorts' });
    assert.equal(bootData.read(told.ctx.rows, ID), undefined);
    const [create, remove] = actionsOf(told);
    assert.equal(create?.events[0]?.result, 'Error');
    assert.equal(remove?.events[0]?.result, 'Success');
    // What the overtaken steps are answered with comes too late.
    const late = told.state;
    const outcome = { ok: true, value: { host: 'host-z', zone: 'nova' } } as const;
    assert.equal(told.tell({ type: 'claimed', claimId: overtaken, outcome }), late);
    assert.equal(told.tell({ type: 'portsBound', requestId: overtaken, outcome: { ok: true, value: [] } }), late);
    assert.equal(told.effectEnded('well', overtaken), late);
    assert.deepEqual(told.ctx.toldTo('project/p1'), [RELEASE]);
  }
});

test('a second delete is taken and does nothing; one of what is gone is not found', () => {
  const told = new Told(anInstance());
  const deleting = told.begin('delete', 'req-2');
  assert.equal(told.begin('delete', 'req-3'), deleting);
  told.effectEnded('well');
  told.begin('delete', 'req-4');
  assert.deepEqual(
    told.ctx.replies.map((reply) => typeof reply === 'object' && reply !== null && 'ok' in reply && reply.ok),
    [true, true, false],
  );
  assert.deepEqual(told.ctx.toldTo('project/p1'), [RELEASE]);
});

test('a removal that fails is tried again, later each time, and then left to the host', () => {
  const told = new Told(anInstance());
  told.begin('delete', 'req-2');
  for (let count = 1; count < limits.deleteAttemptsMax; count++) {
    const failedStep = told.stepId;
    told.effectEnded('badly');
    assert.notEqual(told.stepId, failedStep);
    const timer = told.ctx.timers.at(-1);
    assert.equal(timer?.delayMs, limits.retryStepMs * 2 ** (count - 1));
    assert.deepEqual(timer?.message, { type: 'retryStep', requestId: 'req-2', step: 0 });
    // A late answer to the try before ends nothing.
    assert.equal(told.effectEnded('well', failedStep).vmState, 'active');
    told.tell({ type: 'retryStep', requestId: 'req-2', step: 0 });
    assert.equal(told.ctx.effects.at(-1)?.effectId, told.stepId);
  }
  assert.equal(told.effectEnded('badly').vmState, 'deleted');
  assert.deepEqual(told.ctx.toldTo('project/p1'), [RELEASE]);
});

test('a timer of an operation that is over tries nothing', () => {
  const told = new Told(anInstance());
  const before = told.state;
  assert.equal(told.tell({ type: 'retryStep', requestId: 'req-2', step: 0 }), before);
  told.begin('delete', 'req-3');
  const count = told.ctx.effects.length;
  told.tell({ type: 'retryStep', requestId: 'req-2', step: 0 });
  assert.equal(told.ctx.effects.length, count);
});

test('a hard reboot overtakes a soft one: its effect is taken back and its end ignored', () => {
  const told = new Told(anInstance());
  assert.equal(told.begin('softReboot', 'req-2').taskState, 'reboot_started');
  const soft = told.stepId;
  assert.equal(told.begin('hardReboot', 'req-3').taskState, 'reboot_started_hard');
  assert.deepEqual(told.ctx.cancelledEffects, [soft]);
  const hard = told.state;
  assert.equal(told.effectEnded('badly', soft), hard);
  assertHas(told.effectEnded('well'), { vmState: 'active', taskState: null });
  assert.deepEqual(
    actionsOf(told).map(({ message }) => message),
    ['Error', null],
  );
});

test('a failed start or stop leaves the state, a failed reboot makes it ERROR; each leaves a fault', () => {
  const cases = [
    ['start', 'stopped', 'stopped'],
    ['stop', 'active', 'active'],
    ['softReboot', 'active', 'error'],
    ['hardReboot', 'error', 'error'],
  ] as const;
  for (const [operation, before, after] of cases) {
    const told = new Told(anInstance({ vmState: before }));
    told.begin(operation, 'req-2');
    const failed = told.effectEnded('badly');
    assertHas(failed, { vmState: after, taskState: null, operation: null, host: 'host-a' });
    assert.equal(failed.fault?.message, 'no disk');
    assert.equal(failed.updatedAtMs, told.ctx.nowMs);
  }
});

test('what is created a second time stays as it is, and its quota is given back', () => {
  const told = created();
  const before = told.state;
  assert.equal(told.tell({ type: 'create', spec: SPEC, requester: { ...USER, requestId: 'req-2' } }), before);
  assert.deepEqual(told.ctx.toldTo('project/p1'), [RELEASE]);
});

test('a change of what the user may change is answered and dated; of what is gone it is not found', () => {
  const told = new Told(anInstance());
  assert.equal(told.tell({ type: 'update', changes: { name: 'new' } }).name, 'new');
  assert.equal(told.state?.updatedAtMs, told.ctx.nowMs);
  const gone = new Told(anInstance({ deletedAtMs: 5 }));
  gone.tell({ type: 'update', changes: { name: 'new' } });
  assert.deepEqual(gone.ctx.replies, [{ ok: false, error: { code: 'InstanceNotFound', instanceId: ID } }]);
});
