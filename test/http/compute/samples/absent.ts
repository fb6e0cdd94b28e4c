import type { Recipe } from './recipes.ts';
import { PROJECT } from './sample-cloud.ts';

/** A sample that shows what cannot come about here, or is no more: what is answered instead, as Nova does where it is so. */
export interface Absent {
  readonly status: number;
  readonly why: string;
  readonly ask: Recipe;
}

const gone = (ask: Recipe): Absent => ({ status: 410, why: 'Nova has removed this API; it answers 410 as well.', ask });
const get =
  (path: string): Recipe =>
  (at) =>
    at.send('GET', path.replace('{server}', at.on.server).replace('{project}', PROJECT));
const post =
  (path: string, body: unknown): Recipe =>
  (at) =>
    at.send('POST', path.replace('{server}', at.on.server), body);

/** Samples of whole folders. */
export const ABSENT_FOLDERS: Readonly<Record<string, Absent>> = {
  consoles: gone(get('/servers/{server}/consoles')),
  'os-agents': gone(get('/os-agents')),
  'os-cells': gone(get('/os-cells')),
  'os-certificates': gone(get('/os-certificates/root')),
  'os-cloudpipe': gone(get('/os-cloudpipe')),
  'os-fping': gone(get('/os-fping')),
  'os-fixed-ips': gone(get('/os-fixed-ips/192.168.1.1')),
  'os-floating-ip-dns': gone(get('/os-floating-ip-dns')),
  'os-floating-ips-bulk': gone(get('/os-floating-ips-bulk')),
  'os-security-group-default-rules': gone(get('/os-security-group-default-rules')),
  'os-virtual-interfaces': gone(get('/servers/{server}/os-virtual-interfaces')),
  'os-baremetal-nodes': {
    status: 501,
    why: 'There is no bare metal service; Nova answers 501 without one.',
    ask: get('/os-baremetal-nodes'),
  },
};

const console = (protocol: string, type: string): Absent => ({
  status: 400,
  why: 'No driver offers this type of console; Nova answers 400 where it is off.',
  ask: post('/servers/{server}/remote-consoles', { remote_console: { protocol, type } }),
});
const oldConsole = (action: string, type: string, status = 400): Absent => ({
  status,
  why: 'No driver offers this type of console; Nova answers 400 where it is off.',
  ask: post('/servers/{server}/action', { [action]: { type } }),
});
const power = (verb: string): Absent => ({
  status: 501,
  why: 'No driver powers hosts; Nova answers 501 where the driver does not.',
  ask: (at) => at.send('GET', `/os-hosts/${at.on.ids.host}/${verb}`),
});
const shares = { why: 'No driver shares files with guests; Nova answers 403 where none does.', status: 403 };
const share = post('/servers/{server}/shares', { share: { share_id: 'e8debdc0-447a-4376-a10a-4cd9122d7986' } });
const noShare: Absent = {
  status: 404,
  why: 'No driver shares files with guests, so no server has a share.',
  ask: get('/servers/{server}/shares/e8debdc0-447a-4376-a10a-4cd9122d7986'),
};

/** Single samples. */
export const ABSENT: Readonly<Record<string, Absent>> = {
  'os-hosts/host-get-reboot.json': power('reboot'),
  'os-hosts/host-get-shutdown.json': power('shutdown'),
  'os-hosts/host-get-startup.json': power('startup'),
  'os-hosts/host-put-maintenance-resp.json': {
    status: 501,
    why: 'No driver has a maintenance mode; Nova answers 501 where the driver does not.',
    ask: (at) => at.send('PUT', `/os-hosts/${at.on.ids.host}`, { status: 'enable', maintenance_mode: 'disable' }),
  },
  'os-assisted-volume-snapshots/snapshot-create-assisted-resp.json': {
    status: 400,
    why: 'No volume here is snapshotted by its host; Nova answers 400 for such a volume.',
    ask: (at) =>
      at.send('POST', '/os-assisted-volume-snapshots', {
        snapshot: {
          volume_id: at.on.ids.attached,
          create_info: { snapshot_id: at.on.ids.snapshot, type: 'qcow2', new_file: 'f' },
        },
      }),
  },
  'os-remote-consoles/create-mks-console-resp.json': console('mks', 'webmks'),
  'os-remote-consoles/create-spice-direct-console-resp.json': console('spice', 'spice-direct'),
  'os-remote-consoles/create-vnc-console-resp.json': console('vnc', 'novnc'),
  'os-remote-consoles/get-rdp-console-post-resp.json': oldConsole('os-getRDPConsole', 'rdp-html5'),
  'os-remote-consoles/get-serial-console-post-resp.json': oldConsole('os-getSerialConsole', 'serial'),
  'os-remote-consoles/get-spice-console-post-resp.json': oldConsole('os-getSPICEConsole', 'spice-html5'),
  'os-remote-consoles/get-vnc-console-post-resp.json': oldConsole('os-getVNCConsole', 'novnc'),
  'os-console-auth-tokens/get-console-connect-info-get-resp.json': {
    status: 404,
    why: 'No console gives out tokens; Nova answers 404 for one that it did not give.',
    ask: get('/os-console-auth-tokens/b48316c5-71e8-45e4-9884-6c78055b9b13'),
  },
  'os-networks/network-create-resp.json': gone(post('/os-networks', { network: { label: 'n' } })),
  'os-server-shares/server-shares-list-resp.json': {
    status: 200,
    why: 'No driver shares files with guests, so the list is empty.',
    ask: get('/servers/{server}/shares'),
  },
  'os-server-shares/server-shares-create-resp.json': { ...shares, ask: share },
  'os-server-shares/server-shares-admin-create-resp.json': { ...shares, ask: share },
  'os-server-shares/server-shares-show-resp.json': noShare,
  'os-server-shares/server-shares-admin-show-resp.json': noShare,
};

/** A sample that an answer of ours fits but for one thing; by file. */
export interface Different {
  readonly difference: string;
  readonly why: string;
}

const unattached = (at: string): Different => ({
  difference: `${at}/attachments/0 has no device`,
  why: 'A volume that is attached to nothing has one empty attachment, as in Nova; the sample is of an attached one.',
});
const threads: Different = {
  difference: '/nodes/0/siblings is empty',
  why: 'Guests are told of no threads, so that no processors are siblings, as in Nova for such guests.',
};

export const DIFFERENT: Readonly<Record<string, Different>> = {
  'os-volumes/os-volumes-detail-resp.json': unattached('/volumes/1'),
  'os-volumes/os-volumes-index-resp.json': unattached('/volumes/1'),
  'os-volumes/os-volumes-post-resp.json': unattached('/volume'),
  'os-server-topology/v2.78/servers-topology-resp.json': threads,
  'os-server-topology/v2.78/servers-topology-resp-user.json': threads,
  'os-server-diagnostics/server-diagnostics-get-resp.json': {
    difference: ' has no cpu0_time',
    why: 'Up to 2.47 the keys are those of the driver; the sample is of another driver.',
  },
};
