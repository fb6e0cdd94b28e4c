import type { Context } from '../../runtime/context.ts';
import { explain } from '../scheduler/explain.ts';
import type { CellState } from './handle.ts';
import { withHintedHosts } from './hinted-hosts.ts';
import type { CellExplanation, CellQuestion } from './protocol.ts';

/** How the cell would decide a request as its hosts are now. */
export function explained({ name, hosts, scheduler }: CellState, asked: CellQuestion, ctx: Context): CellExplanation {
  const {
    chosen,
    policy,
    hosts: all,
  } = explain(withHintedHosts(asked.request, ctx.rows), scheduler.rules, hosts, ctx.nowMs);
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
      asked.hostsMax,
    ),
  };
}
