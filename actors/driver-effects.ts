import type {
  CapturedRoot,
  GuestSpec,
  Hypervisor,
  MigrationProgress,
  MigrationTerms,
  Order,
} from '../drivers/hypervisor.ts';
import type { ImageCache } from '../drivers/image-cache.ts';
import type { ImageIntake } from '../drivers/images.ts';
import type { InventoryTerms } from '../drivers/inventory-terms.ts';
import type { DriverResult } from '../drivers/result.ts';
import type { EffectAtOnce, EffectRecord, EffectRunner } from '../runtime/effect.ts';
import type { EffectOutcome } from '../runtime/message.ts';
import { failed, ok } from '../runtime/result.ts';
import type { Reader } from '../runtime/store.ts';
import { outcomeOf } from './driver-outcome.ts';
import type { Look } from './host/look.ts';
import { quiescingOf } from './instance/guest-agent.ts';
import { guestOutline, guestSpec, wantedMirror } from './instance/guest-spec.ts';
import { bootData, type Instance, instances } from './instance/row.ts';
import { ensureImages } from './precache/effect.ts';

/** A host's hypervisor, connected when it is first used. */
export interface AttachedHypervisor {
  readonly hypervisor: Hypervisor;
  /** Connects once; later calls return the same outcome as long as it was a success. */
  connect(): Promise<DriverResult>;
  /** See `Look.bootId`. */
  readonly bootId: string;
  /** Absent: its hosts have none. */
  readonly imageCache?: ImageCache;
  /** What of the host is given to guests; absent: see `HostInventory.terms`. */
  readonly terms?: InventoryTerms;
}

interface Arguments {
  readonly host: string;
  readonly instanceId: string;
  readonly graceMs: number;
  readonly kind: 'soft' | 'hard';
  readonly preserveEphemeral: boolean;
  readonly askedAtMs: number;
  /** Of a removal: not where the instance is by now. */
  readonly unlessHere: boolean;
  readonly sourceHost: string;
  readonly targetHost: string;
  /** Of a live migration: its number. 0: none. */
  readonly migration: number;
  readonly overCommit: boolean;
}

/** Hears how far a live migration of an instance is. */
export type ProgressListener = (instanceId: string, migration: number, progress: MigrationProgress) => void;

/** Reads the arguments of an effect of this file; the effects of older versions of the program may lack some. */
function argumentsOf(args: unknown): Arguments {
  const given: Record<string, unknown> = typeof args === 'object' && args !== null ? { ...args } : {};
  return {
    host: typeof given['host'] === 'string' ? given['host'] : '',
    instanceId: typeof given['instanceId'] === 'string' ? given['instanceId'] : '',
    graceMs: typeof given['graceMs'] === 'number' ? given['graceMs'] : 0,
    kind: given['kind'] === 'soft' ? 'soft' : 'hard',
    preserveEphemeral: given['preserveEphemeral'] === true,
    askedAtMs: typeof given['askedAtMs'] === 'number' ? given['askedAtMs'] : 0,
    unlessHere: given['unlessHere'] === true,
    sourceHost: typeof given['sourceHost'] === 'string' ? given['sourceHost'] : '',
    targetHost: typeof given['targetHost'] === 'string' ? given['targetHost'] : '',
    migration: typeof given['migration'] === 'number' ? given['migration'] : 0,
    overCommit: given['overCommit'] !== false,
  };
}

/**
 * Does the effects named `driver.…`: finds the host's hypervisor, reads what the guest is to be from the instance's
 * committed rows, and gives the order. The rows and not the request say what the guest is, so that a restarted effect
 * makes the guest that is wanted now. `intake` takes the bytes of snapshots.
 */
