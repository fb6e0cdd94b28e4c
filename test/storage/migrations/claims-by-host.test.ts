import assert from 'node:assert/strict';
import test from 'node:test';
import { allocationId, allocations } from '../../../actors/cell/row.ts';
import { claimsByHost } from '../../../storage/migrations/claims-by-host.ts';

const claim = (host: string) => ({ instanceId: 'i1', host, claimId: 'c1', vcpus: 1, memoryMib: 1, diskGib: 1 });

test('a claim gets the entry by its host that its table would have written, and a row of another form none', () => {
  for (const host of ['h1', 'rack/7 %host'])
    for (const id of ['i1', allocationId('i1', 'move')]) {
      const expected = allocations.entries(claim(host), id).map((entry) => [entry, true]);
      assert.equal(expected.length, 1);
      assert.deepEqual(claimsByHost.change(allocations.key(id), claim(host)), expected);
    }
  assert.deepEqual(claimsByHost.change(allocations.key('i1'), { instanceId: 'i1' }), []);
  assert.deepEqual(claimsByHost.change(allocations.key('i1'), null), []);
});
