import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { GuestEvent, GuestPower, Hypervisor } from '../../drivers/hypervisor.ts';
import { stateChecks } from './conformance-states.ts';
import { codeOf, type DriverUnderTest, orderFor, until, unwrap } from './driver-under-test.ts';

export { codeOf, type DriverUnderTest, orderFor, until, unwrap } from './driver-under-test.ts';

/**
 * What every hypervisor driver must do, whatever is below it. `skip` names tests that a driver cannot pass, each with
 * the reason, which is printed.
 */
export function driverConformance(driver: {
  readonly name: string;
  readonly create: () => Promise<DriverUnderTest>;
  readonly skip?: Readonly<Record<string, string>>;
  /** Skips the whole suite: what the driver needs is not on this machine. */
  readonly unavailable?: string | false;
}): void {
  const skip = driver.skip ?? {};
  const known = new Set<string>();

  describe(`${driver.name} driver`, { skip: driver.unavailable ?? false }, () => {
    let under: DriverUnderTest;
    let hypervisor: Hypervisor;
    const made = new Set<string>();
    const newGuest = (): string => {
      const id = randomUUID();
      made.add(id);
      return id;
    };
    const powerOf = async (id: string): Promise<GuestPower> => unwrap(await hypervisor.inspect(id)).power;
    const start = async () => {
      hypervisor = await under.open();
      unwrap(await hypervisor.start());
    };
    const check = (name: string, body: () => Promise<void>) => {
      known.add(name);
      test(name, { skip: skip[name] ?? false }, body);
    };

    before(async () => {
      under = await driver.create();
      await start();
    });
    after(async () => {
      for (const id of made) await hypervisor.ensureAbsent(orderFor(id));
      await hypervisor.close();
      await under.cleanUp();
    });

    check('the inventory has processors, memory and disk', async () => {
      const inventory = unwrap(await hypervisor.inventory());
      for (const field of ['vcpus', 'memoryMib', 'diskGib', 'hypervisorVersion'] as const) {
        assert.ok(Number.isInteger(inventory[field]) && inventory[field] > 0, `${field}: ${inventory[field]}`);
      }
      for (const field of ['hypervisorType', 'hypervisorHostname', 'hostIp', 'cpuArchitecture'] as const) {
        assert.notEqual(inventory[field], '');
      }
    });

    check('the host tells how long it has been up, and goes on to be', async () => {
      const [first, second] = [unwrap(await hypervisor.uptime()), unwrap(await hypervisor.uptime())];
      assert.ok(first.upMs >= 0 && second.upMs >= first.upMs, `${second.upMs} after ${first.upMs} ms`);
      assert.ok(Number.isInteger(first.users) && first.users >= 0);
      assert.ok(first.loadAverages.every((load) => load >= 0));
    });

    check('a guest that does not exist is GuestNotFound, and already absent', async () => {
      const id = newGuest();
      assert.equal(codeOf(await hypervisor.inspect(id)), 'GuestNotFound');
      assert.equal(codeOf(await hypervisor.consoleOutput(id, null)), 'GuestNotFound');
      assert.equal(codeOf(await hypervisor.ensureStopped(orderFor(id), 0)), 'GuestNotFound');
      assert.equal(codeOf(await hypervisor.ensureAbsent(orderFor(id))), 'none');
    });

    check('ensureRunning makes a guest that inspect and inspectAll show', async () => {
      const id = newGuest();
      const report = unwrap(await hypervisor.ensureRunning(orderFor(id), under.spec()));
      assert.equal(report.instanceId, id);
      assert.equal(report.power, 'running');
      assert.deepEqual(unwrap(await hypervisor.inspect(id)), report);
      const all = unwrap(await hypervisor.inspectAll());
      assert.deepEqual(
        all.find((guest) => guest.instanceId === id),
        report,
      );
    });

    check('ensureRunning of a running guest changes nothing, one after the other or at the same time', async () => {
      const id = newGuest();
      const order = orderFor(id);
      const both = await Promise.all([
        hypervisor.ensureRunning(order, under.spec()),
        hypervisor.ensureRunning(order, under.spec()),
      ]);
      const first = unwrap(both[0]);
      assert.deepEqual(unwrap(both[1]), first);
      assert.deepEqual(unwrap(await hypervisor.ensureRunning(orderFor(id), under.spec())), first);
      assert.equal(unwrap(await hypervisor.inspectAll()).filter((guest) => guest.instanceId === id).length, 1);
    });

    check('a guest can be stopped again and again, and started again', async () => {
      const id = newGuest();
      unwrap(await hypervisor.ensureRunning(orderFor(id), under.spec()));
      const events: GuestEvent[] = [];
      const unsubscribe = hypervisor.subscribe((event) => events.push(event));
      for (let time = 1; time <= 2; time += 1) {
        unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
        const stopped = unwrap(await hypervisor.inspect(id));
        assert.equal(stopped.power, 'stopped');
        assert.equal(stopped.processId, null);
      }
      const started = unwrap(await hypervisor.ensureRunning(orderFor(id), under.spec()));
      assert.equal(started.power, 'running');
      unsubscribe();
      assert.deepEqual(
        events.filter((event) => event.instanceId === id && event.power !== 'running'),
        [],
        'what was ordered is no event',
      );
    });

    check('a guest that ignores the power button is stopped when its grace is over', async () => {
      const id = newGuest();
      unwrap(await hypervisor.ensureRunning(orderFor(id), under.spec()));
      unwrap(await hypervisor.ensureStopped(orderFor(id), 200));
      assert.equal(await powerOf(id), 'stopped');
    });

    check('a hard reboot happens once for an order, and starts a guest that is off', async () => {
      const id = newGuest();
      const first = unwrap(await hypervisor.ensureRunning(orderFor(id), under.spec()));
      const order = orderFor(id);
      const hard = { kind: 'hard', graceMs: 0 } as const;
      const second = unwrap(await hypervisor.ensureRebooted(order, under.spec(), hard));
      if (first.processId !== null) assert.notEqual(second.processId, first.processId);
      assert.deepEqual(unwrap(await hypervisor.ensureRebooted(order, under.spec(), hard)), second);
      unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
      assert.equal(unwrap(await hypervisor.ensureRebooted(orderFor(id), under.spec(), hard)).power, 'running');
    });

    check('a soft reboot that the guest does not react to becomes a hard one', async () => {
      const id = newGuest();
      const first = unwrap(await hypervisor.ensureRunning(orderFor(id), under.spec()));
      const second = unwrap(
        await hypervisor.ensureRebooted(orderFor(id), under.spec(), { kind: 'soft', graceMs: 200 }),
      );
      assert.equal(second.power, 'running');
      if (first.processId !== null) assert.notEqual(second.processId, first.processId);
    });

    stateChecks({ check, hypervisor: () => hypervisor, under: () => under, newGuest, powerOf, start });

    check('ensureAbsent ends a running guest and removes it, and it can be made again', async () => {
      const id = newGuest();
      unwrap(await hypervisor.ensureRunning(orderFor(id), under.spec()));
      unwrap(await hypervisor.ensureAbsent(orderFor(id)));
      assert.equal(codeOf(await hypervisor.inspect(id)), 'GuestNotFound');
      assert.ok(!unwrap(await hypervisor.inspectAll()).some((guest) => guest.instanceId === id));
      unwrap(await hypervisor.ensureAbsent(orderFor(id)));
      assert.equal(unwrap(await hypervisor.ensureRunning(orderFor(id), under.spec())).power, 'running');
    });

    check('ensureAbsent overtakes an order that was aborted, and nothing is left', async () => {
      for (const delayMs of [0, 5, 20, 60]) {
        const id = newGuest();
        const controller = new AbortController();
        const running = hypervisor.ensureRunning(orderFor(id, randomUUID(), controller.signal), under.spec());
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        controller.abort();
        unwrap(await hypervisor.ensureAbsent(orderFor(id)));
        assert.ok(['none', 'TimedOut'].includes(codeOf(await running)));
        assert.equal(codeOf(await hypervisor.inspect(id)), 'GuestNotFound');
      }
    });

    check('an order that is already aborted changes nothing', async () => {
      const id = newGuest();
      const order = orderFor(id, randomUUID(), AbortSignal.abort());
      assert.equal(codeOf(await hypervisor.ensureRunning(order, under.spec())), 'TimedOut');
      assert.equal(codeOf(await hypervisor.inspect(id)), 'GuestNotFound');
    });

    check('a guest larger than the host is refused and leaves nothing', async () => {
      const id = newGuest();
      const { memoryMib } = unwrap(await hypervisor.inventory());
      const result = await hypervisor.ensureRunning(orderFor(id), { ...under.spec(), memoryMib: memoryMib + 1 });
      assert.equal(codeOf(result), 'OutOfResources');
      assert.equal(codeOf(await hypervisor.inspect(id)), 'GuestNotFound');
    });

    check('an image that does not fit the root disk is refused and leaves nothing', async () => {
      const id = newGuest();
      assert.equal(
        codeOf(await hypervisor.ensureRunning(orderFor(id), under.specWithTooLargeImage())),
        'ImageUnusable',
      );
      assert.equal(codeOf(await hypervisor.inspect(id)), 'GuestNotFound');
    });

    check(
      'a guest that ends by itself is reported as crashed, by an event and by inspect, and can be started',
      async () => {
        const id = newGuest();
        const report = unwrap(await hypervisor.ensureRunning(orderFor(id), under.spec()));
        const events: GuestEvent[] = [];
        const unsubscribe = hypervisor.subscribe((event) => events.push(event));
        await under.crash(hypervisor, report);
        await until('an event', () => events.some((event) => event.instanceId === id));
        unsubscribe();
        assert.equal(events.find((event) => event.instanceId === id)?.power, 'crashed');
        assert.equal(await powerOf(id), 'crashed');
        unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
        assert.equal(await powerOf(id), 'stopped');
        assert.equal(unwrap(await hypervisor.ensureRunning(orderFor(id), under.spec())).power, 'running');
      },
    );

    check('who has unsubscribed hears nothing', async () => {
      const id = newGuest();
      const report = unwrap(await hypervisor.ensureRunning(orderFor(id), under.spec()));
      const heard: GuestEvent[] = [];
      const gone: GuestEvent[] = [];
      hypervisor.subscribe((event) => gone.push(event))();
      const unsubscribe = hypervisor.subscribe((event) => heard.push(event));
      await under.crash(hypervisor, report);
      await until('an event', () => heard.length > 0);
      unsubscribe();
      assert.deepEqual(gone, []);
    });

    check('the console has no more lines than asked for', async () => {
      const id = newGuest();
      unwrap(await hypervisor.ensureRunning(orderFor(id), under.spec()));
      const all = unwrap(await hypervisor.consoleOutput(id, null));
      const last = unwrap(await hypervisor.consoleOutput(id, 2));
      assert.ok(last.split('\n').filter((line) => line !== '').length <= 2);
      assert.ok(all.endsWith(last) || all.length === 0);
      assert.equal(unwrap(await hypervisor.consoleOutput(id, 0)), '');
    });

    check('guests go on without the driver, and the next one finds them', async () => {
      assert.equal(hypervisor.capabilities.guestsSurviveController, true);
      const running = newGuest();
      const stopped = newGuest();
      const report = unwrap(await hypervisor.ensureRunning(orderFor(running), under.spec()));
      unwrap(await hypervisor.ensureRunning(orderFor(stopped), under.spec()));
      unwrap(await hypervisor.ensureStopped(orderFor(stopped), 0));
      await hypervisor.close();
      assert.equal(codeOf(await hypervisor.inspect(running)), 'Unreachable');
      await start();
      assert.deepEqual(unwrap(await hypervisor.inspect(running)), report);
      assert.equal(await powerOf(stopped), 'stopped');
      assert.deepEqual(unwrap(await hypervisor.ensureRunning(orderFor(running), under.spec())), report);
      unwrap(await hypervisor.ensureAbsent(orderFor(running)));
      assert.equal(codeOf(await hypervisor.inspect(running)), 'GuestNotFound');
    });
  });

  test(`${driver.name}: every skipped test exists`, () => {
    for (const name of Object.keys(skip)) assert.ok(known.has(name), name);
  });
}