export function driverEffects(
  rows: Reader,
  hypervisorOf: (host: string) => AttachedHypervisor | undefined,
  intake: ImageIntake | null = null,
  progressed: ProgressListener = () => {},
): EffectRunner {
  return async (request, signal) => {
    const args = argumentsOf(request.args);
    const attached = hypervisorOf(args.host);
    if (!attached)
      return failed({ code: 'HostNotFound', reason: `The host ${args.host} is not driven by this controller.` });
    const { hypervisor } = attached;
    const order: Order = { instanceId: args.instanceId, orderId: request.effectId, signal };
    if (request.name === 'driver.look') return outcomeOf(await look(attached, args.askedAtMs));
    const connected = await attached.connect();
    if (!connected.ok) return outcomeOf(connected);
    switch (request.name) {
      case 'driver.ensureRunning':
        return withSpec(rows, request, (spec) => hypervisor.ensureRunning(order, spec));
      case 'driver.ensureStopped':
        return stopped(await hypervisor.ensureStopped(order, args.graceMs));
      case 'driver.ensureRebooted':
        return withSpec(rows, request, (spec) => hypervisor.ensureRebooted(order, spec, args));
      case 'driver.ensureVolumes':
        return withSpec(rows, request, (spec) => hypervisor.ensureVolumes(order, spec));
      case 'driver.ensureCards':
        return withSpec(rows, request, (spec) => hypervisor.ensureCards(order, spec));
      case 'driver.ensureMirrored': {
        const wanted = mirrorWanted(rows, args);
        // One that has its place already needs no mirror: the answer was lost.
        if (wanted === null) return ok(null);
        const { volumeId, target } = wanted;
        return withSpec(rows, request, (spec) => hypervisor.ensureMirrored(order, spec, volumeId, target));
      }
      case 'driver.ensureVolumeSizes':
        return outcomeOf(await sized(rows, hypervisor, order));
      case 'driver.ensurePaused':
        return outcomeOf(await hypervisor.ensurePaused(order));
      case 'driver.ensureSuspended':
        return outcomeOf(await hypervisor.ensureSuspended(order));
      case 'driver.ensureRebuilt':
        return withSpec(rows, request, (spec) => hypervisor.ensureRebuilt(order, spec, args));
      case 'driver.ensureCopied':
        return withSpec(rows, request, (spec) => copied(hypervisorOf(args.sourceHost), hypervisor, order, spec));
      case 'driver.captureRoot':
        return intake === null ? noIntake : capture(rows, hypervisor, order, intake);
      case 'driver.triggerCrashDump':
        return outcomeOf(await hypervisor.triggerCrashDump(order));
      case 'driver.ensurePassword':
        return outcomeOf(
          await hypervisor.ensurePassword(order, bootData.read(rows, args.instanceId)?.adminPassword ?? ''),
        );
      case 'driver.ensureMigrated': {
        const { overCommit, migration, targetHost } = args;
        const terms: MigrationTerms = {
          overCommit,
          progress: (progress) => progressed(args.instanceId, migration, progress),
        };
        return withSpec(rows, request, (spec) => migrated(hypervisor, hypervisorOf(targetHost), order, spec, terms));
      }
      case 'driver.ensureTakenOver':
        return outcomeOf(await takenOver(hypervisor, hypervisorOf(args.sourceHost), order));
      case 'driver.forceMigration':
        return outcomeOf(await hypervisor.forceMigration(order));
      case 'driver.ensureImages':
        return ensureImages(attached.imageCache ?? null, request.args, signal);
      case 'driver.ensureAbsent':
        if (args.unlessHere && isHere(rows, args)) return ok(null);
        return outcomeOf(await hypervisor.ensureAbsent(order));
      default:
        return failed({ code: 'UnknownEffect', reason: `There is no effect ${request.name}.` });
    }
  };
}

/** Does those effects named `driver.…` at once that the host's driver can carry out so. */
export const driverEffectsAtOnce =
  (hypervisorOf: (host: string) => AttachedHypervisor | undefined): EffectAtOnce =>
  ({ name, effectId, args }, rows) => {
    if (name !== 'driver.ensureRunning' && name !== 'driver.ensureAbsent') return null;
    // What else there may be to read costs more than the order.
    if (typeof args !== 'object' || args === null || !('host' in args && 'instanceId' in args)) return null;
    const { host, instanceId } = args;
    if (typeof host !== 'string' || typeof instanceId !== 'string') return null;
    const unlessHere = 'unlessHere' in args && args.unlessHere === true;
    const hypervisor = hypervisorOf(host)?.hypervisor;
    if (hypervisor === undefined) return null;
    const order = { instanceId, orderId: effectId };
    if (name === 'driver.ensureAbsent') {
      if (unlessHere && isHere(rows, { instanceId, host })) return ok(null);
      const removed = hypervisor.removeAtOnce?.(order);
      return removed ? outcomeOf(removed) : null;
    }
    const instance = hypervisor.runAtOnce && hereOf(rows, instanceId, host);
    const running = instance && hypervisor.runAtOnce?.(order, guestOutline(instance));
    return running ? outcomeOf(running) : null;
  };

const mirrorWanted = (rows: Reader, { instanceId }: Arguments) => {
  const instance = instances.read(rows, instanceId);
  return instance === undefined ? null : wantedMirror(instance);
};

