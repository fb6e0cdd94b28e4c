import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addMember,
  beginUpload,
  createImage,
  createImageCatalog,
  deactivateImage,
  deleteImage,
  endUpload,
  failUpload,
  recoverUploads,
  setMemberStatus,
  updateImage,
} from '../../../actors/image/client.ts';
import { ensureDefaultImage } from '../../../actors/image/default-image.ts';
import { type ImageAttributes, type ImageRow, images, type Requester } from '../../../actors/image/row.ts';
import { sweepContent } from '../../../actors/image/sweep.ts';
import type { Caller } from '../../../drivers/identity.ts';
import type { ImageStore, StoredContent } from '../../../drivers/images.ts';
import type { ActorSystem } from '../../../runtime/system.ts';
import { admin, imageAttributes, imageShard, member, reader } from './image-shard.ts';

const content: StoredContent = {
  contentId: 'a'.repeat(128),
  checksum: 'b'.repeat(32),
  sizeBytes: 10,
  virtualSizeBytes: 20,
};

async function anImage(
  system: ActorSystem,
  by: Requester,
  more: Partial<ImageAttributes> = {},
  properties: Record<string, string> = {},
): Promise<ImageRow> {
  const attributes = imageAttributes(by, more);
  const outcome = await createImage(system, { by, imageId: null, attributes, properties });
  assert.ok(outcome.ok);
  return outcome.value;
}

async function anActiveImage(
  system: ActorSystem,
  by: Requester,
  more: Partial<ImageAttributes> = {},
): Promise<ImageRow> {
  const { id } = await anImage(system, by, more);
  const begun = await beginUpload(system, by, id);
  assert.ok(begun.ok && begun.value.uploadId !== null);
  const ended = await endUpload(system, id, begun.value.uploadId, content);
  assert.ok(ended.ok);
  return ended.value;
}

const codeOf = (outcome: { ok: true } | { ok: false; error: { code: string } }): string =>
  outcome.ok ? 'ok' : outcome.error.code;

const callerOf = ({ projectId, isAdmin }: Requester): Caller => ({
  userId: 'u',
  userName: 'u',
  projectId,
  projectName: projectId,
  domainId: null,
  roles: ['member', 'reader'],
  isAdmin,
  systemScope: null,
});

test('an image is queued, saving while bytes arrive, and then active with its content', async () => {
  const { system, rows } = imageShard();
  const image = await anImage(system, member('p'));
  assert.equal(image.status, 'queued');
  const begun = await beginUpload(system, member('p'), image.id);
  assert.ok(begun.ok && begun.value.uploadId !== null);
  assert.equal(images.read(rows, image.id)?.status, 'saving');
  assert.equal(codeOf(await beginUpload(system, member('p'), image.id)), 'ImageInvalidState');
  assert.ok((await endUpload(system, image.id, begun.value.uploadId, content)).ok);
  assert.deepEqual(images.read(rows, image.id)?.content, content);
  assert.equal(images.read(rows, image.id)?.status, 'active');
  assert.equal(codeOf(await beginUpload(system, member('p'), image.id)), 'ImageInvalidState');
});

test('an upload that failed leaves the image queued; the late end of it is refused', async () => {
  const { system, rows } = imageShard();
  const { id } = await anImage(system, member('p'));
  const first = await beginUpload(system, member('p'), id);
  assert.ok(first.ok && first.value.uploadId !== null);
  assert.ok((await failUpload(system, id, first.value.uploadId)).ok);
  assert.equal(images.read(rows, id)?.status, 'queued');
  const second = await beginUpload(system, member('p'), id);
  assert.ok(second.ok && second.value.uploadId !== null);
  assert.equal(codeOf(await endUpload(system, id, first.value.uploadId, content)), 'ImageInvalidState');
  assert.ok((await failUpload(system, id, first.value.uploadId)).ok);
  assert.equal(images.read(rows, id)?.status, 'saving');
});

test('after a crash during an upload the image is queued again and can be uploaded', async () => {
  const before = imageShard();
  const { id } = await anImage(before.system, member('p'));
  assert.ok((await beginUpload(before.system, member('p'), id)).ok);
  const { system, rows } = imageShard(before.rows);
  assert.equal(images.read(rows, id)?.status, 'saving');
  assert.ok((await recoverUploads(system)).ok);
  assert.equal(images.read(rows, id)?.status, 'queued');
  assert.ok((await beginUpload(system, member('p'), id)).ok);
});

test('bytes are taken only once both formats are set', async () => {
  const { system } = imageShard();
  const { id } = await anImage(system, member('p'), { diskFormat: null });
  const begun = await beginUpload(system, member('p'), id);
  assert.deepEqual(!begun.ok && begun.error.code === 'ImageInvalid' && begun.error.field, 'disk_format');
});

