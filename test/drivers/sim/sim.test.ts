import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { GuestEvent } from '../../../drivers/hypervisor.ts';
import {
  createSimFaults,
  createSimHypervisor,
  createSimWorld,
  noLatency,
  type SimClock,
  type SimHypervisor,
  type SimHypervisorOptions,
} from '../../../drivers/sim/index.ts';
import { codeOf, driverConformance, orderFor, unwrap } from '../conformance.ts';
import { smallHost } from '../small-host.ts';
import { imageOf, smallSpec } from '../specs.ts';

const inventory = smallHost({ vcpus: 16, memoryMib: 65_536, diskGib: 1_000 });
const realClock: SimClock = {
  now: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};
const noClock: SimClock = { now: () => 0, after: () => assert.fail('a timer was used') };

const latencies = {
  'without latency': noLatency,
  'with latency': { spawn: { minMs: 1, maxMs: 30 }, stop: 2, reboot: { medianMs: 3, sigma: 1, maxMs: 20 }, delete: 1 },
};
for (const [name, latency] of Object.entries(latencies)) {
  driverConformance({
    name: `sim ${name}`,
    create: async () => {
      const world = createSimWorld();
      let current: SimHypervisor | null = null;
      return {
        open: async () => {
          current = createSimHypervisor({ inventory, clock: realClock, random: Math.random, latency, world });
          return current;
        },
        spec: () => smallSpec(),
        specWithTooLargeImage: () => smallSpec({ image: imageOf(2 * 1024 ** 3) }),
        crash: async (_, report) => {
          assert.ok(current?.changePower(report.instanceId, 'crashed', 'by the test'));
        },
        cleanUp: async () => {},
      };
    },
  });
}

