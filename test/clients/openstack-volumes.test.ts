import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Api, connectApi } from '../process/api.ts';
import { Installation } from '../process/installation.ts';
import { column, listAt, textAt } from '../process/json.ts';
import { type Openstack, openstackFor, openstackUnavailable } from '../process/openstack.ts';
import { until } from '../process/until.ts';

describe('the openstack client and volumes', { skip: openstackUnavailable }, () => {
  let installation: Installation;
  let openstack: Openstack;
  let api: Api;
  before(async () => {
    installation = new Installation();
    const url = await installation.serve().ready;
    openstack = openstackFor(installation.stateDir);
    api = await connectApi(url, installation.stateDir);
  });
  after(() => installation.remove());

  /** Waits over HTTP, which is quicker than starting the client again and again. */
  const reached = (name: string, status: string): Promise<true> => {
    const look = async () => {
      const { body } = await api.request('GET', `/volume/v3/volumes/detail?name=${name}`);
      return textAt(body, 'volumes', 0, 'status') === status ? true : null;
    };
    return until(`${name} is ${status}`, look, { limitMs: 20_000 });
  };

  test('a volume is made, snapshotted, attached to a server and taken from it, and deleted', async () => {
    await openstack.text('volume', 'create', '--size', '1', 'data');
    await reached('data', 'available');
    await openstack.text('volume', 'set', '--property', 'a=b', 'data');
    assert.match(JSON.stringify(await openstack.json('volume', 'show', 'data')), /"a": ?"b"/);
    await openstack.text('volume', 'snapshot', 'create', '--volume', 'data', 'before');
    const server = ['--flavor', 'm1.nano', '--network', 'default', '--wait'];
    await openstack.text('server', 'create', '--image', 'sim', ...server, 'one');
    await openstack.text('server', 'add', 'volume', 'one', 'data');
    await reached('data', 'in-use');
    assert.deepEqual(column(await openstack.json('server', 'volume', 'list', 'one'), 'Device'), ['/dev/vdb']);
    await openstack.text('server', 'remove', 'volume', 'one', 'data');
    await reached('data', 'available');
    assert.match(await openstack.refusal('volume', 'delete', 'data'), /have snapshots/);
    await openstack.text('volume', 'snapshot', 'delete', 'before');
    await openstack.text('volume', 'delete', 'data');
  });

  test('a server boots from a volume of an image, and from a volume that is there', async () => {
    const server = ['--flavor', 'm1.nano', '--network', 'default', '--wait'];
    await openstack.text('server', 'create', '--image', 'sim', '--boot-from-volume', '1', ...server, 'two');
    await openstack.text('volume', 'create', '--size', '1', '--image', 'sim', 'root');
    await reached('root', 'available');
    await openstack.text('server', 'create', '--volume', 'root', ...server, 'three');
    await reached('root', 'in-use');
    for (const name of ['two', 'three']) {
      const shown = await openstack.json('server', 'show', name);
      assert.equal(listAt(shown, 'volumes_attached').length, 1);
    }
  });
});
