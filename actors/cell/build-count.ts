import type { Context } from '../../runtime/context.ts';
import type { HostTable } from '../scheduler/host-table.ts';
import { hostResources } from './row.ts';

/** Counts how builds on a host have ended: failed ones since the last that went well. BuildFailureWeigher goes by it. */
export function countBuild(hosts: HostTable, host: string | undefined, how: 'failed' | 'well', ctx: Context): void {
  const resources = host === undefined ? undefined : hostResources.read(ctx.rows, host);
  if (resources === undefined) return;
  const { failedBuilds: before = 0, ...rest } = resources;
  if (how === 'well' && before === 0) return;
  const failedBuilds = how === 'failed' ? before + 1 : 0;
  ctx.put(hostResources, rest.host, failedBuilds === 0 ? rest : { ...rest, failedBuilds });
  hosts.setCounter('failedBuilds', rest.host, failedBuilds);
}
