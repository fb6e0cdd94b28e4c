import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Api, connectApi } from '../process/api.ts';
import { Installation } from '../process/installation.ts';
import { column, textAt } from '../process/json.ts';
import { type Openstack, openstackFor, openstackUnavailable } from '../process/openstack.ts';
import { until } from '../process/until.ts';

/** Generous: the machine may do a lot of other things. */
const LIMIT_MS = 60_000;

describe('operations on servers by the openstack client, with simulated hosts', { skip: openstackUnavailable }, () => {
  let installation: Installation;
  let openstack: Openstack;
  let api: Api;
  before(async () => {
    installation = new Installation();
    const url = await installation.serve().ready;
    openstack = openstackFor(installation.stateDir);
    api = await connectApi(url, installation.stateDir);
    const how = ['--image', 'sim', '--flavor', 'm1.nano', '--network', 'default', '--wait'];
    await openstack.json('server', 'create', ...how, 'vm');
  });
  after(() => installation.remove());

  /** Waits for a status over HTTP, which is quicker than starting the client again and again. */
  const reached = (status: string): Promise<true> =>
    until(
      `vm is ${status}`,
      async () => {
        const { body } = await api.request('GET', '/compute/v2.1/servers/detail?name=^vm$');
        return textAt(body, 'servers', 0, 'status') === status ? true : null;
      },
      { limitMs: LIMIT_MS },
    );

  test('a server goes into each state and comes back', async () => {
    for (const [into, status, back] of [
      ['pause', 'PAUSED', 'unpause'],
      ['suspend', 'SUSPENDED', 'resume'],
      ['rescue', 'RESCUE', 'unrescue'],
    ] as const) {
      await openstack.text('server', into, 'vm');
      await reached(status);
      await openstack.text('server', back, 'vm');
      await reached('ACTIVE');
    }
  });

  test('a server is rebuilt', async () => {
    await openstack.text('server', 'rebuild', '--image', 'sim', '--wait', 'vm');
    await reached('ACTIVE');
  });

  test('an image of a server is made, and another server boots from it', async () => {
    await openstack.text('server', 'image', 'create', '--name', 'snap', '--wait', 'vm');
    const snap = await openstack.json('image', 'show', 'snap');
    assert.deepEqual([textAt(snap, 'status'), textAt(snap, 'size')], ['active', '65536']);
    const how = ['--image', 'snap', '--flavor', 'm1.nano', '--network', 'default', '--wait'];
    assert.equal(textAt(await openstack.json('server', 'create', ...how, 'copy'), 'status'), 'ACTIVE');
  });

  test('backups of a server rotate', async () => {
    for (const name of ['first', 'second'])
      await openstack.text(
        'server',
        'backup',
        'create',
        '--name',
        name,
        '--type',
        'daily',
        '--rotate',
        '1',
        '--wait',
        'vm',
      );
    // The client waits for the image; the older ones go right after that.
    const left = async () => {
      const names = column(await openstack.json('image', 'list'), 'Name').sort();
      return names.join() === 'second,sim,snap' ? true : null;
    };
    await until('one backup is left', left, { limitMs: LIMIT_MS });
  });
});