/** A clock that stands still until it is moved. */
function handClock() {
  let now = 0;
  const timers = new Set<{ readonly dueMs: number; readonly fn: () => void }>();
  const clock: SimClock = {
    now: () => now,
    after(ms, fn) {
      const timer = { dueMs: now + ms, fn };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
  const advance = async (ms: number) => {
    await Promise.resolve();
    now += ms;
    for (const timer of [...timers].filter((entry) => entry.dueMs <= now)) {
      timers.delete(timer);
      timer.fn();
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, advance, waiting: () => timers.size };
}

async function opened(changes: Partial<SimHypervisorOptions> = {}): Promise<SimHypervisor> {
  const sim = createSimHypervisor({ inventory, clock: noClock, random: () => 0.5, ...changes });
  unwrap(await sim.start());
  return sim;
}
/** Whether a promise has settled by now. */
const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return done;
};

test('guests that run together may not have more memory than the host, and a stopped one gives its memory back', async () => {
  const sim = await opened({ inventory: { ...inventory, memoryMib: 1_000 } });
  const [a, b] = [randomUUID(), randomUUID()];
  unwrap(await sim.ensureRunning(orderFor(a), smallSpec({ memoryMib: 600 })));
  assert.equal(codeOf(await sim.ensureRunning(orderFor(b), smallSpec({ memoryMib: 600 }))), 'OutOfResources');
  assert.equal(codeOf(await sim.inspect(b)), 'GuestNotFound');
  unwrap(await sim.ensureStopped(orderFor(a), 0));
  unwrap(await sim.ensureRunning(orderFor(b), smallSpec({ memoryMib: 600 })));
  assert.equal(codeOf(await sim.ensureRunning(orderFor(a), smallSpec({ memoryMib: 600 }))), 'OutOfResources');
  unwrap(await sim.ensureAbsent(orderFor(b)));
  unwrap(await sim.ensureRunning(orderFor(a), smallSpec({ memoryMib: 600 })));
});

test('disks of stopped guests still take their room', async () => {
  const sim = await opened({ inventory: { ...inventory, diskGib: 30 } });
  const [a, b] = [randomUUID(), randomUUID()];
  unwrap(await sim.ensureRunning(orderFor(a), smallSpec({ rootGib: 20 })));
  unwrap(await sim.ensureStopped(orderFor(a), 0));
  assert.equal(codeOf(await sim.ensureRunning(orderFor(b), smallSpec({ rootGib: 20 }))), 'OutOfResources');
  unwrap(await sim.ensureAbsent(orderFor(a)));
  unwrap(await sim.ensureRunning(orderFor(b), smallSpec({ rootGib: 20 })));
});

test('processors are shared, and memory too where the host overcommits it', async () => {
  const sim = await opened({ inventory: { ...inventory, memoryMib: 1_000 }, overcommit: { memory: 1.5, disk: 1 } });
  for (let guest = 0; guest < 3; guest += 1) {
    unwrap(await sim.ensureRunning(orderFor(randomUUID()), smallSpec({ memoryMib: 500, vcpus: 16 })));
  }
  assert.equal(
    codeOf(await sim.ensureRunning(orderFor(randomUUID()), smallSpec({ memoryMib: 500 }))),
    'OutOfResources',
  );
});

test('an order takes the latency of its kind, by the clock that was handed in', async () => {
  const { clock, advance, waiting } = handClock();
  const sim = await opened({ clock, latency: { spawn: { minMs: 100, maxMs: 300 }, stop: 50, reboot: 70, delete: 10 } });
  const id = randomUUID();
  const running = sim.ensureRunning(orderFor(id), smallSpec());
  await advance(199);
  assert.equal(await settled(running), false);
  assert.equal(codeOf(await sim.inspect(id)), 'GuestNotFound');
  await advance(1);
  assert.equal(unwrap(await running).power, 'running');
  assert.equal(await settled(sim.ensureRunning(orderFor(id), smallSpec())), true, 'a running guest takes no time');
  assert.equal(waiting(), 0);
});

test('an aborted order answers at once, changes nothing and leaves no timer', async () => {
  const { clock, advance, waiting } = handClock();
  const sim = await opened({ clock, latency: { ...noLatency, spawn: 100 } });
  const id = randomUUID();
  const controller = new AbortController();
  const running = sim.ensureRunning(orderFor(id, 'o1', controller.signal), smallSpec());
  controller.abort();
  assert.equal(codeOf(await running), 'TimedOut');
  assert.equal(waiting(), 0);
  await advance(1_000);
  assert.equal(codeOf(await sim.inspect(id)), 'GuestNotFound');
});

test('a lost answer leaves the order carried out, a failed order does not', async () => {
  const faults = createSimFaults(() => 0);
  const sim = await opened({ faults });
  const id = randomUUID();
  const error = { code: 'Unreachable', reason: 'cut off' } as const;
  faults.once('any', { type: 'fail', error, applied: false });
  faults.once('ensureRunning', { type: 'fail', error, applied: true });
  assert.equal(codeOf(await sim.ensureRunning(orderFor(id), smallSpec())), 'Unreachable');
  assert.equal(codeOf(await sim.inspect(id)), 'GuestNotFound');
  assert.equal(codeOf(await sim.ensureRunning(orderFor(id), smallSpec())), 'Unreachable');
  assert.equal(unwrap(await sim.inspect(id)).power, 'running');
  assert.equal(codeOf(await sim.ensureRunning(orderFor(id), smallSpec())), 'none');
});

test('a fault with a probability hits that kind of order only, as often as the random numbers say', async () => {
  let draw = 0;
  const faults = createSimFaults(() => (draw++ % 4) / 4);
  const sim = await opened({ faults });
  faults.withProbability('ensureStopped', 0.5, {
    type: 'fail',
    error: { code: 'Unreachable', reason: 'x' },
    applied: false,
  });
  const id = randomUUID();
  unwrap(await sim.ensureRunning(orderFor(id), smallSpec()));
  const codes: string[] = [];
  for (let time = 0; time < 4; time += 1) codes.push(codeOf(await sim.ensureStopped(orderFor(id), 0)));
  assert.deepEqual(codes, ['Unreachable', 'Unreachable', 'none', 'none']);
});

test('an order that is never answered ends when it is aborted or the driver is closed', async () => {
  const faults = createSimFaults(() => 0);
  const sim = await opened({ faults });
  const controller = new AbortController();
  faults.once('any', { type: 'silent', applied: true });
  faults.once('any', { type: 'silent', applied: false });
  const id = randomUUID();
  const first = sim.ensureRunning(orderFor(id, 'o1', controller.signal), smallSpec());
  const second = sim.ensureRunning(orderFor(randomUUID()), smallSpec());
  assert.equal(await settled(first), false);
  controller.abort();
  assert.equal(codeOf(await first), 'TimedOut');
  assert.equal(unwrap(await sim.inspect(id)).power, 'running');
  assert.equal(await settled(second), false);
  await sim.close();
  assert.equal(codeOf(await second), 'Unreachable');
});

test('a late answer comes late', async () => {
  const { clock, advance } = handClock();
  const faults = createSimFaults(() => 0);
  const sim = await opened({ clock, faults });
  faults.once('ensureRunning', { type: 'late', ms: 5_000 });
  const running = sim.ensureRunning(orderFor(randomUUID()), smallSpec());
  await advance(4_999);
  assert.equal(await settled(running), false);
  await advance(1);
  assert.equal(unwrap(await running).power, 'running');
});

test('a host that is cut off answers nothing but Unreachable, and its guests go on', async () => {
  const sim = await opened();
  const id = randomUUID();
  unwrap(await sim.ensureRunning(orderFor(id), smallSpec()));
  sim.setReachable(false);
  assert.equal(codeOf(await sim.inspect(id)), 'Unreachable');
  assert.equal(codeOf(await sim.inspectAll()), 'Unreachable');
  assert.equal(codeOf(await sim.ensureAbsent(orderFor(id))), 'Unreachable');
  sim.setReachable(true);
  assert.equal(unwrap(await sim.inspect(id)).power, 'running');
});

test('after a power loss of the host its running guests have crashed, without an event, and stopped ones are stopped', async () => {
  const sim = await opened();
  const events: GuestEvent[] = [];
  sim.subscribe((event) => events.push(event));
  const [a, b] = [randomUUID(), randomUUID()];
  unwrap(await sim.ensureRunning(orderFor(a), smallSpec()));
  unwrap(await sim.ensureRunning(orderFor(b), smallSpec()));
  unwrap(await sim.ensureStopped(orderFor(b), 0));
  sim.losePower();
  assert.equal(unwrap(await sim.inspect(a)).power, 'crashed');
  assert.equal(unwrap(await sim.inspect(b)).power, 'stopped');
  assert.deepEqual(events, []);
});

test('the console names the host and counts its boots', async () => {
  const sim = await opened();
  const id = randomUUID();
  unwrap(await sim.ensureRunning(orderFor(id), smallSpec()));
  unwrap(await sim.ensureRebooted(orderFor(id), smallSpec(), { kind: 'soft', graceMs: 1_000 }));
  const text = unwrap(await sim.consoleOutput(id, null));
  assert.match(text, /^guest-ready hostname=vm-one uuid=\S+ addresses=10\.20\.0\.15 source=config-drive boots=2 /m);
  assert.match(unwrap(await sim.consoleOutput(id, 2)), /^vm-one login: \n$/);
});

test('a driver without a world of its own does not claim that guests survive it', async () => {
  assert.equal((await opened()).capabilities.guestsSurviveController, false);
  assert.equal((await opened({ world: createSimWorld() })).capabilities.guestsSurviveController, true);
});

test('a host is up since its power came, as its clock goes', async () => {
  const { clock, advance } = handClock();
  const sim = await opened({ clock });
  await advance(3_600_000);
  assert.equal(unwrap(await sim.uptime()).upMs, 3_600_000);
  sim.losePower();
  await advance(1000);
  assert.equal(unwrap(await sim.uptime()).upMs, 1000);
});
