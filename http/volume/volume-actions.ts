import * as v from 'valibot';
import { beginUpload, createImage, deleteImage, updateImage } from '../../actors/image/client.ts';
import { requesterOf } from '../../actors/image/row.ts';
import { changeVolumes, VOLUME_LIMITS } from '../../actors/volume/client.ts';
import type { VolumeChange } from '../../actors/volume/protocol.ts';
import { typeOfVolume, VOLUME_STATUSES, type VolumeRow } from '../../actors/volume/row.ts';
import { checked, flag, metadata, size, text } from './fields.ts';
import { emptyReply, fault, refused, reply, type VolumeAnswer, type VolumeRequest, type VolumeRoute } from './route.ts';
import { itemsOf, timeText } from './views.ts';
import { volumeOf } from './volumes.ts';

/** One action on a volume: what its body is, and what it does. */
interface Action {
  readonly adminOnly?: boolean;
  readonly from?: number;
  readonly run: (request: VolumeRequest, row: VolumeRow) => VolumeAnswer | Promise<VolumeAnswer>;
}

/** Does what a body asks for, once it has been checked. */
const action = <const Schema extends v.GenericSchema>(
  schema: Schema,
  changeOf: (asked: v.InferOutput<Schema>, row: VolumeRow, request: VolumeRequest) => VolumeChange,
  { status = 202, ...options }: Pick<Action, 'adminOnly' | 'from'> & { readonly status?: 200 | 202 } = {},
): Action => ({
  ...options,
  async run(request, row) {
    const body = checked(schema, request.body);
    if (!body.ok) return body;
    const outcome = await changeVolumes(request.system, changeOf(body.value, row, request));
    return outcome.ok ? emptyReply(status) : refused(outcome.error);
  },
});

const step = (name: string, wanted: 'reserve' | 'unreserve' | 'beginDetaching' | 'rollDetaching'): Action =>
  action(v.strictObject({ [name]: v.unknown() }), (_asked, { id }) => ({ type: 'stepVolume', id, step: wanted }));

/** Cinder: `migration_status` of `os-reset_status`; `none` takes it away. */
const MIGRATION_STATUSES = ['migrating', 'error', 'success', 'completing', 'none', 'starting'] as const;

const resetBody = v.strictObject({
  'os-reset_status': v.strictObject({
    status: v.optional(v.picklist(VOLUME_STATUSES, 'it is no status')),
    attach_status: v.nullish(v.picklist(['attached', 'detached'], 'it is no status')),
    migration_status: v.nullish(v.picklist(MIGRATION_STATUSES, 'it is no status')),
  }),
});

const items = metadata(VOLUME_LIMITS.metadataItemsMax);

const uploadBody = v.strictObject({
  'os-volume_upload_image': v.strictObject({
    image_name: v.pipe(text(), v.minLength(1, 'it is empty')),
    force: v.optional(flag),
    disk_format: v.nullish(v.picklist(['raw', 'qcow2'], 'it must be raw or qcow2')),
    container_format: v.nullish(v.picklist(['bare'], 'it must be bare')),
    visibility: v.optional(v.picklist(['private', 'shared', 'community', 'public'], 'it is no visibility')),
    protected: v.optional(flag),
  }),
});

/** Makes an image without bytes, and has those of the volume taken for it. */
async function upload(request: VolumeRequest, row: VolumeRow): Promise<VolumeAnswer> {
  const body = checked(uploadBody, request.body);
  if (!body.ok) return body;
  if (row.status !== 'available') {
    const reason = `Volume status must be available, but current status is: ${row.status}.`;
    return refused({ code: 'InvalidVolume', reason });
  }
  const asked = body.value['os-volume_upload_image'];
  const { system, caller } = request;
  const by = requesterOf(caller);
  const format = asked.disk_format ?? 'raw';
  const visibility = asked.visibility ?? 'shared';
  if (visibility === 'public' && !caller.isAdmin) {
    return fault(403, "Policy doesn't allow volume_extension:volume_actions:upload_public to be performed.");
  }
  const own = Object.entries(itemsOf(row.imageMetadataJson)).filter(([name]) => !FIELDS_OF_IMAGE.has(name));
  const made = await createImage(system, {
    by,
    imageId: null,
    attributes: {
      name: asked.image_name,
      owner: caller.projectId,
      visibility,
      isProtected: asked.protected ?? false,
      isHidden: false,
      minDiskGib: row.sizeGib,
      minRamMib: 0,
      diskFormat: format,
      containerFormat: 'bare',
      tags: [],
    },
    properties: Object.fromEntries(own),
  });
  const begun = made.ok ? await beginUpload(system, by, made.value.id) : made;
  const imageId = made.ok ? made.value.id : null;
  const uploadId = begun.ok ? begun.value.uploadId : null;
  if (imageId === null || uploadId === null) {
    if (imageId !== null) await withdraw(request, imageId);
    return fault(400, 'The image service does not take the image.');
  }
  const outcome = await changeVolumes(system, { type: 'uploadVolume', id: row.id, imageId, uploadId, format });
  if (!outcome.ok) {
    await withdraw(request, imageId);
    return refused(outcome.error);
  }
  const answer = {
    id: row.id,
    updated_at: timeText(row.updatedAtMs),
    status: 'uploading',
    display_description: row.description,
    size: row.sizeGib,
    volume_type: { id: typeOfVolume(row).id, name: typeOfVolume(row).name },
    image_id: imageId,
    container_format: 'bare',
    disk_format: format,
    image_name: asked.image_name,
    ...(request.minor >= 1 ? { visibility, protected: asked.protected ?? false } : {}),
  };
  return reply({ 'os-volume_upload_image': answer }, 202);
}

