import { assertNever } from '../../runtime/assert.ts';
import type { Context } from '../../runtime/context.ts';
import type { EffectOutcome } from '../../runtime/message.ts';
import { failed, ok } from '../../runtime/result.ts';
import { cell } from '../cell/protocol.ts';
import { instance } from '../instance/protocol.ts';
import { instances } from '../instance/row.ts';
import { limits } from '../limits.ts';
import { cacheImages, imagesCached } from './cache-images.ts';
import { isLook } from './look.ts';
import type { HostMessage, HostRegistration } from './protocol.ts';
import { reconcile } from './reconcile.ts';
import type { Host } from './row.ts';
import { announce, buildEnded, downByOrder, isForcedDown } from './service.ts';

/** A host, or nothing yet under this name. */
export type HostState = Host | null;

const LOOK_TIMER = 'look';
const LOOK_EFFECT = 'look';

/** Handles one message of a host. */
export function handle(state: HostState, message: HostMessage, ctx: Context): HostState {
  if (message.type === 'register') {
    ctx.reply(ok({ host: ctx.self.id }));
    return look(registered(state, message.registration, ctx), ctx);
  }
  if (message.type === 'cacheImages') {
    cacheImages(state, message, ctx);
    return state;
  }
  if (state === null) {
    ctx.reply(failed({ code: 'HostNotFound', host: ctx.self.id }));
    return state;
  }
  switch (message.type) {
    case 'lookAgain':
      return look(state, ctx);
    case 'effectEnded':
      // The end of an orphan's removal needs nothing: the next look tells whether it is gone.
      if (message.name === 'driver.ensureImages') imagesCached(message, ctx);
      return message.name === 'driver.look' ? looked(state, message.outcome, ctx) : state;
    case 'guestChanged': {
      const { instanceId, power, reason } = message;
      // A guest that was left over here says nothing about the one elsewhere.
      if (instances.read(ctx.rows, instanceId)?.host !== state.name) return state;
      ctx.tell(instance.at(instanceId), { type: 'powerChanged', power, reason });
      return state;
    }
    case 'setDisabled': {
      ctx.reply(ok({ host: state.name }));
      const { disabled, reason: disabledReason } = message;
      const next = { ...state, disabled, disabledReason, buildFailures: 0, changedAtMs: ctx.nowMs };
      announce(next, ctx);
      return next;
    }
    case 'buildEnded':
      return buildEnded(state, message, ctx);
    case 'setForcedDown':
      ctx.reply(ok({ host: state.name }));
      return setForcedDown(state, message.forcedDown, ctx);
    case 'setZone': {
      const registeredZone = state.registeredZone ?? state.zone;
      const zone = message.zone ?? registeredZone;
      // An aggregate tells all of its hosts whenever one comes or goes.
      if (zone === state.zone && message.zone === (state.aggregateZone ?? null)) return state;
      if (state.inventory !== null)
        ctx.tell(cell.at(state.cell), { type: 'hostReported', host: state.name, zone, inventory: state.inventory });
      return { ...state, zone, registeredZone, aggregateZone: message.zone };
    }
    default:
      return assertNever(message);
  }
}

function registered(state: HostState, registration: HostRegistration, ctx: Context): Host {
  const { zone: registeredZone } = registration;
  if (state) {
    const zone = state.aggregateZone ?? registeredZone;
    return { ...state, ...registration, zone, registeredZone, state: state.state === 'up' ? 'up' : 'connecting' };
  }
  return {
    ...registration,
    registeredZone,
    aggregateZone: null,
    serviceId: ctx.newId(),
    hypervisorId: ctx.newId(),
    createdAtMs: ctx.nowMs,
    seenAtMs: ctx.nowMs,
    state: 'connecting',
    problem: null,
    disabled: false,
    disabledReason: null,
    bootId: null,
    inventory: null,
    runningGuests: 0,
  };
}

/**
 * Asks the driver for the host as it is. One look replaces another, so that they do not pile up over restarts. The
 * moment goes along and comes back, so that what happens meanwhile is not misjudged.
 */
function look(state: Host, ctx: Context): Host {
  if (isForcedDown(state)) return downByOrder(state);
  ctx.effect({
    effectId: LOOK_EFFECT,
    name: 'driver.look',
    args: { host: state.name, askedAtMs: ctx.nowMs },
    deadlineMs: limits.connectMs,
    lane: `look:${state.name}`,
  });
  return state;
}

/** While it is down by order nothing is asked of it; then it is looked at as at a start. */
function setForcedDown(state: Host, forcedDown: boolean, ctx: Context): Host {
  if (forcedDown === isForcedDown(state)) return state;
  if (!forcedDown)
    return look({ ...state, forcedDown, state: 'connecting', problem: null, changedAtMs: ctx.nowMs }, ctx);
  ctx.cancelTimer(LOOK_TIMER);
  ctx.cancelEffect(LOOK_EFFECT);
  const down = { ...downByOrder(state), changedAtMs: ctx.nowMs };
  announce(down, ctx);
  return down;
}

function looked(state: Host, outcome: EffectOutcome, ctx: Context): Host {
  if (isForcedDown(state)) return state;
  if (!outcome.ok || !isLook(outcome.value)) {
    ctx.setTimer(LOOK_TIMER, limits.reconnectMs, { type: 'lookAgain' });
    const problem = outcome.ok ? 'The driver gave no report.' : outcome.error.reason;
    const down: Host = { ...state, state: 'down', problem };
    announce(down, ctx);
    return down;
  }
  const found = outcome.value;
  const outage = state.bootId !== null && state.bootId !== found.bootId;
  const settled = reconcile(state.name, found, outage, ctx);
  // Until every guest that the outage ended has been seen to, it counts as not yet over.
  const isOver = settled || !outage;
  const nextLookMs = isOver ? state.lookEveryMs : Math.min(state.lookEveryMs, limits.outageLookMs);
  ctx.setTimer(LOOK_TIMER, nextLookMs, { type: 'lookAgain' });
  const { name, zone } = state;
  ctx.tell(cell.at(state.cell), { type: 'hostReported', host: name, zone, inventory: found.inventory });
  const up: Host = {
    ...state,
    state: 'up',
    problem: null,
    seenAtMs: ctx.nowMs,
    bootId: isOver ? found.bootId : state.bootId,
    inventory: found.inventory,
    runningGuests: found.guests.filter((guest) => guest.power === 'running').length,
    uptime: found.uptime ?? null,
  };
  announce(up, ctx);
  return up;
}
