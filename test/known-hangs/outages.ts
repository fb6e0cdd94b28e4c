import assert from 'node:assert/strict';
import { flavorOf } from '../simulation/clients.ts';
import type { Report } from './report.ts';
import { asking } from './small-cloud.ts';

/** Hosts that die, and come back when nobody expects it. */
export const outages: readonly Report[] = [
  {
    bug: 1978983,
    there: 'A host that dies while an instance is being stopped leaves it powering off, and its evacuation is refused.',
    here: 'an evacuation overtakes what was under way when the host died',
    async live(cloud) {
      const id = await cloud.running();
      const source = cloud.hostOf(id);
      cloud.hangs('ensureStopped');
      await cloud.must(id, { operation: 'stop' });
      await cloud.reaches(id, 'powering-off');
      await cloud.dies(source);
      await cloud.done(id, asking.evacuate);
      cloud.is(id, 'active');
      assert.notEqual(cloud.row(id).host, source.name);
      await cloud.comesBack(source);
    },
  },
  {
    bug: 1713783,
    there:
      'An evacuation that finds no host keeps its record as if it were under way, so that the host that comes back removes a guest that never went anywhere.',
    here: 'an evacuation that finds no host is recorded as failed, and the host that comes back keeps the guest',
    async live(cloud) {
      const id = await cloud.running();
      const source = cloud.hostOf(id);
      const others = cloud.world.hosts.filter((host) => host !== source);
      for (const host of [source, ...others]) await cloud.dies(host);
      await cloud.done(id, asking.evacuate);
      assert.deepEqual([cloud.moves(id), cloud.row(id).host], [['error'], source.name]);
      for (const host of [source, ...others]) await cloud.comesBack(host);
      assert.ok(source.world.guests?.has(id));
      assert.deepEqual(cloud.claims(id), [source.name]);
    },
  },
  {
    bug: 1764883,
    there:
      'A host that comes back in the middle of an evacuation finds its record not yet there, and its guest and the new one get in each other’s way.',
    here: 'a host that comes back in the middle of an evacuation gives up its guest, and the new one runs alone',
    async live(cloud) {
      const id = await cloud.running();
      const source = cloud.hostOf(id);
      await cloud.dies(source);
      cloud.world.planned.once('ensureRunning', { type: 'late', ms: 60_000 });
      await cloud.must(id, asking.evacuate);
      await cloud.reaches(id, 'rebuild_spawning');
      await cloud.comesBack(source);
      await cloud.rest(id);
      cloud.is(id, 'active');
      await cloud.pass(60_000);
      assert.equal(source.world.guests?.has(id), false);
      assert.ok(cloud.hostOf(id).world.guests?.has(id));
    },
  },
  {
    bug: 1896463,
    there:
      'The periodic update of resources, close to the end of an evacuation, frees what the evacuated instance has just got.',
    here: 'looks at every host in the middle of an evacuation leave its claim alone',
    async live(cloud) {
      const id = await cloud.running();
      const source = cloud.hostOf(id);
      await cloud.dies(source);
      cloud.world.planned.once('ensureRunning', { type: 'late', ms: 5 * cloud.world.lookEveryMs });
      await cloud.done(id, asking.evacuate);
      cloud.is(id, 'active');
      cloud.claimsItsHostOnly(id);
      await cloud.comesBack(source);
      cloud.claimsItsHostOnly(id);
    },
  },
  {
    bug: 1376384,
    there:
      'An instance that is stuck while it pauses, resumes or reboots takes no hard reboot, the user’s own way out.',
    here: 'a hard reboot overtakes a driver that does not answer, and the guest runs',
    async live(cloud) {
      for (const [operation, kind] of [
        ['softReboot', 'ensureRebooted'],
        ['pause', 'ensurePaused'],
        ['suspend', 'ensureSuspended'],
      ] as const) {
        const id = await cloud.running({ flavor: flavorOf(256) });
        cloud.hangs(kind);
        await cloud.must(id, { operation });
        await cloud.pass(1_000);
        await cloud.done(id, { operation: 'hardReboot' });
        cloud.is(id, 'active');
      }
    },
  },
];
