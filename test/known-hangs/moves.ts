import assert from 'node:assert/strict';
import { setHostDisabled } from '../../actors/host/client.ts';
import { flavorOf } from '../simulation/clients.ts';
import type { Report } from './report.ts';
import { asking, type SmallCloud } from './small-cloud.ts';

/** Takes all other hosts out of scheduling, so that there is none to move to. */
async function nowhereToGo(cloud: SmallCloud, isDisabled = true): Promise<void> {
  for (const { name } of cloud.world.hosts) void setHostDisabled(cloud.world.system, name, isDisabled, null);
  await cloud.pass(1_000);
}

const shelving = { operation: 'shelve', imageId: 'shelved-1', name: 'shelved', offloadAfterMs: 0 } as const;

/** Makes an instance that is shelved, and on no host any more. */
async function shelved(cloud: SmallCloud): Promise<string> {
  const id = await cloud.running();
  await cloud.done(id, shelving);
  await cloud.until(() => cloud.row(id).vmState === 'shelved_offloaded' && cloud.row(id).operation === null);
  return id;
}

/** Moves to another size or host that hang, or leave something on the other host. */
export const moves: readonly Report[] = [
  {
    bug: 1536916,
    there:
      'When the scheduler finds no host for a live migration the instance stays in MIGRATING and takes nothing more.',
    here: 'a move that finds no host ends, and the instance is what it was',
    async live(cloud) {
      const id = await cloud.running();
      await nowhereToGo(cloud);
      for (const request of [asking.liveMigrate, asking.migrate]) {
        await cloud.done(id, request);
        cloud.is(id, 'active');
      }
      assert.deepEqual(cloud.moves(id), ['failed', 'error']);
      await nowhereToGo(cloud, false);
    },
  },
  {
    bug: 1694406,
    there: 'An unexpected failure in the middle of a live migration leaves the instance in MIGRATING for ever.',
    here: 'a live migration that fails leaves the guest running where it was',
    async live(cloud) {
      const id = await cloud.running();
      const before = cloud.row(id).host;
      cloud.fails('ensureMigrated', 3);
      await cloud.done(id, asking.liveMigrate);
      cloud.is(id, 'active');
      assert.equal(cloud.row(id).host, before);
      assert.deepEqual([cloud.claims(id), cloud.moves(id)], [[before], ['failed']]);
    },
  },
  {
    bug: 1662626,
    there: 'A failure in the clean-up after a live migration leaves instance and migration as if it still went on.',
    here: 'a live migration ends although the first host cannot be tidied, and that is done later',
    async live(cloud) {
      const id = await cloud.running();
      const source = cloud.hostOf(id);
      cloud.fails('ensureAbsent', 5);
      await cloud.done(id, asking.liveMigrate);
      cloud.is(id, 'active');
      assert.deepEqual(cloud.moves(id), ['completed']);
      await cloud.pass(60_000);
      assert.equal(source.world.guests?.has(id), false);
    },
  },
  {
    bug: 1339823,
    there:
      'A compute service that goes down in the middle of a live migration leaves the instance in MIGRATING for ever.',
    here: 'a live migration goes on when the controller dies in the middle of it',
    async live(cloud) {
      const begin = async () => {
        const id = await cloud.running({ flavor: flavorOf(256) });
        await cloud.must(id, asking.liveMigrate);
        return id;
      };
      const ids = await cloud.endsThoughKilled([0, 1, 10, 1_000], begin, 'active');
      for (const id of ids) assert.equal(cloud.claims(id).length, 1);
    },
  },
  {
    bug: 1304184,
    there:
      'A compute service that dies in the middle of a rebuild leaves the instance in REBUILD until somebody resets it.',
    here: 'a rebuild goes on when the controller dies in the middle of it',
    async live(cloud) {
      const begin = async () => {
        const id = await cloud.running({ flavor: flavorOf(256) });
        const { image } = cloud.row(id);
        assert.ok(image);
        const rest = { changes: {}, adminPassword: 'secret', preserveEphemeral: false } as const;
        await cloud.must(id, { operation: 'rebuild', image, ...rest });
        return id;
      };
      await cloud.endsThoughKilled([0, 1, 10, 1_000], begin, 'active');
    },
  },
  {
    bug: 1856925,
    there: 'A cold migration that is begun while the host of the instance is down hangs.',
    here: 'a cold migration from a host that does not answer fails and gives its claim back, and a reboot mends the instance',
    async live(cloud) {
      const id = await cloud.running();
      const source = cloud.hostOf(id);
      source.setCutOff(true);
      await cloud.done(id, asking.migrate);
      await cloud.rest(id);
      assert.deepEqual([cloud.claims(id), cloud.moves(id)], [[source.name], ['error']]);
      source.setCutOff(false);
      await cloud.done(id, { operation: 'hardReboot' });
      cloud.is(id, 'active');
    },
  },
  {
    bug: 1855927,
    there:
      'A resize that is confirmed while its first host is down stays in confirming: it can neither be confirmed again nor reverted.',
    here: 'a resize is confirmed although its first host is down, which is tidied when it is back',
    async live(cloud) {
      const id = await cloud.running();
      const source = cloud.hostOf(id);
      await cloud.done(id, asking.migrate);
      await cloud.dies(source);
      await cloud.done(id, { operation: 'confirmResize' });
      cloud.is(id, 'active');
      assert.deepEqual([cloud.claims(id), cloud.moves(id)], [[cloud.row(id).host], ['confirmed']]);
      await cloud.comesBack(source);
      assert.equal(source.world.guests?.has(id), false);
    },
  },
  {
    bug: 1821594,
    there: 'A confirmation that fails on the first host leaves the allocation there.',
    here: 'a confirmation that cannot remove the old guest gives back what it had claimed all the same',
    async live(cloud) {
      const id = await cloud.running();
      await cloud.done(id, asking.migrate);
      cloud.fails('ensureAbsent', 5);
      await cloud.done(id, { operation: 'confirmResize' });
      cloud.is(id, 'active');
      cloud.claimsItsHostOnly(id);
    },
  },
  {
    bug: 1825537,
    there: 'When the last step of a resize fails on the new host, allocations on the old one are left.',
    here: 'a move whose guest does not start on the new host goes back, and has its claim on the old one alone',
    async live(cloud) {
      const id = await cloud.running();
      const before = cloud.row(id).host;
      cloud.fails('ensureRunning', 1);
      await cloud.done(id, asking.migrate);
      await cloud.rest(id);
      cloud.is(id, 'active');
      assert.deepEqual([cloud.row(id).host, cloud.claims(id), cloud.moves(id)], [before, [before], ['error']]);
    },
  },
  {
    bug: 1879878,
    there:
      'The periodic update of resources, between the confirmation of a migration and the end of its claim, counts the instance wrongly.',
    here: 'looks at both hosts in the middle of a confirmation change nothing of it',
    async live(cloud) {
      const id = await cloud.running();
      await cloud.done(id, asking.migrate);
      cloud.world.planned.once('ensureAbsent', { type: 'late', ms: 5 * cloud.world.lookEveryMs });
      await cloud.done(id, { operation: 'confirmResize' });
      cloud.is(id, 'active');
      cloud.claimsItsHostOnly(id);
    },
  },
  {
    bug: 1248799,
    there: 'An unshelve that finds no host leaves the instance in UNSHELVING for ever.',
    here: 'an unshelve that finds no host leaves the instance shelved, and a later one brings it back',
    async live(cloud) {
      const id = await shelved(cloud);
      await nowhereToGo(cloud);
      await cloud.done(id, asking.unshelve);
      cloud.is(id, 'shelved_offloaded');
      assert.deepEqual(cloud.claims(id), []);
      await nowhereToGo(cloud, false);
      await cloud.done(id, asking.unshelve);
      cloud.is(id, 'active');
    },
  },
  {
    bug: 1862633,
    there: 'An unshelve that fails on its new host, after its claim there, leaves the allocation.',
    here: 'an unshelve that fails on its new host gives its claim back, and can be tried again',
    async live(cloud) {
      const id = await shelved(cloud);
      cloud.fails('ensureRunning', 1, true);
      await cloud.done(id, asking.unshelve);
      cloud.is(id, 'shelved_offloaded');
      assert.deepEqual(cloud.claims(id), []);
      await cloud.done(id, asking.unshelve);
      cloud.is(id, 'active');
    },
  },
];
