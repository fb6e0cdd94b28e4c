import assert from 'node:assert/strict';
import { activate, type CellState, handle } from '../../../actors/cell/handle.ts';
import {
  type CellMessage,
  type ClaimedPlace,
  type ClaimRequest,
  cell,
  type Demand,
} from '../../../actors/cell/protocol.ts';
import { type Host, hosts } from '../../../actors/host/row.ts';
import { instance } from '../../../actors/instance/protocol.ts';
import { type Found, findCandidates } from '../../../actors/placement/candidates/find.ts';
import { Forest } from '../../../actors/placement/candidates/forest.ts';
import type { PlacementChange, PlacementReply } from '../../../actors/placement/change.ts';
import { type CandidateQuery, PlacementCatalog, type RequestGroup } from '../../../actors/placement/client.ts';
import type { Inventories, Inventory } from '../../../actors/placement/row.ts';
import type { HostInventory } from '../../../drivers/hypervisor.ts';
import { compareKeys } from '../../../runtime/key.ts';
import { aHost } from '../host/a-host.ts';
import { RecordingContext } from '../recording-context.ts';

/** A UUID that is easy to tell from others: `id(1)`. */
export const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** The UUID of the provider of the host `h<number>`. */
export const hostId = (number: number): string => id(9_000 + number);

export const INVENTORY: HostInventory = {
  vcpus: 4,
  memoryMib: 4_096,
  diskGib: 100,
  hypervisorType: 'sim',
  hypervisorVersion: 1,
  hypervisorHostname: 'h',
  hostIp: '127.0.0.1',
  cpuModel: 'c',
  cpuArchitecture: 'x86_64',
};

/** Classes that are compared. */
const CLASSES = ['VCPU', 'MEMORY_MB', 'DISK_GB', 'VGPU', 'CUSTOM_A'];

const hostRow = (number: number): Host =>
  aHost({ name: `h${number}`, serviceId: id(8_000 + number), hypervisorId: hostId(number), inventory: INVENTORY });

/** An inventory; what is not said is as Placement sets it. */
export const anInventory = (total: number, more: Partial<Inventory> = {}): Inventory => ({
  total,
  reserved: 0,
  minUnit: 1,
  maxUnit: 2_147_483_647,
  stepSize: 1,
  allocationRatio: 1,
  ...more,
});

/** A group of a query; what is not said is not asked for. */
export const aGroup = (
  suffix: string,
  resources: Readonly<Record<string, number>>,
  more: Partial<RequestGroup> = {},
): RequestGroup => ({
  suffix,
  resources,
  required: [],
  forbidden: [],
  memberOf: [],
  notMemberOf: [],
  inTree: null,
  ...more,
});

/** A cell with hosts `h1`, `h2`, …, told one message after the other. */
export class PlacedCell {
  readonly ctx = new RecordingContext(cell.at('cell1'));
  state: CellState;
  #claims = 0;

  constructor(hostCount: number, inventory: HostInventory = INVENTORY) {
    for (let number = 1; number <= hostCount; number++) this.ctx.put(hosts, `h${number}`, hostRow(number));
    this.state = activate('cell1', this.ctx.rows);
    for (let number = 1; number <= hostCount; number++)
      this.tell({ type: 'hostReported', host: `h${number}`, zone: 'nova', inventory });
  }

  tell(message: CellMessage): void {
    this.state = handle(this.state, message, this.ctx);
  }

  /** Asks for a change; the reply. */
  ask(change: PlacementChange): PlacementReply {
    const before = this.ctx.replies.length;
    this.tell({ type: 'placement', change });
    const reply = this.ctx.replies[before];
    assert.ok(isReply(reply), `${change.type} was answered`);
    return reply;
  }

  /** Asks for a change that must be made. */
  must(change: PlacementChange): void {
    const reply = this.ask(change);
    assert.ok(reply.ok, JSON.stringify(reply));
  }

  /** Asks for a change that must be refused; the error's code. */
  refused(change: PlacementChange): string {
    const reply = this.ask(change);
    assert.ok(!reply.ok, `${change.type} was made`);
    return reply.error.code;
  }

  catalog(): PlacementCatalog {
    return new PlacementCatalog(this.ctx.rows);
  }

  generation(providerId: string): number {
    return this.catalog().provider(providerId)?.generation ?? -1;
  }

  /** Makes a provider with these inventories, traits and aggregates. */
  provider(
    providerId: string,
    inventories: Inventories,
    more: {
      readonly parentId?: string;
      readonly traits?: readonly string[];
      readonly aggregates?: readonly string[];
    } = {},
  ): void {
    const { parentId = null, traits = [], aggregates = [] } = more;
    this.must({ type: 'createProvider', id: providerId, name: `provider ${providerId}`, parentId });
    this.must({ type: 'setInventories', providerId, generation: 0, inventories });
    for (const name of traits) if (name.startsWith('CUSTOM_')) this.must({ type: 'ensureTrait', name });
    this.must({ type: 'setTraits', providerId, generation: 1, traits });
    this.must({ type: 'setAggregates', providerId, generation: this.generation(providerId), aggregates });
  }

