import { driverEffects } from '../../../actors/driver-effects.ts';
import { registerHost } from '../../../actors/host/client.ts';
import { hosts } from '../../../actors/host/row.ts';
import { askIdempotency } from '../../../actors/idempotency/client.ts';
import { instance } from '../../../actors/instance/protocol.ts';
import { createNetworkCatalog } from '../../../actors/network/catalog.ts';
import { ensureDefaultNetwork } from '../../../actors/network/client.ts';
import { DEFAULT_QUOTA, type QuotaLimits } from '../../../actors/project/row.ts';
import { changeRegistry } from '../../../actors/registry/client.ts';
import { DEFAULT_SCHEDULER_OPTIONS, type SchedulerOptions } from '../../../actors/scheduler/options.ts';
import { volumeEffects, withVolumes } from '../../../actors/volume-effects.ts';
import { cloudKinds } from '../../../composition/kinds.ts';
import type { HostInventory } from '../../../drivers/hypervisor.ts';
import type { Caller } from '../../../drivers/identity.ts';
import type { Image } from '../../../drivers/images.ts';
import {
  createSimHypervisor,
  createSimVolumes,
  type SimHypervisor,
  SimImageCache,
  type SimLatency,
} from '../../../drivers/sim/index.ts';
import { type ComputeApp, computeApp } from '../../../http/compute/app.ts';
import type { PolicyRule } from '../../../http/compute/policies.ts';
import { computeRoutes } from '../../../http/compute/routes.ts';
import type { ComputeServices } from '../../../http/compute/services.ts';
import type { PolicyEngine } from '../../../http/policy.ts';
import type { Route } from '../../../http/route.ts';
import {
  ActorSystem,
  DEFAULT_SHARD_LIMITS,
  localLink,
  realClock,
  Shard,
  seededRandom,
} from '../../../runtime/index.ts';
import type { ToClient, ToShard } from '../../../runtime/transport.ts';
import { MemoryStore } from '../../../storage/memory-store.ts';
import { MemoryIntake } from '../../drivers/memory-intake.ts';
import { aCaller, anAdmin, policies } from '../stub-api.ts';

/** An image that can be booted; tests change what they are about. */
export const anImage = (changes: Partial<Image> = {}): Image => ({
  id: '70a599e0-31e7-49b7-b260-868f441e862b',
  name: 'cirros',
  owner: null,
  status: 'active',
  visibility: 'public',
  sizeBytes: 1_000_000,
  virtualSizeBytes: 1_000_000,
  contentId: 'c1',
  checksum: null,
  diskFormat: 'raw',
  containerFormat: 'bare',
  minDiskGib: 0,
  minRamMib: 0,
  properties: { hw_disk_bus: 'virtio' },
  tags: [],
  createdAtMs: 0,
  updatedAtMs: 0,
  ...changes,
});

/** Another project's member. */
const aStranger = (): Caller =>
  aCaller({ userId: 'u2', userName: 'eve', projectId: 'ffffffffffffffffffffffffffffffff' });

/** What a test says of its cloud. */
export interface CloudOptions {
  readonly hosts?: number;
  readonly images?: readonly Image[];
  readonly quota?: Partial<QuotaLimits>;
  readonly latency?: SimLatency;
  readonly scheduler?: Partial<SchedulerOptions>;
  readonly withNetwork?: boolean;
  /** What the hosts say that they are. @default 'sim' */
  readonly hypervisorType?: string;
  /** Their NUMA cells and PCI devices. @default none */
  readonly inside?: Pick<HostInventory, 'numaCells' | 'pciDevices'>;
  /** With an external network, and a router to it. */
  readonly routed?: boolean;
  /** Instead of the Compute API as it is: with plug-ins. */
  readonly api?: {
    readonly routes: readonly Route<ComputeServices>[];
    readonly policies: PolicyEngine<PolicyRule>;
  };
  readonly reclaimInstanceIntervalMs?: number;
  readonly evacuationNeedsForcedDown?: boolean;
  readonly resizeConfirmWindowMs?: number;
  readonly resizeToSameHost?: boolean;
  readonly shelvedOffloadMs?: number | null;
  readonly downCells?: () => ReadonlySet<string>;
}