const rules: readonly [
  what: string,
  code: string,
  run: (system: ActorSystem) => Promise<{ ok: true } | { ok: false; error: { code: string } }>,
][] = [
  [
    'a member publishing an image',
    'ImageForbidden',
    async (s) => {
      const { id } = await anImage(s, member('p'));
      const changes = [{ kind: 'attributes', attributes: { visibility: 'public' } }] as const;
      return updateImage(s, { by: member('p'), imageId: id, changes });
    },
  ],
  [
    'an administrator publishing an image',
    'ok',
    async (s) => {
      const { id } = await anImage(s, member('p'));
      const changes = [{ kind: 'attributes', attributes: { visibility: 'public' } }] as const;
      return updateImage(s, { by: admin, imageId: id, changes });
    },
  ],
  [
    'a member giving an image away',
    'ImageForbidden',
    async (s) => {
      const { id } = await anImage(s, member('p'));
      const changes = [{ kind: 'attributes', attributes: { owner: 'q' } }] as const;
      return updateImage(s, { by: member('p'), imageId: id, changes });
    },
  ],
  [
    'changing the format of an active image',
    'ImageForbidden',
    async (s) => {
      const { id } = await anActiveImage(s, member('p'));
      const changes = [{ kind: 'attributes', attributes: { diskFormat: 'qcow2' } }] as const;
      return updateImage(s, { by: member('p'), imageId: id, changes });
    },
  ],
  [
    'replacing a property that is not there',
    'PropertyNotFound',
    async (s) => {
      const { id } = await anImage(s, member('p'));
      const changes = [{ kind: 'setProperty', name: 'x', value: 'y', mustExist: true }] as const;
      return updateImage(s, { by: member('p'), imageId: id, changes });
    },
  ],
  [
    'replacing a property that is named like a method of JavaScript and is not there',
    'PropertyNotFound',
    async (s) => {
      const { id } = await anImage(s, member('p'));
      const changes = [{ kind: 'setProperty', name: 'constructor', value: 'y', mustExist: true }] as const;
      return updateImage(s, { by: member('p'), imageId: id, changes });
    },
  ],
  [
    'removing a property that is named like a method of JavaScript and is not there',
    'PropertyNotFound',
    async (s) => {
      const { id } = await anImage(s, member('p'));
      const changes = [{ kind: 'removeProperty', name: 'toString' }] as const;
      return updateImage(s, { by: member('p'), imageId: id, changes });
    },
  ],
  [
    'the 129th property',
    'ImageLimitExceeded',
    async (s) => {
      const { id } = await anImage(s, member('p'));
      const changes = Array.from({ length: 129 }, (_, n) => ({
        kind: 'setProperty' as const,
        name: `p${n}`,
        value: '',
        mustExist: false,
      }));
      return updateImage(s, { by: member('p'), imageId: id, changes });
    },
  ],
  [
    'a reader of the own project deleting an image',
    'ImageForbidden',
    async (s) => deleteImage(s, reader('p'), (await anImage(s, member('p'))).id),
  ],
  [
    'another project deleting a private image',
    'ImageNotFound',
    async (s) => deleteImage(s, member('q'), (await anImage(s, member('p'))).id),
  ],
  [
    'another project deleting a community image',
    'ImageForbidden',
    async (s) => deleteImage(s, member('q'), (await anImage(s, member('p'), { visibility: 'community' })).id),
  ],
  [
    'deleting a protected image',
    'ImageForbidden',
    async (s) => deleteImage(s, admin, (await anImage(s, member('p'), { isProtected: true })).id),
  ],
  [
    'an owner deactivating an image',
    'ImageForbidden',
    async (s) => deactivateImage(s, member('p'), (await anActiveImage(s, member('p'))).id),
  ],
  [
    'an administrator deactivating a queued image',
    'ImageInvalidState',
    async (s) => deactivateImage(s, admin, (await anImage(s, member('p'))).id),
  ],
  [
    'sharing a private image',
    'ImageForbidden',
    async (s) => addMember(s, member('p'), (await anImage(s, member('p'))).id, 'q'),
  ],
];

for (const [what, code, run] of rules) {
  test(`${what}: ${code}`, async () => {
    assert.equal(codeOf(await run(imageShard().system)), code);
  });
}