/** Shows a guest the sizes of all its volumes. */
async function sized(rows: Reader, hypervisor: Hypervisor, order: Order): Promise<DriverResult<unknown>> {
  for (const { volumeId, sizeGib, state } of instances.read(rows, order.instanceId)?.volumes ?? []) {
    const grown = state === 'attached' ? await hypervisor.ensureVolumeSize(order, volumeId, sizeGib) : null;
    if (grown?.ok === false) return grown;
  }
  return { ok: true, value: null };
}

const noIntake: EffectOutcome = failed({ code: 'Unsupported', reason: 'There is no store for images.' });

/** Copies a root disk, after the guest has written everything to it where its image wants that. */
async function capture(
  rows: Reader,
  hypervisor: Hypervisor,
  order: Order,
  intake: ImageIntake,
): Promise<EffectOutcome> {
  const instance = instances.read(rows, order.instanceId);
  const quiescing = instance === undefined ? 'no' : quiescingOf(instance);
  return captured(await hypervisor.captureRoot(order, intake, quiescing), intake);
}

/** The bytes are not held any longer: as long as the instance's snapshot is under way, nothing is swept away. */
function captured(result: DriverResult<CapturedRoot>, intake: ImageIntake): EffectOutcome {
  if (result.ok) intake.release(result.value.contentId);
  return outcomeOf(result);
}

/** A guest that is not there does not run: an outage may have taken it meanwhile, or its host was made anew. */
const stopped = (result: DriverResult): EffectOutcome =>
  !result.ok && result.error.code === 'GuestNotFound' ? ok(null) : outcomeOf(result);

/** The instance, when it is on this host. */
function hereOf(rows: Reader, instanceId: string, host: string): Instance | undefined {
  const instance = instances.read(rows, instanceId);
  return instance !== undefined && instance.deletedAtMs === null && instance.host === host ? instance : undefined;
}

const isHere = (rows: Reader, { instanceId, host }: Pick<Arguments, 'instanceId' | 'host'>): boolean =>
  hereOf(rows, instanceId, host) !== undefined;

/** Copies a stopped guest from one host to another; it stays on the first one, too. */
async function copied(
  source: AttachedHypervisor | undefined,
  target: Hypervisor,
  order: Order,
  spec: GuestSpec,
): Promise<DriverResult<unknown>> {
  if (!source)
    return { ok: false, error: { code: 'Unreachable', reason: 'the host it comes from is not driven here' } };
  const connected = await source.connect();
  if (!connected.ok) return connected;
  const exported = await source.hypervisor.exportGuest(order);
  return exported.ok ? target.ensureImported(order, spec, exported.value) : exported;
}

async function migrated(
  source: Hypervisor,
  target: AttachedHypervisor | undefined,
  order: Order,
  spec: GuestSpec,
  terms: MigrationTerms,
): Promise<DriverResult<unknown>> {
  if (!target) return { ok: false, error: { code: 'Unreachable', reason: 'the host it goes to is not driven here' } };
  const connected = await target.connect();
  return connected.ok ? source.ensureMigrated(order, spec, target.hypervisor, terms) : connected;
}

/** A source that cannot be reached now finds the guest as one that is not its own when it can. */
async function takenOver(
  target: Hypervisor,
  source: AttachedHypervisor | undefined,
  order: Order,
): Promise<DriverResult<unknown>> {
  const connected = await source?.connect();
  return target.ensureTakenOver(order, connected?.ok ? (source?.hypervisor ?? null) : null);
}

async function look(attached: AttachedHypervisor, askedAtMs: number): Promise<DriverResult<Look>> {
  const { hypervisor, bootId, terms } = attached;
  const connected = await attached.connect();
  if (!connected.ok) return connected;
  const told = await hypervisor.inventory();
  if (!told.ok) return told;
  const inventory = terms === undefined ? told.value : { ...told.value, terms };
  const guests = await hypervisor.inspectAll();
  if (!guests.ok) return guests;
  const uptime = await hypervisor.uptime();
  const value = { inventory, guests: guests.value, bootId, askedAtMs };
  return { ok: true, value: uptime.ok ? { ...value, uptime: uptime.value } : value };
}

async function withSpec(
  rows: Reader,
  request: EffectRecord,
  order: (spec: GuestSpec) => Promise<DriverResult<unknown>>,
): Promise<EffectOutcome> {
  const { instanceId, host } = argumentsOf(request.args);
  const instance = hereOf(rows, instanceId, host);
  // An order that comes too late, for whatever reason, makes no guest where none belongs.
  if (!instance) return failed({ code: 'InstanceNotFound', reason: `There is no instance ${instanceId} on ${host}.` });
  return outcomeOf(await order(guestSpec(instance, bootData.read(rows, instanceId))));
}