/** An answer as tests look at it. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; null when there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reaches into bodies of many shapes
  readonly body: any;
}

/** A whole cloud in this thread: the Compute API over actors, rows in memory, and simulated hosts. */
export interface TestCloud {
  readonly app: ComputeApp;
  readonly store: MemoryStore;
  readonly system: ActorSystem;
  readonly hypervisors: ReadonlyMap<string, SimHypervisor>;
  readonly imageCaches: ReadonlyMap<string, SimImageCache>;
  readonly networkId: string;
  /** Sends a request as `member`, `admin` or `stranger`; `path` is behind `/v2.1`. */
  call(method: string, path: string, options?: CallOptions): Promise<Answered>;
  /** Makes a server and returns its id, at once. */
  boot(changes?: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<string>;
  /** Waits until a server has this status, or `gone`. */
  until(id: string, status: string): Promise<void>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly as?: 'member' | 'admin' | 'stranger';
  readonly version?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const SHARD = 's0';
const shardOf = (): string => SHARD;

const POLL_MS = 5;
const POLLS_MAX = 1000;

/** Polls until a condition holds; fails after five seconds. */
const eventually = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let polls = 0; polls < POLLS_MAX; polls++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`${what} has not come about in ${(POLLS_MAX * POLL_MS) / 1000} s`);
};

