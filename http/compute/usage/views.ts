import type { Instance } from '../../../actors/instance/row.ts';
import { isoMicroseconds } from '../times.ts';
import type { Period } from './period.ts';

const HOUR_MS = 3_600_000;

/** How long a server ran in a period, in hours. */
const hoursOf = ({ launchedAtMs, terminatedAtMs }: Instance, { startMs, stopMs }: Period): number => {
  if (launchedAtMs === null) return 0;
  const end = terminatedAtMs === null ? stopMs : Math.min(stopMs, terminatedAtMs);
  return (end - Math.max(launchedAtMs, startMs)) / HOUR_MS;
};

const serverUsage = (server: Instance, period: Period, nowMs: number) => {
  const { flavor, launchedAtMs, terminatedAtMs } = server;
  const upMs = (terminatedAtMs ?? nowMs) - (launchedAtMs ?? nowMs);
  return {
    hours: hoursOf(server, period),
    flavor: flavor.name,
    instance_id: server.id,
    name: server.name,
    tenant_id: server.projectId,
    memory_mb: flavor.memoryMib,
    local_gb: flavor.rootGib + flavor.ephemeralGib,
    vcpus: flavor.vcpus,
    started_at: isoMicroseconds(launchedAtMs),
    ended_at: isoMicroseconds(terminatedAtMs),
    state: terminatedAtMs === null ? server.vmState : 'terminated',
    uptime: Math.max(0, Math.floor(upMs / 1000)),
  };
};

/** The usage of each project that has any, in the order of the servers. */
export const projectUsages = (
  servers: readonly Instance[],
  period: Period,
  nowMs: number,
  detailed: boolean,
): readonly object[] => {
  const byProject = new Map<string, ReturnType<typeof serverUsage>[]>();
  for (const server of servers) {
    const usage = serverUsage(server, period, nowMs);
    const known = byProject.get(server.projectId);
    if (known === undefined) byProject.set(server.projectId, [usage]);
    else known.push(usage);
  }
  return [...byProject].map(([projectId, usages]) => {
    const total = (rate: (usage: (typeof usages)[number]) => number): number =>
      usages.reduce((sum, usage) => sum + rate(usage) * usage.hours, 0);
    return {
      tenant_id: projectId,
      ...(detailed ? { server_usages: usages } : {}),
      total_local_gb_usage: total(({ local_gb }) => local_gb),
      total_vcpus_usage: total(({ vcpus }) => vcpus),
      total_memory_mb_usage: total(({ memory_mb }) => memory_mb),
      total_hours: total(() => 1),
      start: isoMicroseconds(period.startMs),
      stop: isoMicroseconds(period.stopMs),
    };
  });
};
