import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressText, overlap, parseAddress, parseCidr } from '../../../actors/network/addresses.ts';
import { interfaceId, macText, parseMac } from '../../../actors/network/mac-addresses.ts';

for (const wrong of [
  '',
  '10.0.0',
  '10.0.0.256',
  '010.0.0.1',
  '0x0a000001',
  '10.0.0.1 ',
  '1::2::3',
  'fe80::1%eth0',
  '[::1]',
  '::g',
  '10.0.0.1/24',
  '１0.0.0.1',
]) {
  test(`'${wrong}' is no address`, () => assert.equal(parseAddress(wrong), null));
}

for (const [text, usual] of [
  ['10.0.255.7', '10.0.255.7'],
  ['255.255.255.255', '255.255.255.255'],
  ['FD00:0:0:0::1', 'fd00::1'],
  ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
] as const) {
  test(`${text} is read and written as ${usual}`, () => {
    const address = parseAddress(text);
    assert(address);
    assert.equal(addressText(address.version, address.value), usual);
  });
}

for (const wrong of [
  '10.0.0.0',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/',
  '/24',
  'fd00::/129',
  '10.0.0.0/2 4',
  '10.0.0.0/0x8',
]) {
  test(`'${wrong}' is no range`, () => assert.equal(parseCidr(wrong), null));
}

test('ranges overlap exactly when one holds the first address of the other', () => {
  const of = (text: string) => parseCidr(text) ?? assert.fail(text);
  assert.equal(overlap(of('10.0.0.0/16'), of('10.0.255.0/24')), true);
  assert.equal(overlap(of('10.0.0.0/16'), of('10.1.0.0/16')), false);
  assert.equal(overlap(of('0.0.0.0/1'), of('::/1')), false);
});

test('MAC addresses are those of one station, in any case', () => {
  assert.equal(macText(parseMac('FA:16:3E:00:00:0a') ?? 0), 'fa:16:3e:00:00:0a');
  for (const wrong of [
    '01:00:5e:00:00:01',
    'ff:ff:ff:ff:ff:ff',
    '00:00:00:00:00:00',
    'fa-16-3e-00-00-0a',
    'fa:16:3e:00:00',
    '',
  ]) {
    assert.equal(parseMac(wrong), null, wrong);
  }
});

test('the interface identifier is the one of RFC 4291, appendix A', () => {
  // The RFC's example: 34-56-78-9A-BC-DE is 36-56-78-FF-FE-9A-BC-DE.
  assert.equal(interfaceId(parseMac('34:56:78:9a:bc:de') ?? 0).toString(16), '365678fffe9abcde');
});
