import * as v from 'valibot';
import type { ImageChange } from '../../actors/image/protocol.ts';
import type { ImageAttributes } from '../../actors/image/row.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { invalid, isAttribute, nameFault, parseAttributes, parseProperty } from './attributes.ts';
import type { ImageFault } from './faults.ts';

/** What a client wants of a new image. */
export interface NewImage {
  readonly imageId: string | null;
  readonly attributes: Partial<ImageAttributes>;
  readonly properties: Readonly<Record<string, string>>;
}

/** Image properties that may be null, which means the same as not being there. Glance: etc/schema-image.json. */
const NULLABLE: ReadonlySet<string> = new Set(['kernel_id', 'ramdisk_id', 'description']);

const imageId = v.pipe(v.string(), v.uuid());
const objectBody = v.record(v.string(), v.unknown());

/** Reads the body of POST /v2/images. */
export function parseNewImage(body: unknown): Result<NewImage, ImageFault> {
  if (Array.isArray(body) || !v.is(objectBody, body))
    return failed({ status: 400, message: 'The request body must be a JSON object.' });
  const attributes: Record<string, unknown> = {};
  const properties: Record<string, string> = {};
  let id: string | null = null;
  for (const [name, value] of Object.entries(body)) {
    if (name === 'id') {
      const parsed = v.safeParse(imageId, value);
      if (!parsed.success) return failed(invalid('id', 'must be a UUID'));
      id = parsed.output.toLowerCase();
    } else if (isAttribute(name)) {
      attributes[name] = value;
    } else {
      const fault = nameFault(name);
      if (fault) return failed(fault);
      if (value === null && NULLABLE.has(name)) continue;
      const property = parseProperty(name, value);
      if (!property.ok) return property;
      properties[name] = property.value;
    }
  }
  const parsed = parseAttributes(attributes);
  return parsed.ok ? ok({ imageId: id, attributes: parsed.value, properties }) : parsed;
}

const patch = v.array(
  v.strictObject({
    op: v.picklist(['add', 'replace', 'remove'], 'must be one of: add, replace, remove'),
    path: v.pipe(
      v.string('must be a string'),
      v.regex(/^\/[^/]+$/, 'must be a slash and the name of one attribute or property'),
    ),
    value: v.optional(v.unknown()),
  }),
  'must be a list of operations',
);

/** An operation as it was in the older draft of JSON patch: its name is the key of its path. */
const ofOlderDraft = (item: unknown): unknown => {
  if (typeof item !== 'object' || item === null || 'op' in item) return item;
  const { add, replace, remove, ...rest } = { add: undefined, replace: undefined, remove: undefined, ...item };
  const [named, another] = Object.entries({ add, replace, remove }).filter(([, path]) => path !== undefined);
  return named === undefined || another !== undefined ? item : { ...rest, op: named[0], path: named[1] };
};

/**
 * Reads the body of PATCH /v2/images/{id}: the part of JSON patch that Glance takes
 * (application/openstack-images-v2.1-json-patch), and the older form (v2.0).
 */
export function parsePatch(body: unknown): Result<readonly ImageChange[], ImageFault> {
  const parsed = v.safeParse(patch, Array.isArray(body) ? body.map(ofOlderDraft) : body);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return failed(invalid(v.getDotPath(issue) ?? 'body', issue.message));
  }
  const changes: ImageChange[] = [];
  for (const { op, path, value } of parsed.output) {
    const name = path.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
    const change = changeOf(op, name, value);
    if (!change.ok) return change;
    changes.push(change.value);
  }
  return ok(changes);
}

function changeOf(op: 'add' | 'replace' | 'remove', name: string, value: unknown): Result<ImageChange, ImageFault> {
  if (isAttribute(name)) {
    if (op === 'remove') return failed({ status: 403, message: `Property ${name} may not be removed.` });
    const attributes = parseAttributes({ [name]: value === undefined ? null : value });
    return attributes.ok ? ok({ kind: 'attributes', attributes: attributes.value }) : attributes;
  }
  const fault = nameFault(name);
  if (fault) return failed(fault);
  if (op === 'remove') return ok({ kind: 'removeProperty', name });
  const property = parseProperty(name, value);
  if (!property.ok) return property;
  return ok({ kind: 'setProperty', name, value: property.value, mustExist: op === 'replace' });
}
