import { hosts } from '../../../actors/host/row.ts';
import { bootData, type Instance } from '../../../actors/instance/row.ts';
import { type SecurityGroupRow, securityGroupTable } from '../../../actors/network/row.ts';
import { serverGroups } from '../../../actors/registry/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import type { Edition, RequestContext } from '../../request.ts';
import { floatingAddresses, floatingKey } from './floating-addresses.ts';
import { hostStatusOf } from './host-status.ts';
import type { ServerSight } from './view-fields.ts';
import type { ServerView } from './views.ts';

/** Renderings kept for one state of an instance: clients of a few versions and rights look at the same servers. */
const RENDERINGS_MAX = 4;

/** How a project's servers look to the caller: what may be seen, and whether the host's status is. */
interface Outlook {
  readonly sight: ServerSight;
  /** The rights that change what a row's own part shows, as bits. */
  readonly rights: number;
  readonly hostStatus: 'shown' | 'unknown only' | 'hidden';
}

/** A server as JSON, for one view and one kind of caller: what its row says, what other rows say, and both together. */
interface Rendering {
  readonly view: ServerView;
  readonly rights: number;
  readonly endpoint: string;
  readonly edition: Edition;
  readonly projectInUrl: string | null;
  readonly open: string;
  /** The floating addresses that are in `open`. */
  readonly floating: string;
  readonly tail: string;
  readonly whole: string;
  /** The whole as the answer to a request for this one server. Kept, so that its text is joined and counted once. */
  readonly answer: string;
}

/**
 * What was rendered of an instance's row. A row that has not changed is the same object at every read, and one that has
 * is another, so what its row says is never out of date here; what other rows say is compared each time.
 */
const renderings = new WeakMap<Instance, Rendering[]>();

/** Whether a row may stand for a while. One of a server that is being built, or that has gone, is hardly looked at twice. */
const isAtRest = ({ taskState, vmState }: Instance): boolean =>
  taskState === null && vmState !== 'building' && vmState !== 'deleted';

/** Renders servers for one request: a list of them. What depends on the caller alone is worked out once a project. */
export const serverRenderer = (
  view: ServerView,
  request: RequestContext,
  reader: Reader,
): ((server: Instance) => string) => {
  const outlooks = new Map<string, Outlook>();
  return (server) => {
    const known = outlooks.get(server.projectId);
    const outlook = known ?? outlookOf(request, reader, server.projectId);
    if (known === undefined) outlooks.set(server.projectId, outlook);
    return rendered(server, view, request, outlook, reader).whole;
  };
};

/** The answer to a request for one server: `{"server": …}`. */
export const serverAnswer = (view: ServerView, request: RequestContext, reader: Reader, server: Instance): string =>
  rendered(server, view, request, outlookOf(request, reader, server.projectId), reader).answer;

/**
 * What depends on the row alone is kept with the row, and the floating addresses that it was rendered with; groups and
 * host status, which other rows decide, are put behind it, and compared each time.
 */
const rendered = (
  server: Instance,
  view: ServerView,
  request: RequestContext,
  { sight, rights, hostStatus }: Outlook,
  reader: Reader,
): Rendering => {
  const { endpoint, edition, projectInUrl } = request;
  const tail = tailOf(server, view, hostStatus, reader);
  const floating = floatingKey(sight.floatingOf, server.ports);
  let kept = renderings.get(server);
  if (kept === undefined) {
    kept = [];
    if (isAtRest(server)) renderings.set(server, kept);
  }
  let at = 0;
  for (; at < kept.length; at++) {
    const one = kept[at];
    if (one?.view !== view || one.rights !== rights || one.endpoint !== endpoint) continue;
    if (one.edition !== edition || one.projectInUrl !== projectInUrl) continue;
    if (one.tail === tail && one.floating === floating) return one;
    break;
  }
  const before = kept[at];
  const open = before?.floating === floating ? before.open : view.render(server, sight);
  const whole = `${open}${tail}}`;
  const made = {
    view,
    rights,
    endpoint,
    edition,
    projectInUrl,
    open,
    floating,
    tail,
    whole,
    answer: `{"server":${whole}}`,
  };
  kept[at < RENDERINGS_MAX ? at : 0] = made;
  return made;
};

const outlookOf = (request: RequestContext, reader: Reader, projectId: string): Outlook => {
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
      floatingOf: floatingAddresses(reader),
      nodeOf: (host) => hosts.read(reader, host)?.inventory?.hypervisorHostname ?? host,
      userDataOf: (id) => bootData.read(reader, id)?.userData ?? null,
    },
    rights: (attributes ? 1 : 0) | (flavorExtraSpecs ? 2 : 0) | (caller.isAdmin ? 4 : 0),
    hostStatus,
  };
};

const tailOf = (server: Instance, { tail }: ServerView, shown: Outlook['hostStatus'], reader: Reader): string => {
  let text = tail.securityGroups ? securityGroupsTail(groupIdsOf(server), reader) : '';
  if (tail.serverGroups) text += serverGroupsTail(server, reader);
  if (!tail.hostStatus || shown === 'hidden') return text;
  const status = hostStatusOf(server.host === null ? null : hosts.read(reader, server.host));
  return shown === 'shown' || status === 'UNKNOWN' ? `${text},"host_status":"${status}"` : text;
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

/** What a group alone puts behind a server. A group that has not changed is the same object at every read. */
const tailsOfGroups = new WeakMap<SecurityGroupRow, string>();

/** Groups by their names of now; a server without any has no such field, as in Nova. */
const securityGroupsTail = (ids: readonly string[], reader: Reader): string => {
  const [id] = ids;
  if (id === undefined) return '';
  const only = ids.length === 1 ? securityGroupTable.read(reader, id) : undefined;
  const known = only && tailsOfGroups.get(only);
  if (known !== undefined) return known;
  const names = only ? [only.name] : ids.map((one) => securityGroupTable.read(reader, one)?.name ?? one);
  const tail = `,"security_groups":${JSON.stringify([...new Set(names)].map((name) => ({ name })))}`;
  if (only) tailsOfGroups.set(only, tail);
  return tail;
};
