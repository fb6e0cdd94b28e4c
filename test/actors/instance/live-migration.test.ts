import assert from 'node:assert/strict';
import test from 'node:test';
import { changeLiveMigration } from '../../../actors/instance/client.ts';
import { asking, SmallCloud } from '../../known-hangs/small-cloud.ts';
import { REQUESTER } from '../../simulation/clients.ts';

/** A cloud with an instance that has just begun to go to another host. */
async function migrating(prepare: (cloud: SmallCloud) => void) {
  const cloud = new SmallCloud(7);
  await cloud.start();
  const id = await cloud.running();
  const source = cloud.row(id).host;
  prepare(cloud);
  await cloud.must(id, asking.liveMigrate);
  return { cloud, id, source };
}

test('once it is recorded that the guest is there, an abort comes too late', async () => {
  const { cloud, id, source } = await migrating((own) => own.hangs('ensureTakenOver'));
  await cloud.until(() => cloud.row(id).host !== source);
  const migration = cloud.row(id).move?.migration ?? 0;
  let code: string | null = null;
  void changeLiveMigration(cloud.world.system, id, migration, 'abortMigration', {
    ...REQUESTER,
    requestId: 'req-abort',
  }).then((answer) => {
    code = answer.ok ? 'ok' : answer.error.code;
  });
  await cloud.until(() => code !== null);
  assert.equal(code, 'InvalidMigrationState');
  await cloud.rest(id);
  cloud.is(id, 'active');
  assert.notEqual(cloud.row(id).host, source);
  assert.deepEqual(cloud.moves(id), ['completed']);
  await cloud.ends();
});

test('a guest that does not go on there is where it was brought to, and is seen to as one that has stopped by itself', async () => {
  const { cloud, id, source } = await migrating((own) => own.fails('ensureTakenOver', 3));
  await cloud.rest(id);
  assert.notEqual(cloud.row(id).host, source);
  assert.deepEqual(cloud.moves(id), ['completed']);
  await cloud.ends();
});

test('a controller that dies between the arrival and the taking over takes the guest over when it is back', async () => {
  const { cloud, id, source } = await migrating((own) => own.hangs('ensureTakenOver'));
  await cloud.until(() => cloud.row(id).host !== source);
  await cloud.restart();
  await cloud.rest(id);
  cloud.is(id, 'active');
  assert.deepEqual(cloud.moves(id), ['completed']);
  await cloud.ends();
});
