import { after, before } from 'node:test';
import { instances } from '../../../../actors/instance/row.ts';
import { forceComplete, listMigrations } from '../../../../http/compute/migrations/requests.ts';
import { noQuery } from '../../../../http/compute/no-query.ts';
import { evacuateServer } from '../../../../http/compute/servers/evacuate-routes.ts';
import { liveMigrateServer } from '../../../../http/compute/servers/live-migration-routes.ts';
import { confirmResize, resizeServer, revertResize } from '../../../../http/compute/servers/resize-routes.ts';
import { offloadServer, shelveServer, unshelveServer } from '../../../../http/compute/servers/shelve-routes.ts';
import { startTestCloud, type TestCloud } from '../cloud.ts';
import { testAnswers, testBodies, testQueries } from '../contract-checks.ts';

let cloud: TestCloud;
/** A server whose live migration does not come to its end. */
let moving = '';

before(async () => {
  cloud = await startTestCloud({
    hosts: 2,
    latency: { spawn: 0, stop: 0, reboot: 0, delete: 0, migrate: 3_600_000 },
  });
  moving = await cloud.boot();
  await cloud.until(moving, 'ACTIVE');
  const body = { 'os-migrateLive': { host: null, block_migration: 'auto' } };
  await cloud.call('POST', `/servers/${moving}/action`, { as: 'admin', version: '2.68', body });
  await cloud.until(moving, 'MIGRATING');
});
after(() => cloud.close());

const migrationPath = () => `/servers/${moving}/migrations/${instances.read(cloud.store, moving)?.move?.migration}`;

testAnswers(() => cloud, {
  'GET /os-migrations': () => ({ path: '/os-migrations' }),
  'GET /servers/{server_id}/migrations': () => ({ path: `/servers/${moving}/migrations` }),
  'GET /servers/{server_id}/migrations/{id}': () => ({ path: migrationPath() }),
});

testBodies({
  'POST /servers/{id}/action#resize': resizeServer,
  'POST /servers/{id}/action#confirmResize': confirmResize,
  'POST /servers/{id}/action#revertResize': revertResize,
  'POST /servers/{id}/action#evacuate': evacuateServer,
  'POST /servers/{id}/action#os-migrateLive': liveMigrateServer,
  'POST /servers/{id}/action#shelve': shelveServer,
  'POST /servers/{id}/action#shelveOffload': offloadServer,
  'POST /servers/{id}/action#unshelve': unshelveServer,
  'POST /servers/{server_id}/migrations/{id}/action#force_complete': forceComplete,
});

testQueries(
  {
    'GET /os-migrations': listMigrations,
    'GET /servers/{server_id}/migrations': noQuery,
    'GET /servers/{server_id}/migrations/{id}': noQuery,
  },
  [{}, { status: ['a', 'b'] }, { limit: ['1'] }, { limit: ['-1'] }, { 'changes-before': ['x'] }, { stranger: ['1'] }],
);
