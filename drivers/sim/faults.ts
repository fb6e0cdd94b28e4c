import type { DriverError } from '../result.ts';

/** The orders that a fault can hit. */
export type SimOrderKind =
  | 'ensureRunning'
  | 'ensureStopped'
  | 'ensureRebooted'
  | 'ensurePaused'
  | 'ensureSuspended'
  | 'ensureRebuilt'
  | 'triggerCrashDump'
  | 'ensurePassword'
  | 'captureRoot'
  | 'exportGuest'
  | 'ensureImported'
  | 'ensureMigrated'
  | 'ensureTakenOver'
  | 'ensureVolumes'
  | 'ensureCards'
  | 'ensureMirrored'
  | 'ensureVolumeSize'
  | 'ensureAbsent';

/** What goes wrong with an order. */
export type SimFault =
  /** The answer is an error. `applied`: the order was carried out all the same, only its answer was lost. */
  | { readonly type: 'fail'; readonly error: DriverError; readonly applied: boolean }
  /** No answer ever comes, until the order is aborted. `applied` as above. */
  | { readonly type: 'silent'; readonly applied: boolean }
  /** The answer comes this much later. */
  | { readonly type: 'late'; readonly ms: number };

/** Decides for each order whether something goes wrong. */
export interface SimFaults {
  next(kind: SimOrderKind, instanceId: string): SimFault | null;
}

/** Faults that a test or a plan sets, and can change while the hypervisor runs. */
export interface SimFaultPlan extends SimFaults {
  /** The next order (of that kind, or any) meets this fault; several wait in line. */
  once(kind: SimOrderKind | 'any', fault: SimFault): void;
  /** From now on each order of that kind (or any) meets this fault with a probability of 0 to 1. 0 ends it. */
  withProbability(kind: SimOrderKind | 'any', probability: number, fault: SimFault): void;
}

/** Makes an empty plan. `random` gives numbers evenly in [0, 1) and is drawn only where a probability is set. */
export function createSimFaults(random: () => number): SimFaultPlan {
  const waiting: { readonly kind: SimOrderKind | 'any'; readonly fault: SimFault }[] = [];
  const likely = new Map<SimOrderKind | 'any', { readonly probability: number; readonly fault: SimFault }>();
  return {
    once: (kind, fault) => void waiting.push({ kind, fault }),
    withProbability(kind, probability, fault) {
      if (probability <= 0) likely.delete(kind);
      else likely.set(kind, { probability, fault });
    },
    next(kind) {
      const at = waiting.findIndex((entry) => entry.kind === 'any' || entry.kind === kind);
      if (at !== -1) return waiting.splice(at, 1)[0]?.fault ?? null;
      for (const rule of [likely.get(kind), likely.get('any')]) {
        if (rule !== undefined && random() < rule.probability) return rule.fault;
      }
      return null;
    },
  };
}
