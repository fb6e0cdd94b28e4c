import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AttachedHypervisor } from '../actors/driver-effects.ts';
import type { HostInventory, Hypervisor } from '../drivers/hypervisor.ts';
import type { ImageCache } from '../drivers/image-cache.ts';
import type { ImageContent } from '../drivers/images.ts';
import type { InventoryTerms } from '../drivers/inventory-terms.ts';
import type { DriverResult } from '../drivers/result.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { termsOf } from './capacity-settings.ts';
import { localDirectory, localHosts } from './local-hosts.ts';
import type { ShardSettings } from './shard-settings.ts';
import { volumesDirectory } from './volumes.ts';

/** The hypervisors of a shard, by the names of their hosts. */
export type Hypervisors = ReadonlyMap<string, AttachedHypervisor>;

/** What the drivers are made with. */
interface DriverPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly images: ImageContent;
  readonly log: (
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    fields: Readonly<Record<string, unknown>>,
  ) => void;
}

/** What hypervisors are made by: `hostNames`, those that are wanted; absent: all that the settings make. */
type HypervisorSettings = Pick<ShardSettings, 'capacity' | 'driver' | 'hosts' | 'sim' | 'qemu' | 'stateDir'> &
  Partial<Pick<ShardSettings, 'hostNames'>>;

/** Names of the hosts that these settings make. */
export function hostNames({ driver, hosts }: Pick<ShardSettings, 'driver' | 'hosts'>): readonly string[] {
  if (driver === 'qemu') return localHosts(hosts);
  const digits = String(hosts - 1).length;
  return Array.from({ length: hosts }, (_, index) => `sim-${String(index).padStart(digits, '0')}`);
}

/** Makes the hypervisors that the settings name, none of them connected yet. Loads only the driver that is used. */
export async function createHypervisors(settings: HypervisorSettings, ports: DriverPorts): Promise<Hypervisors> {
  switch (settings.driver) {
    case 'sim':
      return simulated(settings, ports);
    case 'qemu':
      return local(settings, ports);
  }
}

async function simulated(settings: HypervisorSettings, { clock, random }: DriverPorts): Promise<Hypervisors> {
  const { SimImageCache, createSimHypervisor, noLatency, simInside } = await import('../drivers/sim/index.ts');
  const { vcpus, memoryMib, diskGib, spawnMs, migrateMsPerGib, hugePages = {}, dedicatedCpus = [] } = settings.sim;
  const inside = simInside({ ...settings.sim, hugePages, dedicatedCpus });
  // Simulated guests end with the program, so each start of it is another boot.
  const bootId = random.uuid();
  const hypervisors = new Map<string, AttachedHypervisor>();
  for (const host of settings.hostNames ?? hostNames(settings)) {
    const inventory: HostInventory = {
      vcpus,
      memoryMib,
      diskGib,
      hypervisorType: 'sim',
      hypervisorVersion: 1_000_000,
      hypervisorHostname: host,
      hostIp: '127.0.0.1',
      cpuModel: 'simulated',
      cpuArchitecture: 'x86_64',
      ...inside,
    };
    const latency = { ...noLatency, spawn: spawnMs, migratePerGib: migrateMsPerGib };
    const hypervisor = createSimHypervisor({ inventory, clock, random: () => random.fraction(), latency });
    const terms = termsOf(settings.capacity, host, null);
    hypervisors.set(host, attached(hypervisor, bootId, terms, new SimImageCache()));
  }
  return hypervisors;
}

async function local(settings: HypervisorSettings, { images, log }: DriverPorts): Promise<Hypervisors> {
  const names = settings.hostNames ?? hostNames(settings);
  if (names.length === 0) return new Map();
  const { createQemuHypervisor, createQemuImageCache } = await import('../drivers/qemu/index.ts');
  const { binary, imgBinary, accel, inventory } = settings.qemu;
  const bootId = machineBootId();
  const hypervisors = new Map<string, AttachedHypervisor>();
  for (const name of names) {
    const directory = localDirectory(settings.stateDir, name);
    const hypervisor = createQemuHypervisor({
      directory,
      images,
      volumesDirectory: volumesDirectory(settings.stateDir),
      qemuBinary: binary,
      qemuImgBinary: imgBinary,
      accel,
      share: inventory === 'share' ? 1 / settings.hosts : 1,
      hostname: name,
      log,
    });
    const terms = termsOf(settings.capacity, name, 1 / settings.hosts);
    const imageCache = createQemuImageCache({ images, qemuImg: imgBinary, directory });
    hypervisors.set(name, attached(hypervisor, bootId, terms, imageCache));
  }
  return hypervisors;
}

/** The kernel's id of this boot: another one means that every process of before is gone. See proc(5), boot_id. */
function machineBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Without one, each start counts as a boot: guests that still run are found to run, the others are resumed.
    return randomUUID();
  }
}

function attached(
  hypervisor: Hypervisor,
  bootId: string,
  terms: InventoryTerms | undefined,
  imageCache: ImageCache,
): AttachedHypervisor {
  let connecting: Promise<DriverResult> | null = null;
  return {
    hypervisor,
    bootId,
    imageCache,
    ...(terms && { terms }),
    async connect() {
      connecting ??= hypervisor.start();
      const outcome = await connecting;
      if (!outcome.ok) connecting = null;
      return outcome;
    },
  };
}
