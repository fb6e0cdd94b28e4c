import * as v from 'valibot';
import type { ImageAttributes } from '../../actors/image/row.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import type { ImageFault } from './faults.ts';

const LONE_SURROGATE = /\p{Cs}/u;

/** A text of up to so many characters that can be encoded. */
const text = (lengthMax: number) =>
  v.pipe(
    v.string('must be a string'),
    v.maxLength(lengthMax, `must not be longer than ${lengthMax} characters`),
    v.check((value) => !LONE_SURROGATE.test(value), 'must be valid Unicode'),
  );

const size = v.pipe(
  v.number('must be a whole number'),
  v.integer('must be a whole number'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(2_147_483_647, 'must be below 2^31'),
);

const flag = v.boolean('must be true or false');

const oneOf = <const Options extends readonly string[]>(options: Options) =>
  v.picklist(options, `must be one of: ${options.join(', ')}`);

/** A tag. */
export const tagText = v.pipe(text(255), v.minLength(1, 'must not be empty'));

/** The value of a custom property. */
const propertyValue = text(65_535);

/** The attributes that clients set, by their names in the API. Glance: schema of an image, without what it computes. */
const attributes = v.strictObject({
  name: v.optional(v.nullable(text(255))),
  owner: v.optional(v.nullable(v.pipe(text(255), v.minLength(1, 'must not be empty')))),
  visibility: v.optional(oneOf(['public', 'private', 'shared', 'community'])),
  protected: v.optional(flag),
  os_hidden: v.optional(flag),
  min_disk: v.optional(size),
  min_ram: v.optional(size),
  disk_format: v.optional(v.nullable(oneOf(['raw', 'qcow2']))),
  container_format: v.optional(v.nullable(oneOf(['bare']))),
  tags: v.optional(v.array(tagText, 'must be a list of strings')),
});

const NAMES: ReadonlySet<string> = new Set(Object.keys(attributes.entries));

/** What the service computes: clients cannot set it. */
const READ_ONLY: ReadonlySet<string> = new Set([
  ...['status', 'size', 'virtual_size', 'checksum', 'os_hash_algo', 'os_hash_value', 'created_at', 'updated_at'],
  ...['self', 'file', 'schema', 'direct_url', 'stores', 'id', 'is_public'],
]);
const RESERVED: ReadonlySet<string> = new Set(['locations', 'deleted', 'deleted_at', 'location', 'os_glance_job_id']);

/** Whether a name is one of the attributes that clients set. */
export const isAttribute = (name: string): boolean => NAMES.has(name);

/** Why a name can be neither set nor be a custom property; null when it can. */
export function nameFault(name: string): ImageFault | null {
  if (READ_ONLY.has(name)) return { status: 403, message: `Attribute '${name}' is read-only.` };
  if (RESERVED.has(name) || name.startsWith('os_glance_') || name === '__proto__')
    return { status: 403, message: `Attribute '${name}' is reserved.` };
  const length = v.safeParse(tagText, name);
  if (!length.success) return { status: 400, message: `Invalid property name: it ${length.issues[0].message}.` };
  return null;
}

/** A 400 that names the field. */
export const invalid = (field: string, reason: string): ImageFault => ({
  status: 400,
  message: `Invalid value for '${field}': it ${reason}.`,
});

/** Checks attributes in the API's form. */
export function parseAttributes(
  values: Readonly<Record<string, unknown>>,
): Result<Partial<ImageAttributes>, ImageFault> {
  const parsed = v.safeParse(attributes, values);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return failed(invalid(v.getDotPath(issue) ?? 'body', issue.message));
  }
  const a = parsed.output;
  return ok({
    ...(a.name === undefined ? {} : { name: a.name }),
    ...(a.owner === undefined ? {} : { owner: a.owner }),
    ...(a.visibility === undefined ? {} : { visibility: a.visibility }),
    ...(a.protected === undefined ? {} : { isProtected: a.protected }),
    ...(a.os_hidden === undefined ? {} : { isHidden: a.os_hidden }),
    ...(a.min_disk === undefined ? {} : { minDiskGib: a.min_disk }),
    ...(a.min_ram === undefined ? {} : { minRamMib: a.min_ram }),
    ...(a.disk_format === undefined ? {} : { diskFormat: a.disk_format }),
    ...(a.container_format === undefined ? {} : { containerFormat: a.container_format }),
    ...(a.tags === undefined ? {} : { tags: [...new Set(a.tags)] }),
  });
}

/** Checks the value of a custom property. */
export function parseProperty(name: string, value: unknown): Result<string, ImageFault> {
  const parsed = v.safeParse(propertyValue, value);
  return parsed.success ? ok(parsed.output) : failed(invalid(name, parsed.issues[0].message));
}
