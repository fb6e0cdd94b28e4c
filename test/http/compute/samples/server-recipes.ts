import { minorOf } from '../../../../http/microversions.ts';
import { anImage } from '../cloud.ts';
import type { Recipe, Recipes } from './recipes.ts';
import type { At } from './sample-cloud.ts';

const IMAGE = anImage().id;

/** A request for a server as the sample's microversion wants it. */
const wanted = ({ version, fresh }: At, more: object = {}): object => ({
  server: {
    name: fresh(),
    imageRef: IMAGE,
    flavorRef: '1',
    ...(minorOf(version) < 37 ? {} : { networks: 'auto' }),
    ...more,
  },
});

/** A server of its own, so that what is done to it does not touch others. The one before it makes room. */
const another = async ({ on, prepare }: At): Promise<string> => {
  const before = last.get(on.cloud);
  if (before !== undefined) {
    await prepare('DELETE', `/servers/${before}`);
    await on.cloud.until(before, 'gone');
  }
  const id = await on.cloud.boot();
  last.set(on.cloud, id);
  await on.cloud.until(id, 'ACTIVE');
  return id;
};
const last = new WeakMap<object, string>();

const get =
  (path: string): Recipe =>
  (at) =>
    at.send('GET', path.replace('{server}', at.on.server));

const act =
  (action: string, body: unknown): Recipe =>
  async (at) =>
    at.send('POST', `/servers/${await another(at)}/action`, { [action]: body });

const rebuild: Recipe = async ({ on, send }) => {
  await on.cloud.until(on.scratch, 'ACTIVE');
  return send('POST', `/servers/${on.scratch}/action`, { rebuild: { imageRef: IMAGE } });
};

const update: Recipe = async ({ on, send, fresh }) => {
  await on.cloud.until(on.scratch, 'ACTIVE');
  return send('PUT', `/servers/${on.scratch}`, { server: { name: fresh() } });
};

/** Of a server in a cell that is down. */
const ofDown =
  (at: string): Recipe =>
  async ({ on, version }) => {
    const path = at.replace('{server}', on.down.server);
    const answer = await on.down.cloud.call('GET', path, { as: 'admin', version });
    const { servers } = answer.body;
    // Beside those of other cells.
    return servers === undefined ? answer : { ...answer, body: { servers: servers.filter(isLost) } };
  };
const isLost = ({ status }: { readonly status?: string }): boolean => status === 'UNKNOWN';

/** The list that shows the server and its link to the next page, if the sample has one; at 2.69 one in a cell that is down. */
const listed =
  (path: string): Recipe =>
  (at) =>
    at.version === '2.69'
      ? ofDown(path)(at)
      : at.send('GET', `${path}?name=new-server-test${at.isPaged ? '&limit=1' : ''}`);

const rescued: Recipe = async (at) => {
  const id = await another(at);
  await at.prepare('POST', `/servers/${id}/action`, { rescue: null });
  await at.on.cloud.until(id, 'RESCUE');
  return at.send('GET', `/servers/${id}`);
};

/** With one of two in error: a page of one that is full. */
const byStatus: Recipe = async (at) => {
  const id = await another(at);
  await at.prepare('POST', `/servers/${id}/action`, { 'os-resetState': { state: 'error' } });
  return at.send('GET', '/servers?limit=1&status=error&all_tenants=1');
};

const evacuated: Recipe = async (at) => {
  const id = await another(at);
  const { body } = await at.prepare('GET', `/servers/${id}`);
  const host = body.server['OS-EXT-SRV-ATTR:host'];
  const { body: found } = await at.prepare('GET', `/os-services?host=${host}&binary=nova-compute`);
  const service = `/os-services/${found.services[0].id}`;
  await at.prepare('PUT', service, { forced_down: true });
  const answer = await at.send('POST', `/servers/${id}/action`, {
    evacuate: { adminPass: 'MySecretPass', ...(minorOf(at.version) < 14 ? { onSharedStorage: 'False' } : {}) },
  });
  await at.on.cloud.until(id, 'ACTIVE');
  await at.prepare('PUT', service, { forced_down: false });
  return answer;
};

const withTag: Recipe = async (at) => at.send('PUT', `/servers/${await another(at)}/tags`, { tags: ['tag1', 'tag2'] });

const attachInterface: Recipe = async (at) =>
  at.send('POST', `/servers/${await another(at)}/os-interface`, {
    interfaceAttachment: { net_id: at.on.cloud.networkId },
  });

const attachVolume: Recipe = async (at) => {
  const volumeId = await at.on.volumes.make();
  return at.send('POST', `/servers/${await another(at)}/os-volume_attachments`, { volumeAttachment: { volumeId } });
};

const action: Recipe = (at) => at.send('GET', `/servers/${at.on.server}/os-instance-actions/${at.on.ids.request}`);

