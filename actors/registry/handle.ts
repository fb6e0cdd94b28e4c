import { assertNever } from '../../runtime/assert.ts';
import type { Context } from '../../runtime/context.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import { table } from '../../runtime/table.ts';
import type { ComputeError } from '../errors.ts';
import { quotaClasses } from '../project/row.ts';
import {
  addAggregateHost,
  createAggregate,
  deleteAggregate,
  removeAggregateHost,
  setAggregateMetadata,
  tellAggregates,
  updateAggregate,
} from './operations/aggregates.ts';
import { createServerGroup, deleteServerGroup } from './operations/server-groups.ts';
import type { NewFlavor, NewKeypair, RegistryMessage, RegistryReply } from './protocol.ts';
import { type Flavor, flavors, keypairId, keypairPrefix, keypairs } from './row.ts';

/** What the registry remembers of itself. */
interface RegistryState {
  readonly defaultsMade: boolean;
  readonly keypairsMade: number;
  /** Absent in rows from before there were any. */
  readonly aggregatesMade?: number;
  readonly serverGroupsMade?: number;
}

const registryState = table<RegistryState>({ name: 'registry' });
const STATE_ID = 'main';

const stateOf = (rows: Reader): RegistryState =>
  registryState.read(rows, STATE_ID) ?? { defaultsMade: false, keypairsMade: 0 };

/** Handles one message of the registry. All that it knows is in rows. */
export function handle(state: null, message: RegistryMessage, ctx: Context): null {
  ctx.reply(replyTo(message, ctx));
  return state;
}

const DONE: RegistryReply = ok(null);

function replyTo(message: RegistryMessage, ctx: Context): RegistryReply {
  switch (message.type) {
    case 'ensureDefaults':
      return ensureDefaults(message.flavors, ctx);
    case 'createFlavor':
      return createFlavor(message.flavor, ctx);
    case 'updateFlavor':
      return changeFlavor(message.flavorId, ctx, (flavor) => ok({ ...flavor, description: message.description }));
    case 'deleteFlavor': {
      const flavor = flavors.read(ctx.rows, message.flavorId);
      if (!flavor) return failed({ code: 'FlavorNotFound', flavorId: message.flavorId });
      ctx.put(flavors, message.flavorId, undefined);
      return DONE;
    }
    case 'setExtraSpecs':
      return changeFlavor(message.flavorId, ctx, (flavor) =>
        ok({ ...flavor, extraSpecs: { ...flavor.extraSpecs, ...message.extraSpecs } }),
      );
    case 'deleteExtraSpec':
      return changeFlavor(message.flavorId, ctx, (flavor) => withoutExtraSpec(flavor, message.key));
    case 'addFlavorAccess':
      return changeFlavor(message.flavorId, ctx, (flavor) => withAccess(flavor, message.projectId));
    case 'removeFlavorAccess':
      return changeFlavor(message.flavorId, ctx, (flavor) => withoutAccess(flavor, message.projectId));
    case 'createKeypair':
      return createKeypair(message.keypair, message.keyPairsMax, ctx);
    case 'deleteKeypair': {
      const { userId, name } = message;
      const id = keypairId(userId, name);
      if (!keypairs.read(ctx.rows, id)) return failed({ code: 'KeypairNotFound', userId, name });
      ctx.put(keypairs, id, undefined);
      return DONE;
    }
    case 'createAggregate': {
      const state = stateOf(ctx.rows);
      const number = (state.aggregatesMade ?? 0) + 1;
      const created = createAggregate(message, number, ctx);
      if (created.ok) ctx.put(registryState, STATE_ID, { ...state, aggregatesMade: number });
      return created;
    }
    case 'updateAggregate':
      return updateAggregate(message, ctx);
    case 'setAggregateMetadata':
      return setAggregateMetadata(message, ctx);
    case 'deleteAggregate':
      return deleteAggregate(message, ctx);
    case 'addAggregateHost':
      return addAggregateHost(message, ctx);
    case 'removeAggregateHost':
      return removeAggregateHost(message, ctx);
    case 'tellAggregates':
      tellAggregates(message.cell, ctx);
      return DONE;
    case 'createServerGroup': {
      const state = stateOf(ctx.rows);
      const number = (state.serverGroupsMade ?? 0) + 1;
      const created = createServerGroup(message.group, message.groupsMax, number, ctx);
      if (created.ok) ctx.put(registryState, STATE_ID, { ...state, serverGroupsMade: number });
      return created;
    }
    case 'deleteServerGroup':
      return deleteServerGroup(message.id, ctx);
    case 'setQuotaClass': {
      const { name } = message;
      const limits = { ...quotaClasses.read(ctx.rows, name)?.limits, ...message.limits };
      ctx.put(quotaClasses, name, { name, limits });
      return DONE;
    }
    default:
      return assertNever(message);
  }
}