/** Deletes an image that will have no bytes, also one that was to be protected. */
async function withdraw({ system, caller }: VolumeRequest, imageId: string): Promise<void> {
  const by = requesterOf(caller);
  const changes = [{ kind: 'attributes', attributes: { isProtected: false } }] as const;
  await updateImage(system, { by, imageId, changes });
  await deleteImage(system, by, imageId);
}

/** What of a volume's image metadata is no property of an image. */
const FIELDS_OF_IMAGE: ReadonlySet<string> = new Set(
  'image_id image_name checksum container_format disk_format min_disk min_ram size'.split(' '),
);

const ACTIONS: Readonly<Record<string, Action>> = {
  'os-reserve': step('os-reserve', 'reserve'),
  'os-unreserve': step('os-unreserve', 'unreserve'),
  'os-begin_detaching': step('os-begin_detaching', 'beginDetaching'),
  'os-roll_detaching': step('os-roll_detaching', 'rollDetaching'),
  'os-extend': action(
    v.strictObject({ 'os-extend': v.strictObject({ new_size: size(VOLUME_LIMITS.sizeGibMax) }) }),
    (asked, { id }, { minor }) => ({
      type: 'extendVolume',
      id,
      sizeGib: asked['os-extend'].new_size,
      attachedToo: minor >= 42,
    }),
  ),
  'os-reset_status': action(
    resetBody,
    (asked, { id }) => {
      const { status = null, attach_status: attachStatus, migration_status: migration } = asked['os-reset_status'];
      const detached = attachStatus === 'detached';
      const migrationStatus = migration === 'none' ? null : migration;
      return {
        type: 'setVolumeStatus',
        id,
        status,
        detached,
        ...(migrationStatus === undefined ? {} : { migrationStatus }),
      };
    },
    { adminOnly: true },
  ),
  'os-set_bootable': action(
    v.strictObject({ 'os-set_bootable': v.strictObject({ bootable: flag }) }),
    (asked, { id }) => ({ type: 'updateVolume', id, changes: { bootable: asked['os-set_bootable'].bootable } }),
    { status: 200 },
  ),
  'os-update_readonly_flag': action(
    v.strictObject({ 'os-update_readonly_flag': v.strictObject({ readonly: flag }) }),
    (asked, { id }) => ({ type: 'updateVolume', id, changes: { readOnly: asked['os-update_readonly_flag'].readonly } }),
  ),
  'os-force_delete': action(
    v.strictObject({ 'os-force_delete': v.unknown() }),
    (_asked, { id }) => ({ type: 'deleteVolume', id, cascade: false, force: true }),
    { adminOnly: true },
  ),
  'os-volume_upload_image': { run: upload },
  'os-set_image_metadata': action(
    v.strictObject({ 'os-set_image_metadata': v.strictObject({ metadata: items }) }),
    (asked, { id }) => ({
      type: 'changeImageMetadata',
      id,
      setJson: JSON.stringify(asked['os-set_image_metadata'].metadata),
      unset: [],
    }),
    { status: 200 },
  ),
  'os-show_image_metadata': { run: (_request, row) => reply({ metadata: itemsOf(row.imageMetadataJson) }) },
  'os-unset_image_metadata': action(
    v.strictObject({ 'os-unset_image_metadata': v.strictObject({ key: text() }) }),
    (asked, { id }) => ({
      type: 'changeImageMetadata',
      id,
      setJson: '{}',
      unset: [asked['os-unset_image_metadata'].key],
    }),
    { status: 200 },
  ),
};

async function act(request: VolumeRequest): Promise<VolumeAnswer> {
  const { body } = request;
  const [name, ...others] = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  const known = name !== undefined && others.length === 0 && Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (known === undefined) return fault(400, `There is no such action: ${(name ?? '').slice(0, 100)}`);
  if (known.adminOnly === true && !request.caller.isAdmin) {
    return fault(403, `Policy doesn't allow volume_extension:volume_actions:${name} to be performed.`);
  }
  const found = volumeOf(request);
  return found.ok ? known.run(request, found.value) : found;
}

/** What is done to a volume beside changing its fields. Cinder API v3: `/volumes/{id}/action`. */
export const actionRoutes: readonly VolumeRoute[] = [
  { method: 'POST', path: '/volumes/:id/action', rule: 'volume_extension:volume_actions', handle: act },
];
