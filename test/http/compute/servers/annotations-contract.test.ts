import { after, before } from 'node:test';
import { noQuery } from '../../../../http/compute/no-query.ts';
import {
  lockServer,
  setMetadata,
  setMetadataItem,
  setTags,
} from '../../../../http/compute/servers/annotation-requests.ts';
import { startTestCloud, type TestCloud } from '../cloud.ts';
import { testAnswers, testBodies, testQueries } from '../contract-checks.ts';

let cloud: TestCloud;
let server = '';

before(async () => {
  cloud = await startTestCloud();
  server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
});
after(() => cloud.close());

const act = (body: object) => ({ path: `/servers/${server}/action`, body });
const setTo = async (path: string, body: object) =>
  cloud.call('PUT', `/servers/${server}/${path}`, { version: '2.104', body });

testAnswers(() => cloud, {
  'POST /servers/{server_id}/metadata': () => ({
    path: `/servers/${server}/metadata`,
    body: { metadata: { a: '1' } },
  }),
  'PUT /servers/{server_id}/metadata': () => ({ path: `/servers/${server}/metadata`, body: { metadata: { k: '1' } } }),
  'PUT /servers/{server_id}/metadata/{id}': () => ({
    path: `/servers/${server}/metadata/k`,
    body: { meta: { k: '2' } },
  }),
  'DELETE /servers/{server_id}/metadata/{id}': async () => {
    await setTo('metadata', { metadata: { k: '1' } });
    return { path: `/servers/${server}/metadata/k` };
  },
  'GET /servers/{server_id}/tags': () => ({ path: `/servers/${server}/tags` }),
  'PUT /servers/{server_id}/tags': () => ({ path: `/servers/${server}/tags`, body: { tags: ['a'] } }),
  'DELETE /servers/{server_id}/tags': () => ({ path: `/servers/${server}/tags` }),
  'PUT /servers/{server_id}/tags/{id}': () => ({ path: `/servers/${server}/tags/t` }),
  'GET /servers/{server_id}/tags/{id}': async () => {
    await setTo('tags', { tags: ['t'] });
    return { path: `/servers/${server}/tags/t` };
  },
  'DELETE /servers/{server_id}/tags/{id}': async () => {
    await setTo('tags', { tags: ['t'] });
    return { path: `/servers/${server}/tags/t` };
  },
  'POST /servers/{id}/action#lock': () => act({ lock: null }),
  'POST /servers/{id}/action#unlock': () => act({ unlock: null }),
});

testBodies({
  'POST /servers/{server_id}/metadata': setMetadata,
  'PUT /servers/{server_id}/metadata': setMetadata,
  'PUT /servers/{server_id}/metadata/{id}': setMetadataItem,
  'PUT /servers/{server_id}/tags': setTags,
  'POST /servers/{id}/action#lock': lockServer,
});

testQueries({ 'GET /servers/{server_id}/metadata': noQuery, 'GET /servers/{server_id}/metadata/{id}': noQuery }, [
  {},
  { stranger: ['1'] },
]);
