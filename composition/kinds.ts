import { countsBusyInstances } from '../actors/cell/busy-instances.ts';
import type { DecisionListener } from '../actors/cell/decision.ts';
import { cellKind } from '../actors/cell/index.ts';
import { cellMappingKind } from '../actors/cell-mapping/index.ts';
import { consolidatorKind } from '../actors/consolidator/index.ts';
import type { ConsolidationOptions } from '../actors/consolidator/options.ts';
import { hostKind } from '../actors/host/index.ts';
import { idempotencyKind } from '../actors/idempotency/index.ts';
import { identityKind } from '../actors/identity/index.ts';
import { imageKind } from '../actors/image/index.ts';
import { instanceKind } from '../actors/instance/index.ts';
import { tellingBusy } from '../actors/instance/io-operations.ts';
import { networkKind } from '../actors/network/index.ts';
import { notifierKind } from '../actors/notifier/index.ts';
import { notifyingHosts } from '../actors/notifier/of-hosts.ts';
import { type InstanceNotifications, notifyingInstances } from '../actors/notifier/of-instances.ts';
import { tellingPrecaches } from '../actors/notifier/of-precaches.ts';
import { notifyingProjects } from '../actors/notifier/of-projects.ts';
import { notifyingRegistry } from '../actors/notifier/of-registry.ts';
import { precacheKind } from '../actors/precache/index.ts';
import { projectKind } from '../actors/project/index.ts';
import type { QuotaLimits } from '../actors/project/row.ts';
import { registryKind } from '../actors/registry/index.ts';
import type { SchedulerOptions } from '../actors/scheduler/options.ts';
import { volumeKind } from '../actors/volume/index.ts';
import { type ActorKinds, actorKinds } from '../runtime/actor.ts';

/** Every kind of actor of the cloud. */
export const cloudKinds = (
  quota: QuotaLimits,
  scheduler?: SchedulerOptions,
  told: InstanceNotifications | null = null,
  consolidation?: ConsolidationOptions,
  hears?: DecisionListener,
): ActorKinds => {
  const instances = scheduler && countsBusyInstances(scheduler) ? tellingBusy(instanceKind) : instanceKind;
  return actorKinds([
    cellKind(scheduler, hears),
    cellMappingKind,
    consolidatorKind(consolidation),
    told === null ? hostKind : notifyingHosts(hostKind, told.sinks),
    idempotencyKind,
    identityKind,
    imageKind,
    told === null ? instances : notifyingInstances(instances, told),
    networkKind,
    notifierKind,
    precacheKind(told === null ? undefined : tellingPrecaches(told.sinks)),
    told === null ? projectKind(quota) : notifyingProjects(projectKind(quota), told.sinks),
    told === null ? registryKind : notifyingRegistry(registryKind, told.sinks),
    volumeKind,
  ]);
};
