import type { Context } from '../../runtime/context.ts';
import { explain } from '../scheduler/explain.ts';
import { type CellDecision, DECISION_HOSTS_MAX } from './decision.ts';
import type { CellState } from './handle.ts';
import { withHintedHosts } from './hinted-hosts.ts';
import type { CellExplanation, CellQuestion, ClaimRequest } from './protocol.ts';

/** How the cell would decide a request as its hosts are now. */
export const explained = (state: CellState, { request, hostsMax }: CellQuestion, ctx: Context): CellExplanation =>
  explanationOf(state, withHintedHosts(request, ctx.rows), hostsMax, ctx);

function explanationOf(
  { name, hosts, scheduler }: CellState,
  request: ClaimRequest,
  hostsMax: number,
  ctx: Context,
): CellExplanation {
  const { chosen, policy, hosts: all } = explain(request, scheduler.rules, hosts, ctx.nowMs);
  const refused = new Map<string, number>();
  for (const host of all) if (!host.passes) refused.set(host.filter, (refused.get(host.filter) ?? 0) + 1);
  return {
    cell: name,
    chosen,
    policy,
    hosts: all.length,
    refused: [...refused].map(([filter, count]) => ({ filter, hosts: count })),
    // A packing policy may choose another one than the first.
    told: [...all.filter(({ host }) => host === chosen), ...all.filter(({ host }) => host !== chosen)].slice(
      0,
      hostsMax,
    ),
  };
}

/** Tells whoever hears of decisions how this one was made; `chosen`: what it came to. To be called before anything is claimed. */
export function tellDecision(
  state: CellState,
  { instanceId, what }: Pick<CellDecision, 'instanceId' | 'what'>,
  request: ClaimRequest,
  chosen: string | null,
  ctx: Context,
): void {
  if (!state.hears?.isOn) return;
  const explanation = explanationOf(state, request, DECISION_HOSTS_MAX, ctx);
  // Chance may have chosen among the best: it counts what was chosen.
  state.hears.hear({ instanceId, what, explanation: { ...explanation, chosen } });
}
