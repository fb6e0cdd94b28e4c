import assert from 'node:assert/strict';
import test from 'node:test';
import { type HostState, handle } from '../../../actors/host/handle.ts';
import type { Look } from '../../../actors/host/look.ts';
import { type HostMessage, type HostRegistration, host } from '../../../actors/host/protocol.ts';
import { type Instance, instances } from '../../../actors/instance/row.ts';
import { limits } from '../../../actors/limits.ts';
import type { GuestPower } from '../../../drivers/hypervisor.ts';
import { smallHost } from '../../drivers/small-host.ts';
import { assertHas } from '../assert-has.ts';
import { anInstance, ID } from '../instance/an-instance.ts';
import { RecordingContext } from '../recording-context.ts';

const REGISTRATION: HostRegistration = { name: 'host-a', cell: 'cell1', zone: 'nova', lookEveryMs: 60_000 };
const INVENTORY = smallHost();

/** A host that is told one message after the other. */
class ToldHost {
  readonly ctx = new RecordingContext(host.at('host-a'));
  state: HostState = null;

  tell(message: HostMessage): void {
    this.ctx.nowMs += 1_000;
    this.state = handle(this.state, message, this.ctx);
  }

  /** The driver's answer to the last look, asked for a moment ago. */
  looked(guests: Readonly<Record<string, GuestPower>>, changes: Partial<Look> = {}): void {
    const value: Look = {
      inventory: INVENTORY,
      bootId: 'boot-1',
      askedAtMs: this.ctx.nowMs,
      guests: Object.entries(guests).map(([instanceId, power]) => ({
        instanceId,
        power,
        processId: null,
        access: [],
      })),
      ...changes,
    };
    this.tell({ type: 'effectEnded', effectId: 'look', name: 'driver.look', outcome: { ok: true, value } });
  }

  unreachable(): void {
    const outcome = { ok: false, error: { code: 'Unreachable', reason: 'gone' } } as const;
    this.tell({ type: 'effectEnded', effectId: 'look', name: 'driver.look', outcome });
  }

  put(changes: Partial<Instance>): void {
    const row = anInstance(changes);
    this.ctx.put(instances, row.id, row);
  }

  get removals(): readonly unknown[] {
    return this.ctx.effects.filter(({ name }) => name === 'driver.ensureAbsent').map(({ args }) => args);
  }

  get told(): readonly unknown[] {
    return this.ctx.toldTo(`instance/${ID}`);
  }
}

/** A host that is up, seen in its first boot. */
function upHost(): ToldHost {
  const told = new ToldHost();
  told.tell({ type: 'register', registration: REGISTRATION });
  told.looked({});
  return told;
}

test('a host that registers is looked at, tells the cell what it has and is up', () => {
  const told = new ToldHost();
  told.tell({ type: 'register', registration: REGISTRATION });
  assert.equal(told.state?.state, 'connecting');
  assert.deepEqual(told.ctx.replies, [{ ok: true, value: { host: 'host-a' } }]);
  assertHas(told.ctx.effects, [{ name: 'driver.look', args: { host: 'host-a', askedAtMs: told.ctx.nowMs } }]);
  told.looked({ other: 'running' });
  assertHas(told.state, { state: 'up', problem: null, bootId: 'boot-1', seenAtMs: told.ctx.nowMs, runningGuests: 1 });
  assertHas(told.ctx.toldTo('cell/cell1'), [
    { type: 'hostReported', inventory: INVENTORY, zone: 'nova' },
    { type: 'hostAvailable', available: true },
  ]);
  assertHas(told.ctx.timers, [{ delayMs: 60_000, message: { type: 'lookAgain' } }]);
});

test('a host that registers again keeps its ids, and is up until a look says otherwise', () => {
  const told = upHost();
  const before = told.state;
  told.tell({ type: 'register', registration: { ...REGISTRATION, zone: 'other' } });
  assert.deepEqual(told.state, { ...before, zone: 'other', registeredZone: 'other' });
});

test('the zone of an aggregate goes before the registered one, also over a new registration, and the cell is told', () => {
  const told = upHost();
  told.tell({ type: 'setZone', zone: 'rack-1' });
  assert.equal(told.state?.zone, 'rack-1');
  assertHas(told.ctx.toldTo('cell/cell1').at(-1), { type: 'hostReported', zone: 'rack-1' });
  told.tell({ type: 'register', registration: { ...REGISTRATION, zone: 'other' } });
  assert.equal(told.state?.zone, 'rack-1');
  told.tell({ type: 'setZone', zone: null });
  assert.equal(told.state?.zone, 'other');
  assertHas(told.ctx.toldTo('cell/cell1').at(-1), { type: 'hostReported', zone: 'other' });
});

test('a host that cannot be looked at is down, is tried again soon and comes back', () => {
  const told = upHost();
  told.unreachable();
  assertHas(told.state, { state: 'down', problem: 'gone' });
  assertHas(told.ctx.toldTo('cell/cell1').at(-1), { type: 'hostAvailable', available: false });
  assert.equal(told.ctx.timers.at(-1)?.delayMs, limits.reconnectMs);
  told.tell({ type: 'lookAgain' });
  assert.equal(told.ctx.effects.at(-1)?.name, 'driver.look');
  told.looked({});
  assert.equal(told.state?.state, 'up');
  assertHas(told.ctx.toldTo('cell/cell1').at(-1), { type: 'hostAvailable', available: true });
});

test('a report that is none counts as none', () => {
  const told = upHost();
  told.tell({ type: 'effectEnded', effectId: 'look', name: 'driver.look', outcome: { ok: true, value: 'odd' } });
  assert.equal(told.state?.state, 'down');
});

