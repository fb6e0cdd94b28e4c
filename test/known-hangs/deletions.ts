import assert from 'node:assert/strict';
import { images } from '../../actors/image/row.ts';
import type { NetworkRequest } from '../../actors/network/protocol.ts';
import { portTable } from '../../actors/network/row.ts';
import { isServicePort } from '../../actors/network/state.ts';
import { flavorOf } from '../simulation/clients.ts';
import type { Report } from './report.ts';
import { asking } from './small-cloud.ts';

const SNAPSHOT = { operation: 'createImage', imageId: 'snapshot-1', name: 'snap', properties: {} } as const;

/** Instances that cannot be deleted, and what is left of those that were. */
export const deletions: readonly Report[] = [
  {
    bug: 1247174,
    there: 'A deletion that does not get to its end before the compute service is restarted is never taken up again.',
    here: 'a deletion goes on where it was when the controller dies at any moment of it',
    async live(cloud) {
      const begin = async () => {
        const id = await cloud.running();
        await cloud.must(id, { operation: 'delete' });
        return id;
      };
      await cloud.endsThoughKilled([0, 1, 5, 100, 500], begin, 'deleted');
    },
  },
  {
    bug: 1308342,
    there:
      'When the message of a deletion is lost the instance says that it is being deleted for ever, and further deletes are refused.',
    here: 'a driver that never answers a deletion is asked again, and a second delete is taken meanwhile',
    async live(cloud) {
      const id = await cloud.running();
      cloud.hangs('ensureAbsent');
      await cloud.must(id, { operation: 'delete' });
      await cloud.pass(1_000);
      assert.equal(cloud.row(id).taskState, 'deleting');
      await cloud.must(id, { operation: 'delete' });
      await cloud.rest(id);
      cloud.is(id, 'deleted');
    },
  },
  {
    bug: 1741000,
    there:
      'A forced delete is answered with an error of the server, and does nothing, while something else is under way.',
    here: 'a delete overtakes whatever is under way',
    async live(cloud) {
      for (const [operation, kind] of [
        ['stop', 'ensureStopped'],
        ['pause', 'ensurePaused'],
        ['suspend', 'ensureSuspended'],
        ['softReboot', 'ensureRebooted'],
      ] as const) {
        const id = await cloud.running();
        cloud.hangs(kind);
        await cloud.must(id, { operation });
        await cloud.pass(1_000);
        assert.ok(cloud.row(id).operation !== null, operation);
        await cloud.done(id, { operation: 'delete' });
        cloud.is(id, 'deleted');
      }
    },
  },
  {
    bug: 1679750,
    there: 'Deleting an instance whose host is down leaves its allocation, also after the host has come back.',
    here: 'a delete while the host is down gives its claim back at once, and the guest goes when the host is back',
    async live(cloud) {
      const id = await cloud.running();
      const host = cloud.hostOf(id);
      await cloud.dies(host);
      await cloud.done(id, { operation: 'delete' });
      assert.deepEqual(cloud.claims(id), []);
      assert.ok(host.world.guests?.has(id));
      await cloud.comesBack(host);
      assert.equal(host.world.guests?.has(id), false);
    },
  },
  {
    bug: 1555065,
    there: 'An instance that is deleted while its snapshot is taken leaves an image that is being saved for ever.',
    here: 'a delete in the middle of a snapshot leaves no image without bytes',
    async live(cloud) {
      const id = await cloud.running();
      cloud.hangs('captureRoot');
      void cloud.begin(id, SNAPSHOT);
      await cloud.reaches(id, 'image_snapshot');
      assert.equal(images.read(cloud.world.rows, SNAPSHOT.imageId)?.status, 'saving');
      await cloud.done(id, { operation: 'delete' });
      assert.equal(images.read(cloud.world.rows, SNAPSHOT.imageId)?.status ?? 'deleted', 'deleted');
    },
  },
  {
    bug: 1308565,
    there:
      'An instance that is deleted in the middle of its resize leaves the files that had been moved aside for the resize.',
    here: 'a delete at any step of a move leaves no guest and no claim on either host',
    async live(cloud) {
      for (const taskState of ['resize_prep', 'resize_migrating', 'resize_finish'] as const) {
        const id = await cloud.running();
        await cloud.must(id, asking.migrate);
        await cloud.until(() => cloud.row(id).taskState === taskState || cloud.row(id).operation === null);
        await cloud.done(id, { operation: 'delete' });
        assert.deepEqual(cloud.claims(id), []);
        await cloud.pass(60_000);
        for (const host of cloud.world.hosts) assert.equal(host.world.guests?.has(id) ?? false, false, taskState);
      }
    },
  },
  {
    bug: 1392527,
    there: 'An instance that is deleted while its resize is reverted leaves files on one of the two hosts.',
    here: 'a delete in the middle of a revert leaves no guest and no claim on either host',
    async live(cloud) {
      const id = await cloud.running();
      await cloud.done(id, asking.migrate);
      cloud.is(id, 'resized');
      cloud.hangs('ensureRunning');
      await cloud.must(id, { operation: 'revertResize' });
      await cloud.pass(2_000);
      await cloud.done(id, { operation: 'delete' });
      await cloud.pass(60_000);
      assert.deepEqual(cloud.claims(id), []);
      for (const host of cloud.world.hosts) assert.equal(host.world.guests?.has(id) ?? false, false);
    },
  },
  {
    bug: 1321381,
    there:
      'Ports that a user has made stay bound to instances that were deleted, and use up the quota for ports one by one.',
    here: 'ports are let go of with their instance, however its build went',
    async live(cloud) {
      const first = await cloud.running();
      const [port] = cloud.row(first).ports;
      assert.ok(port);
      await cloud.done(first, { operation: 'delete' });
      const left = portTable.read(cloud.world.rows, port.portId);
      assert.equal(left?.deviceId ?? '', '');
      const networks: readonly NetworkRequest[] = [{ networkId: port.networkId }];
      cloud.fails('ensureRunning', 3);
      const failed = await cloud.ask({ networks });
      await cloud.rest(failed);
      await cloud.done(failed, { operation: 'delete' });
      const ports = [...portTable.scan(cloud.world.rows)].filter((row) => !isServicePort(row));
      assert.deepEqual(ports, []);
    },
  },
  {
    bug: 1794996,
    there:
      'An instance that was evacuated and then deleted keeps its guest and its allocation on the host that comes back.',
    here: 'a host that comes back removes the guest of an instance that was evacuated and deleted',
    async live(cloud) {
      const id = await cloud.running({ flavor: flavorOf(256) });
      const source = cloud.hostOf(id);
      await cloud.dies(source);
      await cloud.done(id, asking.evacuate);
      cloud.is(id, 'active');
      await cloud.done(id, { operation: 'delete' });
      await cloud.comesBack(source);
      assert.equal(source.world.guests?.has(id), false);
      assert.deepEqual(cloud.claims(id), []);
    },
  },
];
