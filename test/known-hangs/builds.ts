import assert from 'node:assert/strict';
import { hosts } from '../../actors/host/row.ts';
import { portTable } from '../../actors/network/row.ts';
import { projects } from '../../actors/project/row.ts';
import { flavorOf } from '../simulation/clients.ts';
import type { Report } from './report.ts';
import type { SmallCloud } from './small-cloud.ts';

const TOO_LARGE = flavorOf(100_000);
const portsOf = ({ world }: SmallCloud, id: string): number =>
  [...portTable.scan(world.rows)].filter(({ deviceId }) => deviceId === id).length;

/** Instances that never come into being, and what is left of those that could not. */
export const builds: readonly Report[] = [
  {
    bug: 1833581,
    there:
      'A compute service that is restarted while a build claims its resources, or waits to do so, leaves the instance in BUILD for ever.',
    here: 'a build goes on where it was when the controller dies at any moment of it',
    async live(cloud) {
      const ids: string[] = [];
      for (const afterMs of [0, 1, 2, 5, 50, 500, 2_000]) {
        const id = await cloud.ask({ flavor: flavorOf(256) });
        await cloud.pass(afterMs);
        await cloud.restart();
        ids.push(id);
      }
      for (const id of ids) {
        await cloud.rest(id);
        cloud.is(id, 'active');
      }
    },
  },
  {
    bug: 1837955,
    there:
      'When every host has failed to build an instance and none is left to try, it stays in its scheduling state, since nothing cleans up after it.',
    here: 'a build that has failed on every host that may be tried ends in ERROR and keeps nothing',
    async live(cloud) {
      cloud.fails('ensureRunning', 3);
      const id = await cloud.ask();
      await cloud.rest(id);
      cloud.is(id, 'error');
      assert.deepEqual(cloud.claims(id), []);
    },
  },
  {
    bug: 1459496,
    there: 'After a boot that failed an instance is in ERROR and still says that it is spawning.',
    here: 'an instance in ERROR says that nothing is being done to it',
    async live(cloud) {
      const id = await cloud.ask({ flavor: TOO_LARGE });
      await cloud.rest(id);
      cloud.is(id, 'error');
      assert.equal(cloud.row(id).taskState, null);
      assert.ok(cloud.row(id).fault !== null);
    },
  },
  {
    bug: 1423845,
    there: 'Some failures of a build leave the ports that were made for it behind.',
    here: 'a build that fails gives back the ports that were made for it',
    async live(cloud) {
      cloud.fails('ensureRunning', 3, true);
      const id = await cloud.ask();
      await cloud.reaches(id, 'spawning');
      assert.equal(portsOf(cloud, id), 1);
      await cloud.rest(id);
      cloud.is(id, 'error');
      assert.equal(portsOf(cloud, id), 0);
    },
  },
  {
    bug: 1510979,
    there: 'Ports that are kept for another try on another host are left behind when there is no other host.',
    here: 'a build that finds no second host gives back the ports of its first try',
    async live(cloud) {
      const [first, second, third] = cloud.world.hosts;
      if (!first || !second || !third) throw new Error('three hosts');
      for (const host of [second, third]) await cloud.dies(host);
      cloud.fails('ensureRunning', 1);
      const id = await cloud.ask();
      await cloud.rest(id);
      cloud.is(id, 'error');
      assert.deepEqual([portsOf(cloud, id), cloud.claims(id)], [0, []]);
      for (const host of [second, third]) await cloud.comesBack(host);
    },
  },
  {
    bug: 1408326,
    there:
      'A server group that cannot be set up for the scheduler ends in an error that nobody handles: the server stays in its scheduling state.',
    here: 'a group policy that no host can keep ends the build in ERROR',
    async live(cloud) {
      const serverGroup = { id: 'g-1', policy: 'anti-affinity', maxServersPerHost: 1 } as const;
      for (let count = 0; count < 3; count++) await cloud.running({ serverGroup });
      const id = await cloud.ask({ serverGroup });
      await cloud.rest(id);
      cloud.is(id, 'error');
    },
  },
  {
    bug: 1670627,
    there:
      'The quota of instances that could not be scheduled is never given back when they are deleted, until a user has none left.',
    here: 'deleting instances that could not be placed gives their quota back',
    async live(cloud) {
      for (let count = 0; count < 3; count++) {
        const id = await cloud.ask({ flavor: TOO_LARGE });
        await cloud.rest(id);
        await cloud.done(id, { operation: 'delete' });
      }
      const [usage] = [...projects.scan(cloud.world.rows)];
      assert.deepEqual([usage?.instances, usage?.cores, usage?.ramMib], [0, 0, 0]);
    },
  },
  {
    bug: 1859496,
    there:
      'Deleting an instance that is stuck in BUILD, since its build was interrupted after its claim, leaves the allocation in placement.',
    here: 'a delete at any moment of a build gives back what it has claimed until then',
    async live(cloud) {
      for (const afterMs of [0, 1, 3, 10, 100, 1_000]) {
        cloud.hangs('ensureRunning');
        const id = await cloud.ask();
        await cloud.pass(afterMs);
        await cloud.done(id, { operation: 'delete' });
        assert.deepEqual([cloud.claims(id), portsOf(cloud, id)], [[], 0]);
      }
    },
  },
  {
    bug: 1914777,
    there:
      'A delete that meets the boot of its instance, or a second delete, finds records gone that it expects, and fails half done.',
    here: 'deletes that come at once, in the middle of a boot, are both taken, and it is deleted once',
    async live(cloud) {
      const id = await cloud.ask();
      await Promise.all([cloud.must(id, { operation: 'delete' }), cloud.must(id, { operation: 'delete' })]);
      await cloud.rest(id);
      cloud.is(id, 'deleted');
    },
  },
  {
    bug: 1517926,
    there:
      'An error in the report of a compute service ends the reporting for good: the service runs on and counts as dead until it is restarted.',
    here: 'a host that could not be looked at is looked at again, and is up as soon as it answers',
    async live(cloud) {
      const [host] = cloud.world.hosts;
      if (!host) throw new Error('a host');
      for (let count = 0; count < 3; count++) {
        host.setCutOff(true);
        await cloud.until(() => hosts.read(cloud.world.rows, host.name)?.state === 'down');
        host.setCutOff(false);
        await cloud.until(() => hosts.read(cloud.world.rows, host.name)?.state === 'up');
      }
    },
  },
];