test('a disabled host is well and takes no instances', () => {
  const told = upHost();
  told.tell({ type: 'setDisabled', disabled: true, reason: 'maintenance' });
  assertHas(told.state, { state: 'up', disabled: true, disabledReason: 'maintenance' });
  told.looked({});
  assertHas(told.ctx.toldTo('cell/cell1').at(-1), { available: false });
  told.tell({ type: 'setDisabled', disabled: false, reason: null });
  assertHas(told.ctx.toldTo('cell/cell1').at(-1), { available: true });
});

test('an unknown host answers that it is not known', () => {
  const told = new ToldHost();
  told.tell({ type: 'setDisabled', disabled: true, reason: null });
  assert.deepEqual(told.ctx.replies, [{ ok: false, error: { code: 'HostNotFound', host: 'host-a' } }]);
});

test('an instance whose guest is as it thinks is not bothered', () => {
  const told = upHost();
  told.put({});
  told.looked({ [ID]: 'running' });
  assert.deepEqual(told.told, []);
  assert.deepEqual(told.removals, []);
});

test('an instance is told when its guest has stopped, or is not there', () => {
  for (const guests of [{ [ID]: 'crashed' }, {}] as const) {
    const told = upHost();
    told.put({});
    told.looked(guests);
    assertHas(told.told, [{ type: 'powerChanged', power: ID in guests ? 'crashed' : 'stopped' }]);
  }
});

test('what is under way or has changed since the look was asked for is left to the next look', () => {
  const told = upHost();
  const operation = { action: 'stop', requestId: 'r', round: 0, step: 0, attempt: 1, startedMs: 1 } as const;
  told.put({ operation, taskState: 'powering-off' });
  told.looked({ [ID]: 'stopped' });
  told.put({ updatedAtMs: told.ctx.nowMs });
  told.looked({ [ID]: 'stopped' }, { askedAtMs: told.ctx.nowMs });
  assert.deepEqual(told.told, []);
});

test('a guest without an instance here is removed, one with an instance never', () => {
  const told = upHost();
  told.put({});
  const elsewhere = { id: 'i-elsewhere', host: 'host-b' };
  const deleted = { id: 'i-deleted', deletedAtMs: 5, vmState: 'deleted' } as const;
  for (const changes of [elsewhere, deleted]) told.put(changes);
  for (const vmState of ['stopped', 'error', 'building'] as const) told.put({ id: `i-${vmState}`, vmState });
  const powers = { 'i-stopped': 'stopped', 'i-error': 'stopped', 'i-building': 'running' } as const;
  told.looked({ [ID]: 'running', 'i-elsewhere': 'running', 'i-deleted': 'stopped', 'i-unknown': 'running', ...powers });
  assertHas(told.removals, [
    { host: 'host-a', instanceId: 'i-elsewhere' },
    { host: 'host-a', instanceId: 'i-deleted' },
    { host: 'host-a', instanceId: 'i-unknown' },
  ]);
});

test('after an outage the guests that should run are started again, the stopped ones are not', () => {
  const told = upHost();
  told.put({});
  told.put({ id: 'i-stopped', vmState: 'stopped', powerState: 4 });
  told.looked({ [ID]: 'crashed', 'i-stopped': 'crashed' }, { bootId: 'boot-2' });
  assertHas(told.told, [{ type: 'resumeGuest' }]);
  assert.deepEqual(told.ctx.toldTo('instance/i-stopped'), []);
  // Its instance may have begun something else just before, and not have taken that up: it is over when the guest runs.
  assert.equal(told.state?.bootId, 'boot-1');
  told.looked({ [ID]: 'running' }, { bootId: 'boot-2' });
  assert.equal(told.state?.bootId, 'boot-2');
  // The next look is in the same boot: what ends now has ended by itself.
  told.looked({ [ID]: 'crashed' }, { bootId: 'boot-2' });
  assertHas(told.told.at(-1), { type: 'powerChanged' });
});

test('an outage is not over while an instance was busy at the look, so that its guest is seen to, too', () => {
  const told = upHost();
  const operation = { action: 'softReboot', requestId: 'r', round: 0, step: 0, attempt: 1, startedMs: 1 } as const;
  told.put({ operation, taskState: 'rebooting' });
  told.looked({ [ID]: 'crashed' }, { bootId: 'boot-2' });
  assert.deepEqual(told.told, []);
  assert.equal(told.state?.bootId, 'boot-1');
  assert.equal(told.ctx.timers.at(-1)?.delayMs, limits.outageLookMs);
  // Its reboot had ended before the outage, and this was only heard afterwards.
  told.put({});
  told.looked({ [ID]: 'crashed' }, { bootId: 'boot-2' });
  assertHas(told.told, [{ type: 'resumeGuest' }]);
  told.looked({ [ID]: 'running' }, { bootId: 'boot-2' });
  assert.equal(told.state?.bootId, 'boot-2');
});

test('the first look of a host is no outage', () => {
  const told = new ToldHost();
  told.tell({ type: 'register', registration: REGISTRATION });
  told.put({});
  told.looked({ [ID]: 'stopped' });
  assertHas(told.told, [{ type: 'powerChanged' }]);
});

test('what a guest does by itself reaches its instance, unless that is on another host', () => {
  const told = upHost();
  const changed = { type: 'guestChanged', instanceId: ID, power: 'crashed', reason: 'signal 9' } as const;
  told.put({ host: 'host-b' });
  told.tell(changed);
  assert.deepEqual(told.told, []);
  told.put({});
  told.tell(changed);
  assertHas(told.told, [{ type: 'powerChanged', power: 'crashed', reason: 'signal 9' }]);
});
