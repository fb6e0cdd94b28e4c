import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handle, type ImageState } from '../../../actors/image/handle.ts';
import { imageKind } from '../../../actors/image/index.ts';
import { IMAGE_LIMITS } from '../../../actors/image/limits.ts';
import { type ImageMessage, imageRegistry } from '../../../actors/image/protocol.ts';
import { images, type Requester } from '../../../actors/image/row.ts';
import { instance } from '../../../actors/instance/protocol.ts';
import { RecordingContext } from '../recording-context.ts';
import { admin, imageAttributes, member } from './image-shard.ts';

const idOf = (number: number): string => `66666666-6666-4666-8666-${String(number).padStart(12, '0')}`;

/** The image actor, one message at a time. */
class Images {
  readonly ctx = new RecordingContext(imageRegistry.at('main'));
  state: ImageState = imageKind.activate('main', this.ctx.rows);

  /** The reply in short: `ok`, a code, or a code and the limit. */
  tell(message: ImageMessage): string {
    handle(this.state, message, this.ctx);
    const reply = Object(this.ctx.replies.at(-1));
    if (reply.ok) return 'ok';
    const { code, what } = reply.error;
    return what === undefined ? code : `${code} ${what}`;
  }

  create(by: Requester, imageId: string | null, properties: Readonly<Record<string, string>> = {}): string {
    const attributes = imageAttributes(by, { visibility: 'community' });
    return this.tell({ type: 'create', by, imageId, attributes, properties });
  }

  /** The actor as it is after a restart. */
  restart(): void {
    this.state = imageKind.activate('main', this.ctx.rows);
  }
}

test('the id of a deleted image is not given again, whoever asks for it, also after a restart', () => {
  const all = new Images();
  assert.equal(all.create(admin, idOf(1)), 'ok');
  assert.equal(all.tell({ type: 'delete', by: admin, imageId: idOf(1) }), 'ok');
  all.restart();
  assert.equal(all.create(member('p'), idOf(1)), 'ImageExists');
  assert.equal(all.create(admin, idOf(1)), 'ImageExists');
  assert.equal(all.tell({ type: 'delete', by: admin, imageId: idOf(1) }), 'ImageNotFound');
  assert.equal(all.create(member('p'), idOf(2)), 'ok');
});

test('names and values of properties have 64 KiB together, in bytes, however they come', () => {
  const all = new Images();
  const tooMany = 'ImageLimitExceeded bytes of properties';
  const half = 'é'.repeat(IMAGE_LIMITS.propertiesBytesMax / 4 - 1); // two bytes each
  assert.equal(all.create(member('p'), idOf(1), { aa: half, bb: half }), 'ok');
  assert.equal(all.create(member('p'), idOf(2), { aa: half, bbb: half }), tooMany);
  const set = { kind: 'setProperty', name: 'c', value: '', mustExist: false } as const;
  assert.equal(all.tell({ type: 'update', by: member('p'), imageId: idOf(1), changes: [set] }), tooMany);
  const remove = { kind: 'removeProperty', name: 'aa' } as const;
  assert.equal(all.tell({ type: 'update', by: member('p'), imageId: idOf(1), changes: [remove, set] }), 'ok');

  const instanceId = '11111111-1111-4111-8111-111111111111';
  handle(
    all.state,
    {
      type: 'createSnapshot',
      snapshot: {
        imageId: idOf(3),
        instanceId,
        name: 'snap',
        owner: 'p',
        minDiskGib: 1,
        minRamMib: 0,
        properties: { aa: half, bb: half },
      },
      requestId: 'r1',
      answerTo: instance.at(instanceId),
    },
    all.ctx,
  );
  assert.equal(images.read(all.ctx.rows, idOf(3)), undefined, 'a snapshot goes by the same rule');
});

test('the images of one project do not take the place of all', () => {
  const all = new Images();
  for (let number = 0; number < IMAGE_LIMITS.imagesOfProjectMax; number++) {
    assert.equal(all.create(member('p'), idOf(number)), 'ok');
  }
  const full = 'ImageLimitExceeded images of one project';
  assert.equal(all.create(member('p'), null), full);
  assert.equal(all.create(member('q'), null), 'ok');
  all.restart();
  assert.equal(all.create(member('p'), null), full, 'they are counted at the start');
  const changes = [{ kind: 'attributes', attributes: { owner: 'q' } }] as const;
  assert.equal(all.tell({ type: 'update', by: admin, imageId: idOf(0), changes }), 'ok');
  assert.equal(all.create(member('p'), null), 'ok', 'one has another owner now');
  assert.equal(all.create(member('p'), null), full);
  assert.equal(all.tell({ type: 'delete', by: member('p'), imageId: idOf(1) }), 'ok');
  assert.equal(all.create(member('p'), null), 'ok');
  assert.equal(all.create(member('p'), null), full);
});
