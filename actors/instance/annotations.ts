import { assertNever } from '../../runtime/assert.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import type { ComputeError } from '../errors.ts';
import { refusal } from './legality.ts';
import type { Operation } from './operation.ts';
import { type AnnotationChange, TAGS_MAX } from './protocol.ts';
import type { Instance } from './row.ts';

const AT_REST = ['active', 'paused', 'stopped', 'suspended'] as const;

/** Where metadata may change. Nova: `update_instance_metadata`, `delete_instance_metadata` of nova.compute.api. */
const METADATA_FROM: Operation['from'] = {
  vmState: AT_REST,
  taskState: 'any',
  launched: true,
  unlocked: true,
  placed: false,
};

/** Where tags may change: a lock does not matter. Nova: `_check_instance_in_valid_state` of the tags' controller. */
const TAGS_FROM: Operation['from'] = { ...METADATA_FROM, launched: false, unlocked: false };

const METADATA_ACTIONS = { setMetadata: 'update metadata', deleteMetadata: 'delete metadata' } as const;
const TAG_ACTIONS = { setTags: 'update tags', addTag: 'update tag', removeTag: 'delete tag' } as const;

/** The instance after a change of its metadata or tags, or why it cannot be; the same one when nothing changes. */
export function annotated(instance: Instance, change: AnnotationChange): Result<Instance, ComputeError> {
  switch (change.type) {
    case 'setMetadata':
    case 'deleteMetadata': {
      const error = refusal({ action: METADATA_ACTIONS[change.type], from: METADATA_FROM }, instance, change.isAdmin);
      if (error !== null) return failed(error);
      if (change.type === 'deleteMetadata') return ok(withoutKey(instance, change.key));
      const metadata = change.replace ? change.metadata : { ...instance.metadata, ...change.metadata };
      const { itemsMax } = change;
      return itemsMax >= 0 && Object.keys(metadata).length > itemsMax
        ? failed({ code: 'MetadataLimitExceeded', allowed: itemsMax })
        : ok({ ...instance, metadata });
    }
    case 'setTags':
    case 'addTag':
    case 'removeTag': {
      const error = refusal({ action: TAG_ACTIONS[change.type], from: TAGS_FROM }, instance, true);
      return error === null ? tagged(instance, change) : failed(error);
    }
    default:
      return assertNever(change);
  }
}

const withoutKey = (instance: Instance, key: string): Instance =>
  Object.hasOwn(instance.metadata, key)
    ? { ...instance, metadata: Object.fromEntries(Object.entries(instance.metadata).filter(([name]) => name !== key)) }
    : instance;

function tagged(
  instance: Instance,
  change: AnnotationChange & { readonly type: 'setTags' | 'addTag' | 'removeTag' },
): Result<Instance, ComputeError> {
  const { tags } = instance;
  switch (change.type) {
    case 'setTags':
      return ok({ ...instance, tags: [...new Set(change.tags)] });
    case 'addTag':
      // As in Nova the number counts before it is asked whether the tag is there already.
      if (tags.length >= TAGS_MAX) return failed({ code: 'TagLimitExceeded', allowed: TAGS_MAX });
      return ok(tags.includes(change.tag) ? instance : { ...instance, tags: [...tags, change.tag] });
    case 'removeTag':
      return ok(tags.includes(change.tag) ? { ...instance, tags: tags.filter((tag) => tag !== change.tag) } : instance);
  }
}