  /** Gives a consumer that is not there yet these resources. */
  allocation(
    consumerId: string,
    allocations: Readonly<Record<string, Readonly<Record<string, number>>>>,
  ): PlacementChange {
    return {
      type: 'setAllocations',
      consumers: [
        { consumerId, projectId: 'p', userId: 'u', consumerType: 'TEST', generation: undefined, allocations },
      ],
    };
  }

  find(groups: readonly RequestGroup[], more: Partial<CandidateQuery> = {}): Found {
    const search = findCandidates(new Forest(this.catalog()), {
      groups,
      policy: 'none',
      limit: 1_000,
      rootRequired: [],
      rootForbidden: [],
      sameSubtrees: [],
      isNested: true,
      ...more,
    });
    for (;;) {
      const step = search.next();
      if (step.done) return step.value;
    }
  }

  /** Claims for an instance; the host, or null. */
  claim(instanceId: string, demand: Demand, host: string | null = null): string | null {
    return this.place(instanceId, { demand, host })?.host ?? null;
  }

  /** Claims for an instance, or for a move of it; where it goes, or null. */
  place(instanceId: string, asked: Asked, part?: 'move'): Place | null {
    this.#claims++;
    this.tell({
      type: 'claim',
      claimId: `claim ${this.#claims}`,
      instanceId,
      answerTo: instance.at(instanceId),
      request: { zone: null, host: null, excludedHosts: [], ...asked },
      ...(part && { part }),
    });
    return this.#placeOf(instanceId);
  }

  /** Whether the scheduler would put this on the host. Nothing is claimed. */
  suits(host: string, demand: Demand, asked: Partial<ClaimRequest> = {}): boolean {
    this.tell({
      type: 'suits',
      claimId: 'ask',
      instanceId: 'asker',
      answerTo: instance.at('asker'),
      request: { zone: null, excludedHosts: [], ...asked, demand, host },
    });
    return this.#placeOf('asker') !== null;
  }

  /** What the last claim of an instance that was refused was told for administrators. */
  details(instanceId: string): string {
    const answer: unknown = this.ctx.toldTo(`instance/${instanceId}`).at(-1);
    return isClaimed(answer) ? (answer.outcome.error?.details ?? '') : '';
  }

  #placeOf(instanceId: string): Place | null {
    const answer: unknown = this.ctx.toldTo(`instance/${instanceId}`).at(-1);
    assert.ok(isClaimed(answer), JSON.stringify(answer));
    return answer.outcome.ok ? (answer.outcome.value ?? null) : null;
  }

  /** By host: what the scheduler knows of the providers beside the host's own. */
  groves(state: CellState = this.state): unknown {
    const { hosts: table } = state;
    return Array.from({ length: table.end }, (_, row) => {
      const { tree, sharing, used } = table.trees.grove(table, row);
      const told = (all: typeof tree): readonly object[] =>
        all
          .filter(({ isOwn }) => !isOwn)
          .map((provider) => ({ ...provider, used: CLASSES.map((name) => used(provider, name)) }));
      const shared = [...sharing].sort((a, b) => compareKeys(a.id, b.id));
      return { host: table.name(row), aggregates: tree[0]?.aggregates, below: told(tree), sharing: told(shared) };
    });
  }

  /** The same of a cell that has just been started from the rows. */
  grovesFromRows(): unknown {
    return this.groves(activate('cell1', this.ctx.rows));
  }

  /** By host and class: what the scheduler takes for capacity, and for used. */
  columns(state: CellState = this.state): unknown {
    const { hosts: table } = state;
    return Array.from({ length: table.end }, (_, row) => ({
      host: table.name(row),
      traits: table.facts(row).traits,
      columns: ['VCPU', 'MEMORY_MB', 'DISK_GB', 'CUSTOM_A']
        .map((name) => table.resource(name))
        .map((column) => [column?.capacity[row] ?? 0, column?.maxUnit[row] ?? 0, column?.used[row] ?? 0]),
    }));
  }

  /** The same of a cell that has just been started from the rows. */
  columnsFromRows(): unknown {
    return this.columns(activate('cell1', this.ctx.rows));
  }
}

const isReply = (value: unknown): value is PlacementReply =>
  typeof value === 'object' && value !== null && 'ok' in value;

/** What is asked for, and where an instance goes. */
export type Asked = Partial<ClaimRequest> & Pick<ClaimRequest, 'demand'>;
export type Place = Pick<ClaimedPlace, 'host' | 'mappings'>;

interface Claimed {
  readonly outcome: { readonly ok: boolean; readonly value?: Place; readonly error?: { readonly details: string } };
}

const isClaimed = (value: unknown): value is Claimed =>
  typeof value === 'object' && value !== null && 'outcome' in value;