function ensureDefaults(wanted: readonly NewFlavor[], ctx: Context): RegistryReply {
  const state = stateOf(ctx.rows);
  if (state.defaultsMade) return DONE;
  for (const flavor of wanted) createFlavor(flavor, ctx);
  ctx.put(registryState, STATE_ID, { ...state, defaultsMade: true });
  return DONE;
}

function createFlavor(wanted: NewFlavor, ctx: Context): RegistryReply {
  const { flavorId, name } = wanted;
  if (flavors.read(ctx.rows, flavorId)) return failed({ code: 'FlavorIdExists', flavorId });
  for (const _ of flavors.ids(ctx.rows, 'byName', [name], { limit: 1 })) return failed({ code: 'FlavorExists', name });
  const rest = { disabled: false, extraSpecs: {}, access: [], createdAtMs: ctx.nowMs, updatedAtMs: null };
  ctx.put(flavors, flavorId, { ...wanted, ...rest });
  return DONE;
}

function changeFlavor(
  flavorId: string,
  ctx: Context,
  change: (flavor: Flavor) => Result<Flavor, ComputeError>,
): RegistryReply {
  const flavor = flavors.read(ctx.rows, flavorId);
  if (!flavor) return failed({ code: 'FlavorNotFound', flavorId });
  const changed = change(flavor);
  if (!changed.ok) return changed;
  ctx.put(flavors, flavorId, { ...changed.value, updatedAtMs: ctx.nowMs });
  return DONE;
}

function withoutExtraSpec(flavor: Flavor, key: string): Result<Flavor, ComputeError> {
  const { flavorId } = flavor;
  if (!Object.hasOwn(flavor.extraSpecs, key)) return failed({ code: 'FlavorExtraSpecNotFound', flavorId, key });
  const { [key]: _, ...extraSpecs } = flavor.extraSpecs;
  return ok({ ...flavor, extraSpecs });
}

function withAccess(flavor: Flavor, projectId: string): Result<Flavor, ComputeError> {
  const { flavorId, access } = flavor;
  if (access.includes(projectId)) return failed({ code: 'FlavorAccessExists', flavorId, projectId });
  return ok({ ...flavor, access: [...access, projectId] });
}

function withoutAccess(flavor: Flavor, projectId: string): Result<Flavor, ComputeError> {
  const { flavorId, access } = flavor;
  if (!access.includes(projectId)) return failed({ code: 'FlavorAccessNotFound', flavorId, projectId });
  return ok({ ...flavor, access: access.filter((id) => id !== projectId) });
}

function createKeypair(wanted: NewKeypair, keyPairsMax: number, ctx: Context): RegistryReply {
  const { userId, name } = wanted;
  const id = keypairId(userId, name);
  if (keypairs.read(ctx.rows, id)) return failed({ code: 'KeypairExists', name });
  if (keyPairsMax >= 0) {
    let count = 0;
    for (const _ of keypairs.scan(ctx.rows, { idPrefix: keypairPrefix(userId), limit: keyPairsMax })) count++;
    if (count >= keyPairsMax) return failed({ code: 'KeypairLimitExceeded' });
  }
  const state = stateOf(ctx.rows);
  const number = state.keypairsMade + 1;
  ctx.put(registryState, STATE_ID, { ...state, keypairsMade: number });
  ctx.put(keypairs, id, { ...wanted, number, createdAtMs: ctx.nowMs });
  return DONE;
}
