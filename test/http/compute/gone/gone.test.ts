import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { goneRoutes } from '../../../../http/compute/gone/routes.ts';
import { startTestCloud, type TestCloud } from '../cloud.ts';
import { contractAbsent, entriesOf } from '../contract.ts';

let cloud: TestCloud;

before(async () => {
  cloud = await startTestCloud({ hosts: 0 });
});
after(() => cloud.close());

test('the routes that are gone are those of the contract', { skip: contractAbsent }, () => {
  const ours = goneRoutes.map(({ method, path, action }) => `${method} ${path}${action === null ? '' : `#${action}`}`);
  assert.equal(ours.length, 53);
  // Each stands in the contract over all microversions, without a success.
  for (const op of ours)
    assert.deepEqual(
      entriesOf(op).map(({ min, max, success }) => [min, max, success]),
      [['2.1', '2.104', null]],
      op,
    );
});

test('what is gone is 410 at every microversion and for everybody, whatever is sent', async () => {
  for (const { method, path, action } of goneRoutes)
    for (const version of ['2.1', '2.104']) {
      const body = method === 'POST' || method === 'PUT' ? { body: { [action ?? 'x']: null } } : {};
      const answer = await cloud.call(method, path.replaceAll(/\{[^}]+\}/g, '1'), { version, ...body });
      assert.equal(answer.status, 410, `${method} ${path} ${action}`);
      assert.deepEqual(answer.body, {
        computeFault: {
          code: 410,
          message: 'This resource is no longer available. No forwarding address is given.',
        },
      });
    }
});
