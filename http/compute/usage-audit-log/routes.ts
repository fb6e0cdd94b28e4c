import { hosts } from '../../../actors/host/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { echoed, refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';

const route = routesFor<ComputeServices>();

const TIME = /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,6})?$/;

/** The first moment of the month of a time, or of one so many months before, in UTC. */
const monthStart = (year: number, month: number): string =>
  `${new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10)} 00:00:00`;

/** Nova's summary of its periodic audit for the last whole month. It is off by default there, as it never runs here. */
const auditLog = (reader: Reader, beforeMs: number): object => {
  const before = new Date(beforeMs);
  const [year, month] = [before.getUTCFullYear(), before.getUTCMonth()];
  const names = [...hosts.scan(reader)].map(({ name }) => name);
  return {
    period_beginning: monthStart(year, month - 1),
    period_ending: monthStart(year, month),
    num_hosts: names.length,
    num_hosts_done: 0,
    num_hosts_running: 0,
    num_hosts_not_run: names.length,
    hosts_not_run: names,
    total_instances: 0,
    total_errors: 0,
    overall_status: `${names.length === 0 ? 'ALL' : `0 of ${names.length}`} hosts done. 0 errors.`,
    log: {},
  };
};

/** Milliseconds of a time as the path gives it; null when it is none. */
const parseTime = (text: string): number | null => {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = TIME.exec(text) ?? [];
  const date = new Date(Date.UTC(+year, +month - 1, +day, +hour, +minute, +second));
  const isSame = date.getUTCMonth() === +month - 1 && date.getUTCDate() === +day && date.getUTCHours() === +hour;
  return isSame && +year > 99 && +minute < 60 && +second < 60 ? date.getTime() : null;
};

/** The audit of usages by the hosts: nothing is audited, and that is what is told. */
export const usageAuditLogRoutes = [
  route({
    method: 'GET',
    path: '/os-instance_usage_audit_log',
    policy: { rule: 'os_compute_api:os-instance-usage-audit-log:list', target: 'none' },
    query: noQuery,
    success: 200,
    handler: (_, { reader, clock }) => reply({ instance_usage_audit_logs: auditLog(reader, clock.now()) }),
  }),
  route({
    method: 'GET',
    path: '/os-instance_usage_audit_log/{id}',
    policy: { rule: 'os_compute_api:os-instance-usage-audit-log:show', target: 'none' },
    query: noQuery,
    success: 200,
    handler: ({ params: { id } }, { reader }) => {
      const beforeMs = parseTime(id);
      return beforeMs === null
        ? refuseWith(400, `Invalid timestamp for date ${echoed(id)}`)
        : reply({ instance_usage_audit_log: auditLog(reader, beforeMs) });
    },
  }),
];