test('a refused update of many steps changes nothing', async () => {
  const { system, rows } = imageShard();
  const image = await anImage(system, member('p'));
  const outcome = await updateImage(system, {
    by: member('p'),
    imageId: image.id,
    changes: [
      { kind: 'attributes', attributes: { name: 'other' } },
      { kind: 'removeProperty', name: 'none' },
    ],
  });
  assert.equal(codeOf(outcome), 'PropertyNotFound');
  assert.deepEqual(images.read(rows, image.id), image);
});

test('the catalog shows an image to those who may see it, and nothing of it to others', async () => {
  const { system, rows } = imageShard();
  const catalog = createImageCatalog(rows);
  const sees = async (id: string, by: Requester): Promise<boolean> => (await catalog.find(id, callerOf(by))) !== null;
  const own = await anImage(system, member('p'));
  const shared = await anImage(system, member('p'), { visibility: 'shared' });
  const community = await anImage(system, member('p'), { visibility: 'community' });
  assert.ok((await addMember(system, member('p'), shared.id, 'q')).ok);
  const table = [own, shared, community].map(async ({ id }) =>
    Promise.all([member('p'), member('q'), member('r'), admin].map((by) => sees(id, by))),
  );
  assert.deepEqual(await Promise.all(table), [
    [true, false, false, true],
    [true, true, false, true],
    [true, true, true, true],
  ]);
  assert.equal(await catalog.find('no such image', callerOf(admin)), null);
});

test('the catalog gives compute the formats, sizes and content of an active image', async () => {
  const { system, rows } = imageShard();
  const { id } = await anActiveImage(system, member('p'), { minDiskGib: 2, minRamMib: 64 });
  const image = await createImageCatalog(rows).find(id, callerOf(member('p')));
  assert.ok(image);
  assert.equal(image.contentId, content.contentId);
  assert.equal(image.virtualSizeBytes, 20);
  assert.deepEqual([image.status, image.diskFormat, image.minDiskGib, image.minRamMib], ['active', 'raw', 2, 64]);
});

test('only the project itself accepts what is shared with it, and a deleted image is shared no more', async () => {
  const { system, rows } = imageShard();
  const { id } = await anImage(system, member('p'), { visibility: 'shared' });
  assert.ok((await addMember(system, member('p'), id, 'q')).ok);
  assert.equal(codeOf(await addMember(system, member('p'), id, 'q')), 'MemberExists');
  assert.equal(codeOf(await setMemberStatus(system, member('p'), id, 'q', 'accepted')), 'ImageForbidden');
  assert.equal(codeOf(await setMemberStatus(system, member('q'), id, 'q', 'accepted')), 'ok');
  assert.ok((await deleteImage(system, member('p'), id)).ok);
  assert.deepEqual([...rows.keys({ prefix: 'r/image-member/' })], []);
});

test('the default image is made once, and does not come back when it was deleted', async () => {
  const { system, rows } = imageShard();
  let puts = 0;
  const store: ImageStore = {
    ...emptyStore,
    async put(bytes) {
      puts++;
      for await (const _ of bytes);
      return { ok: true, value: content };
    },
  };
  assert.ok((await ensureDefaultImage(system, rows, store, 'admin')).ok);
  assert.ok((await ensureDefaultImage(system, rows, store, 'admin')).ok);
  const [image, ...more] = [...images.scan(rows)];
  assert.ok(image);
  assert.deepEqual([image.name, image.visibility, image.status, more.length], ['sim', 'public', 'active', 0]);
  assert.ok((await deleteImage(system, admin, image.id)).ok);
  assert.ok((await ensureDefaultImage(system, rows, store, 'admin')).ok);
  assert.deepEqual([...images.scan(rows)], []);
  assert.equal(puts, 1);
});

const emptyStore: ImageStore = {
  imageBytesMax: 0,
  put: async () => ({ ok: false, error: { code: 'StoreFull' } }),
  release: () => undefined,
  read: async (contentId) => ({ ok: false, error: { code: 'ContentNotFound', contentId } }),
  ensureLocal: async () => ({ ok: true, value: '' }),
  listContent: async () => [],
  removeContent: () => false,
  close: async () => undefined,
};

test('a sweep removes only contents that neither an image nor a guest refers to', async () => {
  const { system, rows } = imageShard();
  await anActiveImage(system, member('p'));
  const [ofGuest, ofNobody] = ['c'.repeat(128), 'd'.repeat(128)];
  const removed: string[] = [];
  const store: ImageStore = {
    ...emptyStore,
    listContent: async () => [content.contentId, ofGuest, ofNobody],
    removeContent: (contentId) => removed.push(contentId) > 0,
  };
  assert.deepEqual(await sweepContent(store, rows, (contentId) => contentId === ofGuest), [ofNobody]);
  assert.deepEqual(removed, [ofNobody]);
});
