import assert from 'node:assert/strict';
import { allocations } from '../../actors/cell/row.ts';
import { hosts } from '../../actors/host/row.ts';
import { beginOperation } from '../../actors/instance/client.ts';
import { migrations } from '../../actors/instance/migrations/row.ts';
import type { InstanceSpec, OperationRequest } from '../../actors/instance/protocol.ts';
import { type Instance, instances } from '../../actors/instance/row.ts';
import type { TaskState, VmState } from '../../actors/instance/states.ts';
import { createInstances } from '../../actors/project/client.ts';
import type { SimOrderKind } from '../../drivers/sim/faults.ts';
import { flavorOf, type Known, REQUESTER, SPEC } from '../simulation/clients.ts';
import { type FaultRates, NO_FAULTS } from '../simulation/fault-rates.ts';
import type { SimulatedHost } from '../simulation/hosts.ts';
import { violationsAtRest } from '../simulation/invariants.ts';
import { World } from '../simulation/world.ts';

/** What a story may wait for, and what rest takes: the longest deadline of a single order is four hours. */
const PATIENCE_MS = 24 * 3_600_000;
const REST_MS = 3_600_000;
/** Looks at a host come often, so that what they find is found soon. */
const LOOKING: FaultRates = { ...NO_FAULTS, powerCutMs: Number.MAX_SAFE_INTEGER };

const FAILURE = { code: 'HypervisorFailed', reason: 'simulated failure' } as const;
const BY = { userId: REQUESTER.userId, projectId: REQUESTER.projectId };

/** The requests of operations that need more than their name, as the stories make them. */
export const asking = {
  migrate: { operation: 'migrate', host: null, confirmWindowMs: null, by: BY },
  liveMigrate: { operation: 'liveMigrate', host: null, by: BY },
  evacuate: {
    operation: 'evacuate',
    host: null,
    adminPassword: null,
    onSharedStorage: false,
    endsStopped: false,
    by: BY,
  },
  unshelve: { operation: 'unshelve', host: null },
} as const satisfies Readonly<Record<string, OperationRequest>>;

/** Three hosts of 4,096 MiB and a controller in virtual time, where a story is told step by step. */
export class SmallCloud {
  readonly world: World;
  readonly #known: Known = { created: new Set(), deleted: new Set(), stopsAsked: new Set() };

  constructor(seed: number) {
    this.world = new World(seed, 3, LOOKING, null);
  }

  /** Waits until all hosts are known and up. */
  async start(): Promise<void> {
    await this.until(() => [...hosts.scan(this.world.rows)].filter(({ state }) => state === 'up').length === 3);
  }

  /** Runs virtual time until something holds; it is an error when that never comes. */
  async until(holds: () => boolean): Promise<void> {
    const done = await this.world.runUntil(holds, PATIENCE_MS);
    assert.ok(done, `never came true: ${holds.toString()}`);
  }

  /** Lets so much virtual time pass. */
  async pass(ms: number): Promise<void> {
    const end = this.world.clock.now() + ms;
    await this.world.runUntil(() => this.world.clock.now() >= end, ms);
  }

  /** Asks for an instance. It is being built afterwards. */
  async ask(changes: Partial<InstanceSpec> = {}): Promise<string> {
    const id = this.world.random.uuid();
    const spec: InstanceSpec = { ...SPEC, id, name: id, flavor: flavorOf(1_024), ...changes };
    const made = await this.#answer(createInstances(this.world.system, [spec], this.#requester()));
    assert.ok(made.ok, JSON.stringify(made));
    this.#known.created.add(id);
    return id;
  }

  /** Makes an instance that runs. */
  async running(changes: Partial<InstanceSpec> = {}): Promise<string> {
    const id = await this.ask(changes);
    await this.rest(id);
    this.is(id, 'active');
    return id;
  }

  /** Begins an operation. Returns the code of the refusal; null: it was taken. */
  async begin(id: string, request: OperationRequest): Promise<string | null> {
    if (request.operation === 'stop') this.#known.stopsAsked.add(id);
    const begun = await this.#answer(beginOperation(this.world.system, id, request, this.#requester()));
    return begun.ok ? null : begun.error.code;
  }

  /** Begins an operation, which must be taken. */
  async must(id: string, request: OperationRequest): Promise<void> {
    assert.equal(await this.begin(id, request), null, `${request.operation} is taken`);
    if (request.operation === 'delete') this.#known.deleted.add(id);
  }

