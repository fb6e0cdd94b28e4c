import assert from 'node:assert/strict';
import { changeNetwork, type NetworkChange } from '../../../actors/network/client.ts';
import { networkKind } from '../../../actors/network/index.ts';
import {
  type BindPorts,
  type BoundPort,
  type NetworkMessage,
  network,
  type PortsBound,
  type PortsReleased,
} from '../../../actors/network/protocol.ts';
import { type ActorKind, actorKinds } from '../../../runtime/actor.ts';
import { protocol } from '../../../runtime/address.ts';
import { realClock } from '../../../runtime/clock.ts';
import { DEFAULT_SHARD_LIMITS } from '../../../runtime/limits.ts';
import type { ReplyTo } from '../../../runtime/message.ts';
import { seededRandom } from '../../../runtime/random.ts';
import { failed } from '../../../runtime/result.ts';
import { Shard } from '../../../runtime/shard.ts';
import { ActorSystem } from '../../../runtime/system.ts';
import type { ToClient, ToShard } from '../../../runtime/transport.ts';
import { localLink } from '../../../runtime/transports/local.ts';
import { MemoryStore } from '../../../storage/memory-store.ts';

type Answered = PortsBound | PortsReleased;
type ProbeMessage = Answered | { readonly type: 'pass'; readonly message: NetworkMessage };

/** Stands for an instance: passes a message to the network actor and answers with what it is told. */
const probe = protocol<ProbeMessage, Answered>('probe');

const probeKind: ActorKind<{ asker: ReplyTo | null }, ProbeMessage> = {
  kind: 'probe',
  activate: () => ({ asker: null }),
  handle(state, message, ctx) {
    if (message.type === 'pass') {
      state.asker = ctx.asker;
      ctx.tell(network.at('main'), message.message);
    } else {
      ctx.replyTo(state.asker, message);
    }
    return state;
  },
};

/** A request of an instance, without what is the same in all tests. */
export type Order = Pick<BindPorts, 'instanceId' | 'requestId'> & Partial<Omit<BindPorts, 'type' | 'answerTo'>>;

/** The network service on a shard of its own, in memory. */
export interface NetworkService {
  readonly store: MemoryStore;
  readonly system: ActorSystem;
  readonly shard: Shard;
  /** Asks for a change that must succeed; the id. */
  make(change: NetworkChange): Promise<string>;
  /** Asks for a change that must fail; the error's code. */
  refused(change: NetworkChange): Promise<string>;
  bind(order: Order): Promise<PortsBound['outcome']>;
  bound(order: Order): Promise<readonly BoundPort[]>;
  release(instanceId: string, portIds?: readonly string[]): Promise<void>;
}

/** Starts the service over a store; another start over the same store is what a restart after a crash is. */
export function startNetworkService(store = new MemoryStore(realClock), seed = 1): NetworkService {
  const shard = new Shard({
    name: 's0',
    kinds: actorKinds([networkKind, probeKind]),
    store,
    clock: realClock,
    random: seededRandom(seed),
    // A loaded machine makes any handler slow, and that must not fail a test.
    limits: { ...DEFAULT_SHARD_LIMITS, slowHandlerMs: Number.POSITIVE_INFINITY },
    runEffect: async () => failed({ code: 'NoEffects', reason: 'none' }),
    shardOf: () => 's0',
    notice: (notice) => assert.equal(notice.type, 'resumed', JSON.stringify(notice)),
  });
  const system = new ActorSystem({ client: 'front', clock: realClock, shardOf: () => 's0', asksInFlightMax: 1000 });
  const { near, far } = localLink<ToShard, ToClient>(realClock);
  shard.connectClient('front', far);
  system.connect('s0', near);

  const pass = async (instanceId: string, message: NetworkMessage): Promise<Answered> => {
    const outcome = await system.ask(probe.at(instanceId), { type: 'pass', message }, { deadlineMs: 60_000 });
    assert(outcome.ok);
    return outcome.value;
  };
  const bind = async (order: Order): Promise<PortsBound['outcome']> => {
    const answer = await pass(order.instanceId, {
      type: 'bindPorts',
      projectId: 'p1',
      host: 'h1',
      requests: [],
      securityGroups: [],
      answerTo: probe.at(order.instanceId),
      ...order,
    });
    assert(answer.type === 'portsBound');
    assert.equal(answer.requestId, order.requestId);
    return answer.outcome;
  };
  return {
    store,
    system,
    shard,
    async make(change) {
      const outcome = await changeNetwork(system, change);
      assert(outcome.ok, JSON.stringify(outcome));
      return outcome.value;
    },
    async refused(change) {
      const outcome = await changeNetwork(system, change);
      assert(!outcome.ok);
      return outcome.error.code;
    },
    bind,
    async bound(order) {
      const outcome = await bind(order);
      assert(outcome.ok, JSON.stringify(outcome));
      return outcome.value;
    },
    async release(instanceId, portIds) {
      const answer = await pass(instanceId, {
        type: 'releasePorts',
        requestId: 'release',
        instanceId,
        ...(portIds ? { portIds } : {}),
        answerTo: probe.at(instanceId),
      });
      assert.equal(answer.type, 'portsReleased');
    },
  };
}

/** A network as tests make it. */
export const aNetwork = (name: string, projectId = 'p1', shared = false): NetworkChange => ({
  type: 'createNetwork',
  network: { projectId, name, description: '', shared, adminStateUp: true, mtu: 1500 },
});

type SubnetChange = Extract<NetworkChange, { type: 'createSubnet' }>;

/** A subnet as tests make it. */
export const aSubnet = (networkId: string, cidr: string, more: Partial<SubnetChange['subnet']> = {}): SubnetChange => ({
  type: 'createSubnet',
  subnet: {
    projectId: 'p1',
    networkId,
    name: '',
    description: '',
    version: cidr.includes(':') ? 6 : 4,
    cidr,
    gateway: undefined,
    pools: undefined,
    dnsServers: [],
    hostRoutes: [],
    dhcpEnabled: true,
    ipv6AddressMode: null,
    ipv6RaMode: null,
    ...more,
  },
});

type PortChange = Extract<NetworkChange, { type: 'createPort' }>;

/** A port as a user makes it. */
export const aPort = (networkId: string, more: Partial<PortChange['port']> = {}): PortChange => ({
  type: 'createPort',
  port: {
    projectId: 'p1',
    networkId,
    name: '',
    description: '',
    adminStateUp: true,
    macAddress: undefined,
    fixedIps: undefined,
    deviceId: '',
    deviceOwner: '',
    host: '',
    securityGroups: undefined,
    vnicType: 'normal',
    ...more,
  },
});
