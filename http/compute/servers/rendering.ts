import { hosts } from '../../../actors/host/row.ts';
import { bootData, type Instance } from '../../../actors/instance/row.ts';
import { securityGroupTable } from '../../../actors/network/row.ts';
import { serverGroups } from '../../../actors/registry/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import type { RequestContext } from '../../request.ts';
import { hostStatusOf } from './host-status.ts';
import type { ServerSight } from './view-fields.ts';
import type { ServerView } from './views.ts';

/** Renderings kept for one state of an instance: clients of a few versions and rights look at the same servers. */
const RENDERINGS_MAX = 4;

/** A server as JSON: what its row says, what other rows say, and both together. */
interface Rendering {
  readonly open: string;
  readonly tail: string;
  readonly whole: string;
}

/**
 * What was rendered of an instance's row, by variant. A row that has not changed is the same object at every read, and
 * one that has is another, so what its row says is never out of date here; what other rows say is compared each time.
 */
const renderings = new WeakMap<Instance, Map<string, Rendering>>();

/** Numbers of views, so that a variant is a short text. */
const viewNumbers = new WeakMap<ServerView, number>();
let viewCount = 0;
const numberOf = (view: ServerView): number => {
  const known = viewNumbers.get(view);
  if (known !== undefined) return known;
  viewCount += 1;
  viewNumbers.set(view, viewCount);
  return viewCount;
};

/** How a project's servers look to the caller: what may be seen, and under which variant that is kept. */
interface Outlook {
  readonly sight: ServerSight;
  readonly variant: string;
  readonly hostStatus: 'shown' | 'unknown only' | 'hidden';
}

/**
 * Renders servers for one request. What depends on the row alone is kept with the row; groups and host status, which
 * other rows decide, are put behind it each time.
 */
export const serverRenderer = (
  view: ServerView,
  request: RequestContext,
  reader: Reader,
): ((server: Instance) => string) => {
  const outlooks = new Map<string, Outlook>();
  const groupTails = new Map<string, string>();
  const outlookOf = (projectId: string): Outlook => {
    const known = outlooks.get(projectId);
    if (known !== undefined) return known;
    const made = outlook(view, request, reader, projectId);
    outlooks.set(projectId, made);
    return made;
  };
  const groupsTail = (server: Instance): string => {
    const ids = groupIdsOf(server);
    const key = ids.length === 1 ? (ids[0] ?? '') : ids.join();
    const known = groupTails.get(key);
    if (known !== undefined) return known;
    const made = securityGroupsTail(ids, reader);
    groupTails.set(key, made);
    return made;
  };
  const statusTail = (server: Instance, shown: Outlook['hostStatus']): string => {
    if (shown === 'hidden') return '';
    const status = hostStatusOf(server.host === null ? null : hosts.read(reader, server.host));
    return shown === 'shown' || status === 'UNKNOWN' ? `,"host_status":"${status}"` : '';
  };
  return (server) => {
    const { sight, variant, hostStatus } = outlookOf(server.projectId);
    const groups = view.tail.securityGroups ? groupsTail(server) : '';
    const others = view.tail.serverGroups ? groups + serverGroupsTail(server, reader) : groups;
    const tail = view.tail.hostStatus ? others + statusTail(server, hostStatus) : others;
    return rendered(server, variant, tail, () => view.render(server, sight));
  };
};

const rendered = (server: Instance, variant: string, tail: string, render: () => string): string => {
  let kept = renderings.get(server);
  if (kept === undefined) {
    kept = new Map();
    renderings.set(server, kept);
  }
  const known = kept.get(variant);
  if (known?.tail === tail) return known.whole;
  if (known === undefined && kept.size >= RENDERINGS_MAX) kept.clear();
  const open = known?.open ?? render();
  const whole = `${open}${tail}}`;
  kept.set(variant, { open, tail, whole });
  return whole;
};

const outlook = (view: ServerView, request: RequestContext, reader: Reader, projectId: string): Outlook => {
  const target = { project_id: projectId };
  const { endpoint, projectInUrl, edition, caller } = request;
  const attributes = request.allows('os_compute_api:os-extended-server-attributes', target);
  const flavorExtraSpecs = request.allows('os_compute_api:servers:show:flavor-extra-specs', target);
  const hostStatus = request.allows('os_compute_api:servers:show:host_status', target)
    ? 'shown'
    : request.allows('os_compute_api:servers:show:host_status:unknown-only', target)
      ? 'unknown only'
      : 'hidden';
  return {
    sight: {
      links: { endpoint, projectInUrl, edition },
      attributes,
      flavorExtraSpecs,
      isAdmin: caller.isAdmin,
      nodeOf: (host) => hosts.read(reader, host)?.inventory?.hypervisorHostname ?? host,
      userDataOf: (id) => bootData.read(reader, id)?.userData ?? null,
    },
    variant: `${numberOf(view)} ${Number(attributes)}${Number(flavorExtraSpecs)}${Number(caller.isAdmin)} ${edition} ${projectInUrl ?? ''} ${endpoint}`,
    hostStatus,
  };
};

/** The server group, as long as there is one. */
const serverGroupsTail = ({ serverGroup }: Instance, reader: Reader): string => {
  const exists = serverGroup && serverGroups.read(reader, serverGroup.id) !== undefined;
  return `,"server_groups":${exists ? JSON.stringify([serverGroup.id]) : '[]'}`;
};

const groupIdsOf = ({ ports, securityGroups }: Instance): readonly string[] => {
  const [port, other] = ports;
  if (port === undefined) return securityGroups;
  return other === undefined ? port.securityGroups : [...new Set(ports.flatMap((one) => one.securityGroups))];
};

/** Groups by their names of now; a server without any has no such field, as in Nova. */
const securityGroupsTail = (ids: readonly string[], reader: Reader): string => {
  const names = ids.map((id) => securityGroupTable.read(reader, id)?.name ?? id);
  if (names.length === 0) return '';
  return `,"security_groups":${JSON.stringify([...new Set(names)].map((name) => ({ name })))}`;
};