  /** Begins an operation and waits for its end. */
  async done(id: string, request: OperationRequest): Promise<void> {
    await this.must(id, request);
    await this.rest(id);
  }

  /** Waits until the instance is said to be doing this. */
  async reaches(id: string, taskState: TaskState): Promise<void> {
    await this.until(() => this.row(id).taskState === taskState);
  }

  /** Waits until nothing is under way, and whoever was told of its end has heard it. */
  async rest(id: string): Promise<void> {
    await this.until(() => this.row(id).operation === null);
    await this.pass(100);
  }

  row(id: string): Instance {
    const row = instances.read(this.world.rows, id);
    assert.ok(row, `the instance ${id} is stored`);
    return row;
  }

  /** The state must be this one, and nothing under way. */
  is(id: string, vmState: VmState): void {
    const { vmState: found, taskState, fault } = this.row(id);
    assert.deepEqual([found, taskState], [vmState, null], JSON.stringify(fault));
  }

  /** The host of an instance. */
  hostOf(id: string): SimulatedHost {
    return this.host(this.row(id).host ?? '');
  }

  host(name: string): SimulatedHost {
    const host = this.world.hosts.find((one) => one.name === name);
    assert.ok(host, `there is a host ${name}`);
    return host;
  }

  /** Switches a host off, and waits until that is known. */
  async dies(host: SimulatedHost): Promise<void> {
    host.losePower();
    await this.until(() => hosts.read(this.world.rows, host.name)?.state === 'down');
  }

  /** Switches a host on again, and waits until it has been looked at. */
  async comesBack(host: SimulatedHost): Promise<void> {
    host.powerOn();
    await this.until(() => hosts.read(this.world.rows, host.name)?.state === 'up');
    await this.pass(3 * this.world.lookEveryMs);
  }

  /** The next order of this kind fails, so often. */
  fails(kind: SimOrderKind, times = 1, applied = false): void {
    for (let count = 0; count < times; count++)
      this.world.planned.once(kind, { type: 'fail', error: FAILURE, applied });
  }

  /** The next order of this kind is never answered. */
  hangs(kind: SimOrderKind): void {
    this.world.planned.once(kind, { type: 'silent', applied: false });
  }

  /** The controller dies, and is back a moment later. */
  async restart(): Promise<void> {
    this.world.kill();
    await this.pass(1_000);
  }

  /** For each of these moments, in milliseconds: something is begun with an instance, and so long after that the controller dies. Then it is to end so. Returns the instances. */
  async endsThoughKilled(
    moments: readonly number[],
    begin: () => Promise<string>,
    vmState: VmState,
  ): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const afterMs of moments) {
      const id = await begin();
      await this.pass(afterMs);
      await this.restart();
      await this.rest(id);
      this.is(id, vmState);
      ids.push(id);
    }
    return ids;
  }

  /** Something must be claimed for the instance on its own host, and on no other. */
  claimsItsHostOnly(id: string): void {
    assert.deepEqual(this.claims(id), [this.row(id).host]);
  }

  /** Names of the hosts of which something is claimed for an instance. */
  claims(id: string): readonly string[] {
    const own = [...allocations.scan(this.world.rows)].filter(({ instanceId }) => instanceId === id);
    return own.map(({ host }) => host).sort();
  }

  /** The statuses of the moves of an instance, the first first. */
  moves(id: string): readonly string[] {
    const own = [...migrations.scan(this.world.rows)].filter(({ instanceId }) => instanceId === id);
    return own.map(({ status }) => status);
  }

  /** Everything comes to rest by itself, and is as it must be. */
  async ends(): Promise<void> {
    const { world } = this;
    await this.until(() => [...instances.scan(world.rows)].every(({ operation }) => operation === null));
    const byMs = world.clock.now() + REST_MS;
    while (violationsAtRest(world, this.#known).length > 0 && world.clock.now() < byMs) {
      await this.pass(3 * world.lookEveryMs);
    }
    assert.deepEqual(violationsAtRest(world, this.#known), []);
  }

  #requester() {
    return { ...REQUESTER, isAdmin: true, requestId: `req-${this.world.random.uuid()}` };
  }

  /** Runs virtual time until an answer has come. */
  async #answer<T>(asked: Promise<T>): Promise<T> {
    let isThere = false;
    void asked.finally(() => {
      isThere = true;
    });
    await this.until(() => isThere);
    return asked;
  }
}
