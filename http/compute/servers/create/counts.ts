import type { QuotaResource } from '../../../../actors/errors.ts';
import type { InstanceFlavor } from '../../../../actors/instance/row.ts';
import { projects, type QuotaLimits, usageOfUser } from '../../../../actors/project/row.ts';
import type { Reader } from '../../../../runtime/store.ts';
import { type Refusal, refuse, refuseWith } from '../../../reply.ts';
import type { NewServer } from '../requests.ts';

/** What is limited: how much is used, how much a server takes, and the limit. */
type Row = readonly [QuotaResource, number, number, number];

/** Most servers of one request, whatever the quota: a request is one message, and one transaction. */
const COUNT_MAX = 1000;

/** Whose limits hold: those of the project, and of the user in it. */
export interface Quota {
  readonly projectId: string;
  readonly userId: string;
  readonly ofProject: QuotaLimits;
  readonly ofUser: QuotaLimits;
}

/**
 * How many servers a request makes: `max_count`, or as many as the quota leaves, if that is at least `min_count`. The
 * project's own count has the last word; this keeps a huge number from being prepared at all.
 */
export const countOf = (asked: NewServer, flavor: InstanceFlavor, quota: Quota, reader: Reader): number | Refusal => {
  const least = asked.min_count ?? 1;
  const most = asked.max_count ?? least;
  if (least > most) return refuseWith(400, 'min_count must be <= max_count');
  const { ofProject, ofUser } = quota;
  const usage = projects.read(reader, quota.projectId);
  const own = usageOfUser(usage, quota.userId);
  const projectRows: readonly Row[] = [
    ['cores', usage?.cores ?? 0, flavor.vcpus, ofProject.cores],
    ['instances', usage?.instances ?? 0, 1, ofProject.instances],
    ['ram', usage?.ramMib ?? 0, flavor.memoryMib, ofProject.ramMib],
  ];
  const userRows: readonly Row[] = [
    ['cores', own.cores, flavor.vcpus, ofUser.cores],
    ['instances', own.instances, 1, ofUser.instances],
    ['ram', own.ramMib, flavor.memoryMib, ofUser.ramMib],
  ];
  const overAmong = (rows: readonly Row[]): readonly Row[] =>
    rows.filter(([, used, each, limit]) => limit >= 0 && used + each * least > limit);
  const overProject = overAmong(projectRows);
  const over = overProject.length > 0 ? overProject : overAmong(userRows);
  if (over.length > 0) {
    return refuse({
      code: 'QuotaExceeded',
      overs: over.map(([resource]) => resource),
      requested: over.map(([, , each]) => each * least),
      used: over.map(([, used]) => used),
      allowed: over.map(([, , , limit]) => limit),
    });
  }
  if (least > COUNT_MAX) return refuseWith(400, `No more than ${COUNT_MAX} servers can be created with one request.`);
  const room = [...projectRows, ...userRows].map(([, used, each, limit]) =>
    limit < 0 || each === 0 ? most : Math.floor((limit - used) / each),
  );
  return Math.max(least, Math.min(most, COUNT_MAX, ...room));
};
