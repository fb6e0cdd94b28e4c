import assert from 'node:assert/strict';
import test from 'node:test';
import { handle } from '../../../actors/volume/handle.ts';
import { VOLUME_LIMITS } from '../../../actors/volume/limits.ts';
import { volume } from '../../../actors/volume/protocol.ts';
import { volumes } from '../../../actors/volume/row.ts';
import { RecordingContext } from '../recording-context.ts';
import { aVolume, VOLUME_ID } from './volume-rows.ts';

type Items = Readonly<Record<string, string>>;

const many = (count: number, value = ''): Items =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, value]));

/** Sets and unsets items of a volume, one change after the other; what each came to, and what is there then. */
function changed(before: Items | null, ...changes: readonly { readonly set?: Items; readonly unset?: string[] }[]) {
  const ctx = new RecordingContext(volume.at('main'));
  ctx.put(volumes, VOLUME_ID, aVolume({ imageMetadataJson: before && JSON.stringify(before) }));
  for (const { set = {}, unset = [] } of changes) {
    handle(null, { type: 'changeImageMetadata', id: VOLUME_ID, setJson: JSON.stringify(set), unset }, ctx);
  }
  const codes = ctx.replies.map((reply) => (Object(reply).ok ? 'ok' : Object(reply).error.code));
  const items: Items = JSON.parse(volumes.read(ctx.rows, VOLUME_ID)?.imageMetadataJson ?? '{}');
  return { codes, items };
}

test('two changes are both kept', () => {
  const { items } = changed(null, { set: { a: '1', b: '1' } }, { set: { b: '2', c: '2' } }, { unset: ['a'] });
  assert.deepEqual(items, { b: '2', c: '2' });
});

test('items are counted after the change', () => {
  const max = VOLUME_LIMITS.metadataItemsMax;
  const { codes, items } = changed(many(max), { set: { more: '' } }, { set: { k0: 'new' } }, { unset: ['k1'] });
  assert.deepEqual(codes, ['InvalidInput', 'ok', 'ok']);
  assert.equal(Object.keys(items).length, max - 1);
  assert.deepEqual(changed(many(max + 5), { set: { k0: 'new' } }, { set: { more: '' } }).codes, ['ok', 'InvalidInput']);
});

test('names and values have a bound in bytes together', () => {
  const value = 'é'.repeat(VOLUME_LIMITS.imageMetadataBytesMax / 4 - 1);
  const { codes } = changed({ aa: value }, { set: { bb: value } }, { set: { c: '' } }, { set: { aa: '' } });
  assert.deepEqual(codes, ['ok', 'InvalidInput', 'ok']);
});
