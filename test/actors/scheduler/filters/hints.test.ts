import assert from 'node:assert/strict';
import test from 'node:test';
import { differentHostFilter } from '../../../../actors/scheduler/filters/different-host.ts';
import { jsonFilter } from '../../../../actors/scheduler/filters/json.ts';
import { sameHostFilter } from '../../../../actors/scheduler/filters/same-host.ts';
import { simpleCidrAffinityFilter } from '../../../../actors/scheduler/filters/simple-cidr-affinity.ts';
import { aRequest, kept, refusal, someHosts } from '../some-hosts.ts';

const hosts = someHosts({
  a: { hostIp: '192.0.2.10' },
  b: { hostIp: '192.0.2.200' },
  c: { hostIp: '2001:db8::1' },
});
const hintedHosts = { one: 'a', two: 'b' };

test('same_host keeps the hosts of the named servers, and none when they are nowhere', () => {
  const filter = sameHostFilter();
  assert.deepEqual(kept(filter, hosts), ['a', 'b', 'c']);
  assert.deepEqual(kept(filter, hosts, { hints: { same_host: ['one'] }, hintedHosts }), ['a']);
  assert.deepEqual(kept(filter, hosts, { hints: { same_host: ['one', 'two', 'gone'] }, hintedHosts }), ['a', 'b']);
  assert.deepEqual(kept(filter, hosts, { hints: { same_host: ['gone'] } }), []);
  assert.deepEqual(kept(filter, hosts, { hints: { same_host: ['constructor'] }, hintedHosts }), []);
  assert.deepEqual(filter.rows?.(aRequest({ hints: { same_host: ['two'] }, hintedHosts }), hosts), [1]);
});

test('different_host refuses the hosts of the named servers', () => {
  const filter = differentHostFilter();
  assert.deepEqual(kept(filter, hosts, { hints: { different_host: ['one', 'two'] }, hintedHosts }), ['c']);
  assert.deepEqual(kept(filter, hosts, { hints: { different_host: ['gone'] } }), ['a', 'b', 'c']);
});

test('build_near_host_ip keeps hosts of the network, by default of 24 bits', () => {
  const filter = simpleCidrAffinityFilter();
  const near = (address: string, cidr?: string) => ({
    hints: { build_near_host_ip: [address], ...(cidr === undefined ? {} : { cidr: [cidr] }) },
  });
  assert.deepEqual(kept(filter, hosts), ['a', 'b', 'c']);
  assert.deepEqual(kept(filter, hosts, near('192.0.2.77')), ['a', 'b']);
  assert.deepEqual(kept(filter, hosts, near('192.0.2.1', '/25')), ['a']);
  assert.deepEqual(kept(filter, hosts, near('2001:db8::77', '/64')), ['c']);
  for (const cidr of ['/33', '/x', '24']) assert.deepEqual(kept(filter, hosts, near('192.0.2.1', cidr)), []);
  assert.equal(refusal(filter, hosts, 'c', near('192.0.2.77')), 'its address 2001:db8::1 is not in 192.0.2.77/24');
});

test('a query keeps the hosts that satisfy it, and none when it cannot be read', () => {
  const filter = jsonFilter();
  assert.deepEqual(kept(filter, hosts, { hints: { query: ['["in", "$host", "a", "c"]'] } }), ['a', 'c']);
  assert.deepEqual(kept(filter, hosts, { hints: { query: ['[">=", "$free_ram_mb", 4097]'] } }), []);
  assert.deepEqual(kept(filter, hosts, { hints: { query: ['no query'] } }), []);
});
