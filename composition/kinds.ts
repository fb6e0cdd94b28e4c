import { cellKind } from '../actors/cell/index.ts';
import { hostKind } from '../actors/host/index.ts';
import { idempotencyKind } from '../actors/idempotency/index.ts';
import { identityKind } from '../actors/identity/index.ts';
import { imageKind } from '../actors/image/index.ts';
import { instanceKind } from '../actors/instance/index.ts';
import { networkKind } from '../actors/network/index.ts';
import { projectKind } from '../actors/project/index.ts';
import type { QuotaLimits } from '../actors/project/row.ts';
import { registryKind } from '../actors/registry/index.ts';
import { type ActorKinds, actorKinds } from '../runtime/actor.ts';

/** Every kind of actor of the cloud. */
export const cloudKinds = (quota: QuotaLimits): ActorKinds =>
  actorKinds([
    cellKind,
    hostKind,
    idempotencyKind,
    identityKind,
    imageKind,
    instanceKind,
    networkKind,
    projectKind(quota),
    registryKind,
  ]);
