import type { Context } from '../../runtime/context.ts';
import { cell } from '../cell/protocol.ts';
import type { HostMessage } from './protocol.ts';
import type { Host } from './row.ts';

export const isForcedDown = ({ forcedDown }: Host): boolean => forcedDown === true;

/** Tells the cell whether the host takes new instances. */
export function announce(state: Host, ctx: Context): void {
  const available = state.state === 'up' && !state.disabled;
  ctx.tell(cell.at(state.cell), { type: 'hostAvailable', host: state.name, available });
}

/**
 * Counts builds that have failed in a row, and takes the host out of scheduling when there are too many: one that fails
 * every build at once is always the emptiest, and would be given all of them. Nova once did the same
 * (`consecutive_build_service_disable_threshold`).
 */
export function buildEnded(
  state: Host,
  { failed, failuresMax }: Extract<HostMessage, { readonly type: 'buildEnded' }>,
  ctx: Context,
): Host {
  const before = state.buildFailures ?? 0;
  if (!failed) return before === 0 ? state : { ...state, buildFailures: 0 };
  const buildFailures = before + 1;
  if (state.disabled || buildFailures < failuresMax) return { ...state, buildFailures };
  const disabledReason = `Auto-disabled due to ${buildFailures} build failures`;
  const disabled: Host = { ...state, buildFailures, disabled: true, disabledReason, changedAtMs: ctx.nowMs };
  announce(disabled, ctx);
  return disabled;
}

/** The host as it is while somebody says that it is down. */
export const downByOrder = (state: Host): Host => ({
  ...state,
  forcedDown: true,
  state: 'down',
  problem: 'Somebody has said that it is down.',
});