/** Starts a cloud with flavors `1` (1 vCPU, 512 MiB, 1 GiB) `2`, and `9` which is larger than any host, the image of `anImage`, and a network. */
export const startTestCloud = async (options: CloudOptions = {}): Promise<TestCloud> => {
  const store = new MemoryStore(realClock);
  const quota = { ...DEFAULT_QUOTA, ...options.quota };
  const random = seededRandom(1);
  const hypervisors = new Map<string, SimHypervisor>();
  const imageCaches = new Map<string, SimImageCache>();
  for (let index = 0; index < (options.hosts ?? 1); index++) {
    const name = `sim-${index}`;
    const hypervisor = createSimHypervisor({
      inventory: {
        vcpus: 16,
        memoryMib: 32_768,
        diskGib: 1000,
        hypervisorType: options.hypervisorType ?? 'sim',
        hypervisorVersion: 1_000_000,
        hypervisorHostname: `${name}.example.com`,
        hostIp: '127.0.0.1',
        cpuModel: 'sim',
        cpuArchitecture: 'x86_64',
        ...options.inside,
      },
      clock: realClock,
      random: () => random.fraction(),
      ...(options.latency === undefined ? {} : { latency: options.latency }),
    });
    hypervisors.set(name, hypervisor);
    imageCaches.set(name, new SimImageCache());
  }
  const shard = new Shard({
    name: SHARD,
    kinds: cloudKinds(quota, { ...DEFAULT_SCHEDULER_OPTIONS, ...options.scheduler }),
    store,
    clock: realClock,
    random,
    limits: DEFAULT_SHARD_LIMITS,
    shardOf,
    notice: () => {},
    runEffect: withVolumes(
      volumeEffects({
        rows: store,
        store: createSimVolumes(),
        intake: new MemoryIntake(),
        copyOpen: () => null,
        growOpen: () => null,
      }),
      driverEffects(
        store,
        (host) => {
          const hypervisor = hypervisors.get(host);
          const imageCache = imageCaches.get(host);
          return (
            hypervisor && {
              hypervisor,
              connect: () => hypervisor.start(),
              bootId: 'boot-1',
              ...(imageCache && { imageCache }),
            }
          );
        },
        new MemoryIntake(),
        (id, migration, progress) => system.tell(instance.at(id), { type: 'migrationProgressed', migration, progress }),
      ),
    ),
  });
  const { near, far } = localLink<ToShard, ToClient>(realClock);
  const system = new ActorSystem({ client: 'front', clock: realClock, shardOf, asksInFlightMax: 1000 });
  shard.connectClient('front', far);
  system.connect(SHARD, near);
  const member = aCaller();
  for (const [flavorId, name, memoryMib] of [
    ['1', 'm1.tiny', 512],
    ['2', 'm1.small', 2048],
    ['9', 'm1.huge', 1_048_576],
  ] as const) {
    await changeRegistry(system, {
      type: 'createFlavor',
      flavor: {
        flavorId,
        name,
        memoryMib,
        vcpus: 1,
        rootGib: 1,
        ephemeralGib: 0,
        swapMib: 0,
        rxtxFactor: 1,
        description: null,
        isPublic: true,
      },
    });
  }
  const network =
    (options.withNetwork ?? true) ? await ensureDefaultNetwork(system, member.projectId ?? '', options.routed) : null;
  for (const name of hypervisors.keys())
    await registerHost(system, { name, cell: 'cell1', zone: 'nova', lookEveryMs: 60_000 });
  await eventually('that all hosts are up', () =>
    [...hypervisors.keys()].every((name) => hosts.read(store, name)?.state === 'up'),
  );
  const images = options.images ?? [anImage()];
  const callers: Readonly<Record<string, Caller>> = { member, admin: anAdmin(), stranger: aStranger() };
  const app = computeApp({
    routes: options.api?.routes ?? computeRoutes,
    services: {
      system,
      reader: store,
      images: { find: (id) => images.find((image) => image.id === id) ?? null },
      networks: createNetworkCatalog(store),
      quota,
      clock: realClock,
      resizeConfirmWindowMs: options.resizeConfirmWindowMs ?? null,
      shelvedOffloadMs: options.shelvedOffloadMs === undefined ? 0 : options.shelvedOffloadMs,
      resizeToSameHost: options.resizeToSameHost ?? true,
      reclaimInstanceIntervalMs: options.reclaimInstanceIntervalMs ?? 0,
      evacuationNeedsForcedDown: options.evacuationNeedsForcedDown ?? false,
      random,
      ...(options.scheduler?.pciAliases === undefined
        ? {}
        : { pciAliases: options.scheduler.pciAliases.map(({ name }) => name) }),
      ...(options.downCells === undefined ? {} : { downCells: options.downCells }),
      consoleOutput: async (host, id, lines) =>
        (await hypervisors.get(host)?.consoleOutput(id, lines)) ?? {
          ok: false,
          error: { code: 'Unreachable', reason: 'no such host' },
        },
    },
    identity: { authenticate: (token) => (Object.hasOwn(callers, token) ? (callers[token] ?? null) : null) },
    policies: options.api?.policies ?? policies,
    identityUri: 'http://127.0.0.1/identity',
    observer: {
      crashed: (error) => {
        throw error;
      },
    },
    clock: realClock,
    idempotency: (projectId, message) => askIdempotency(system, projectId, message),
    mount: '',
    publicEndpoint: null,
    trustForwarded: false,
  });

  const call = async (method: string, path: string, sent: CallOptions = {}): Promise<Answered> => {
    const response = await app.request(`http://compute.example.com/v2.1${path}`, {
      method,
      headers: {
        'X-Auth-Token': sent.as ?? 'member',
        ...(sent.version === undefined ? {} : { 'OpenStack-API-Version': `compute ${sent.version}` }),
        ...(sent.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...sent.headers,
      },
      ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : parsed(text) };
  };
  const boot = async (changes: Readonly<Record<string, unknown>> = {}, sent: CallOptions = {}): Promise<string> => {
    const server = { name: 'web', imageRef: anImage().id, flavorRef: '1', networks: 'auto', ...changes };
    const answer = await call('POST', '/servers', { version: '2.104', ...sent, body: { server } });
    if (answer.status !== 202) throw new Error(`POST /servers: ${answer.status} ${JSON.stringify(answer.body)}`);
    return String(answer.body.server.id);
  };
  const until = (id: string, status: string): Promise<void> =>
    eventually(`${status} of ${id}`, async () => {
      const answer = await call('GET', `/servers/${id}`, { as: 'admin' });
      return status === 'gone' ? answer.status === 404 : answer.body.server?.status === status;
    });
  return {
    app,
    store,
    system,
    hypervisors,
    imageCaches,
    networkId: network?.ok ? network.value : '',
    call,
    boot,
    until,
    async close() {
      system.close();
      for (const hypervisor of hypervisors.values()) await hypervisor.close();
      await shard.stop();
    },
  };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