export const SERVER_RECIPES: Recipes = {
  'servers/server-create-resp.json': (at) => at.send('POST', '/servers', wanted(at)),
  'servers/server-get-resp.json': (at) =>
    at.version === '2.69' ? ofDown('/servers/{server}')(at) : get('/servers/{server}')(at),
  'servers/server-get-down-cell-resp.json': ofDown('/servers/{server}'),
  'servers/servers-details-resp.json': listed('/servers/detail'),
  'servers/servers-list-resp.json': listed('/servers'),
  'servers/servers-list-status-resp.json': byStatus,
  'servers/servers-list-with-changes-before.json': get('/servers?changes-before=2100-01-01T00:00:00Z'),
  'servers/server-update-resp.json': update,
  'servers/server-put-resp.json': update,
  'servers/server-action-rebuild-resp.json': rebuild,
  'servers/server-action-create-image-resp.json': act('createImage', { name: 'i' }),
  'servers/server-groups-post-resp.json': (at) =>
    at.send('POST', '/os-server-groups', { server_group: { name: 'test', policy: 'affinity' } }),
  'servers-sort/server-sort-keys-list-resp.json': get('/servers?sort_key=display_name&sort_dir=asc'),
  'os-create-backup/create-backup-resp.json': act('createBackup', { name: 'b', backup_type: 'daily', rotation: 1 }),
  'os-multiple-create/multiple-create-no-resv-post-resp.json': (at) =>
    at.send('POST', '/servers', wanted(at, { min_count: 2, max_count: 3 })),
  'os-multiple-create/multiple-create-post-resp.json': (at) =>
    at.send('POST', '/servers', wanted(at, { min_count: 2, max_count: 3, return_reservation_id: true })),
  'os-preserve-ephemeral-rebuild/server-action-rebuild-preserve-ephemeral-resp.json': rebuild,
  'os-rescue/server-get-resp-rescue.json': rescued,
  'os-rescue/server-get-resp-unrescue.json': async (at) => at.send('GET', `/servers/${await another(at)}`),
  'os-evacuate/server-evacuate-resp.json': evacuated,
  'os-evacuate/server-evacuate-find-host-resp.json': evacuated,
  'os-console-output/console-output-post-resp.json': act('os-getConsoleOutput', { length: 50 }),
  'os-server-tags/server-tags-index-resp.json': get('/servers/{server}/tags'),
  'os-server-tags/server-tags-put-all-resp.json': withTag,
  'os-server-tags/server-tags-show-details-resp.json': get('/servers/{server}'),
  'os-server-tags/servers-tags-details-resp.json': get('/servers/detail?name=new-server-test'),
  'os-server-topology/servers-topology-resp.json': (at) => at.send('GET', `/servers/${at.on.pinned}/topology`),
  'os-server-topology/servers-topology-resp-user.json': (at) => at.send('GET', `/servers/${at.on.pinned}/topology`),
  'os-server-diagnostics/server-diagnostics-get-resp.json': get('/servers/{server}/diagnostics'),
  'os-server-password/get-password-resp.json': get('/servers/{server}/os-server-password'),
  'server-migrations/migrations-get.json': async ({ on, version }) => {
    const { cloud, server } = on.moving;
    const path = `/servers/${server}/migrations`;
    const { body } = await cloud.call('GET', path, { as: 'admin', version });
    return cloud.call('GET', `${path}/${body.migrations[0].id}`, { as: 'admin', version });
  },
  'server-ips/server-ips-resp.json': get('/servers/{server}/ips'),
  'server-ips/server-ips-network-resp.json': async (at) => {
    const answer = await at.send('GET', `/servers/${at.on.server}/ips/default`);
    // The key is the name of the network.
    return { ...answer, body: { private: answer.body.default } };
  },
  'server-metadata/server-metadata-all-resp.json': get('/servers/{server}/metadata'),
  'server-metadata/server-metadata-resp.json': (at) =>
    at.send('PUT', `/servers/${at.on.server}/metadata/foo`, { meta: { foo: 'bar' } }),
  'os-attach-interfaces/attach-interfaces-list-resp.json': get('/servers/{server}/os-interface'),
  'os-attach-interfaces/attach-interfaces-show-resp.json': (at) =>
    at.send('GET', `/servers/${at.on.server}/os-interface/${at.on.ids.port}`),
  'os-attach-interfaces/attach-interfaces-create-resp.json': attachInterface,
  'os-security-groups/server-security-groups-list-resp.json': get('/servers/{server}/os-security-groups'),
  'os-volume_attachments/list-volume-attachments-resp.json': get('/servers/{server}/os-volume_attachments'),
  'os-volume_attachments/volume-attachment-detail-resp.json': (at) =>
    at.send('GET', `/servers/${at.on.server}/os-volume_attachments/${at.on.ids.attached}`),
  'os-volume_attachments/attach-volume-to-server-resp.json': attachVolume,
  'os-instance-actions/instance-action-get-resp.json': action,
  'os-instance-actions/instance-action-get-non-admin-resp.json': action,
  'os-instance-actions/instance-actions-list-resp.json': get('/servers/{server}/os-instance-actions'),
  'os-instance-actions/instance-actions-list-with-changes-before.json': get(
    '/servers/{server}/os-instance-actions?changes-before=2100-01-01T00:00:00Z',
  ),
  'os-instance-actions/instance-actions-list-with-changes-since.json': get(
    '/servers/{server}/os-instance-actions?changes-since=2000-01-01T00:00:00Z',
  ),
  'os-instance-actions/instance-actions-list-with-limit-resp.json': get(
    '/servers/{server}/os-instance-actions?limit=1',
  ),
  'os-instance-actions/instance-actions-list-with-marker-resp.json': async (at) => {
    const { body } = await at.prepare('GET', `/servers/${at.on.server}/os-instance-actions?limit=1`);
    return at.send('GET', `/servers/${at.on.server}/os-instance-actions?marker=${body.instanceActions[0].request_id}`);
  },
};
