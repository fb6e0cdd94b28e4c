import type { Instance } from '../../../actors/instance/row.ts';
import { choice } from '../../parameter.ts';
import { type Answer, refuse, refuseWith } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { object, shape, wrapped } from '../../shape.ts';
import { always, stepped } from '../../stepped.ts';
import { serverById, serverByServerId } from '../servers/lookup.ts';
import type { ComputeServices } from '../services.ts';

const route = routesFor<ComputeServices>();
const policy = { rule: 'os_compute_api:os-remote-consoles', target: 'subject' } as const;

/** Body of POST /servers/{server_id}/remote-consoles. */
export const createConsole = shape('remote_console', {
  protocol: stepped(choice(['vnc', 'spice', 'serial', 'rdp']), [
    '2.8',
    choice(['vnc', 'spice', 'serial', 'rdp', 'mks']),
  ]),
  type: stepped(
    choice(['novnc', 'xvpvnc', 'spice-html5', 'serial', 'rdp-html5']),
    ['2.8', choice(['novnc', 'xvpvnc', 'spice-html5', 'serial', 'rdp-html5', 'webmks'])],
    ['2.99', choice(['novnc', 'xvpvnc', 'spice-html5', 'serial', 'rdp-html5', 'webmks', 'spice-direct'])],
  ),
});

/** No driver offers a console over the network yet; where Nova's driver does not, it answers like this. */
const unavailable = (server: Instance, type: string): Answer =>
  server.host === null
    ? refuse({ code: 'InstanceNotReady', instanceId: server.id })
    : refuseWith(400, `Unavailable console type ${type}.`);

const typed = <const A extends string, const T extends readonly [string, ...string[]]>(action: A, types: T) =>
  wrapped(action, object({ type: always(choice<T[number]>(types)) }));

/** Bodies of the actions that were there before 2.6. */
export const getVncConsole = typed('os-getVNCConsole', ['novnc', 'xvpvnc']);
export const getSpiceConsole = typed('os-getSPICEConsole', ['spice-html5']);
export const getSerialConsole = typed('os-getSerialConsole', ['serial']);

const action = {
  method: 'POST',
  path: '/servers/{id}/action',
  until: '2.5',
  success: 200,
  subject: serverById,
} as const;

/** Consoles over the network. The log of the serial console is `os-getConsoleOutput`. */
export const remoteConsoleRoutes = [
  route({
    method: 'POST',
    path: '/servers/{server_id}/remote-consoles',
    from: '2.6',
    policy,
    body: createConsole,
    success: 200,
    subject: serverByServerId,
    handler: ({ subject, body }) => unavailable(subject, body.remote_console.type),
  }),
  route({
    ...action,
    action: 'os-getVNCConsole',
    policy,
    body: getVncConsole,
    handler: ({ subject, body }) => unavailable(subject, body['os-getVNCConsole'].type),
  }),
  route({
    ...action,
    action: 'os-getSPICEConsole',
    policy,
    body: getSpiceConsole,
    handler: ({ subject, body }) => unavailable(subject, body['os-getSPICEConsole'].type),
  }),
  route({
    ...action,
    action: 'os-getSerialConsole',
    policy,
    body: getSerialConsole,
    handler: ({ subject, body }) => unavailable(subject, body['os-getSerialConsole'].type),
  }),
  // Gone with Hyper-V; 400 and not 410, whoever asks.
  route({
    method: 'POST',
    path: '/servers/{id}/action',
    action: 'os-getRDPConsole',
    until: '2.5',
    policy: null,
    success: 400,
    handler: () => refuseWith(400),
  }),
];
