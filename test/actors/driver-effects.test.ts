import assert from 'node:assert/strict';
import test from 'node:test';
import { driverEffects } from '../../actors/driver-effects.ts';
import { isLook } from '../../actors/host/look.ts';
import { type Instance, instances } from '../../actors/instance/row.ts';
import { createSimHypervisor, createSimWorld } from '../../drivers/sim/index.ts';
import { realClock } from '../../runtime/clock.ts';
import type { EffectOutcome } from '../../runtime/message.ts';
import { MemoryIntake } from '../drivers/memory-intake.ts';
import { smallHost } from '../drivers/small-host.ts';
import { anInstance, ID } from './instance/an-instance.ts';
import { RecordingContext } from './recording-context.ts';

const INVENTORY = smallHost();

/** The effects of one host, with one instance in the rows. */
function effects(changes: Partial<Instance> = {}, intake: MemoryIntake | null = new MemoryIntake()) {
  const ctx = new RecordingContext({ kind: 'test', id: 'test' });
  ctx.put(instances, ID, anInstance(changes));
  const world = createSimWorld();
  const hypervisor = createSimHypervisor({ inventory: INVENTORY, clock: realClock, random: () => 0.5, world });
  const attached = { hypervisor, connect: () => hypervisor.start(), bootId: 'boot-1' };
  const run = driverEffects(ctx.rows, (name) => (name === 'host-a' ? attached : undefined), intake);
  return {
    world,
    run: (name: string, args: object = { host: 'host-a', instanceId: ID }): Promise<EffectOutcome> =>
      run({ kind: 'instance', id: ID, effectId: 'e', name, args, deadlineMs: 1 }, new AbortController().signal),
  };
}

const codeOf = (outcome: EffectOutcome): string => (outcome.ok ? 'ok' : outcome.error.code);

test('each effect gives its order to the hypervisor of its host, and repeating it changes nothing', async () => {
  const { run, world } = effects();
  for (const [name, power] of [
    ['driver.ensureRunning', 'running'],
    ['driver.ensureStopped', 'stopped'],
    ['driver.ensureRebooted', 'running'],
    ['driver.ensureAbsent', undefined],
  ] as const) {
    for (let count = 0; count < 2; count++) {
      assert.equal(codeOf(await run(name)), 'ok', name);
      assert.equal(world.guests?.get(ID)?.power, power, name);
    }
  }
});

test('what is captured of a root disk is answered, and held no longer', async () => {
  const intake = new MemoryIntake();
  const { run } = effects({}, intake);
  await run('driver.ensureRunning');
  const outcome = await run('driver.captureRoot');
  const [contentId] = intake.contents.keys();
  assert.equal(Object(outcome).value.contentId, contentId);
  assert.equal(intake.held, 0);
  assert.equal(codeOf(await effects({}, null).run('driver.captureRoot')), 'Unsupported');
});

test('a rebuild makes the guest anew, a crash dump leaves it as it is', async () => {
  const { run, world } = effects();
  await run('driver.ensureRunning');
  await run('driver.ensureRebooted');
  assert.equal(world.guests?.get(ID)?.boots, 2);
  const args = { host: 'host-a', instanceId: ID, preserveEphemeral: false };
  assert.equal(codeOf(await run('driver.ensureRebuilt', args)), 'ok');
  assert.equal(world.guests?.get(ID)?.boots, 1);
  assert.equal(codeOf(await run('driver.triggerCrashDump')), 'ok');
  assert.equal(world.guests?.get(ID)?.power, 'running');
});

test('a guest that is not there counts as stopped, and as absent', async () => {
  const { run } = effects();
  assert.equal(codeOf(await run('driver.ensureStopped')), 'ok');
  assert.equal(codeOf(await run('driver.ensureAbsent')), 'ok');
});

test('a look brings what the host has, how long it has been up, and when it was asked for', async () => {
  const { run } = effects();
  await run('driver.ensureRunning');
  const outcome = await run('driver.look', { host: 'host-a', askedAtMs: 7 });
  const guests = [{ instanceId: ID, power: 'running', processId: null, access: [] }];
  assert.ok(outcome.ok && isLook(outcome.value));
  const { uptime, ...rest } = outcome.value;
  assert.deepEqual(rest, { inventory: INVENTORY, guests, bootId: 'boot-1', askedAtMs: 7 });
  assert.ok(uptime && uptime.upMs >= 0, JSON.stringify(uptime));
});

test('no guest is made of an instance that is gone, or is on another host', async () => {
  for (const changes of [{ deletedAtMs: 5 }, { host: 'host-b' }, { host: null }]) {
    const { run, world } = effects(changes);
    assert.equal(codeOf(await run('driver.ensureRunning')), 'InstanceNotFound');
    assert.equal(codeOf(await run('driver.ensureRebooted')), 'InstanceNotFound');
    assert.equal(world.guests?.size ?? 0, 0);
  }
});

test('unknown hosts, effects, instances and senseless arguments are told as such', async () => {
  const { run } = effects();
  assert.equal(codeOf(await run('driver.ensureRunning', { host: 'host-z', instanceId: ID })), 'HostNotFound');
  assert.equal(codeOf(await run('driver.ensureRunning', { host: 'host-a', instanceId: 'x' })), 'InstanceNotFound');
  assert.equal(codeOf(await run('driver.dance')), 'UnknownEffect');
  assert.equal(codeOf(await run('driver.look', { host: 5 })), 'HostNotFound');
});
