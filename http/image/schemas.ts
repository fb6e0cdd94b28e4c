import { ok } from '../../runtime/result.ts';
import { fault, type ImageAnswer, type ImageRequest, type ImageRoute } from './route.ts';

const text = { type: 'string' };
const textOrNull = { type: ['null', 'string'] };
const readOnly = { readOnly: true };

const image = {
  name: 'image',
  properties: {
    id: { type: 'string', description: 'An identifier for the image' },
    name: { ...textOrNull, maxLength: 255 },
    status: { ...text, ...readOnly, enum: ['queued', 'saving', 'active', 'deactivated'] },
    visibility: { ...text, enum: ['community', 'public', 'private', 'shared'] },
    protected: { type: 'boolean' },
    os_hidden: { type: 'boolean' },
    owner: { ...textOrNull, maxLength: 255 },
    disk_format: { ...textOrNull, enum: [null, 'raw', 'qcow2'] },
    container_format: { ...textOrNull, enum: [null, 'bare'] },
    size: { type: ['null', 'integer'], ...readOnly },
    virtual_size: { type: ['null', 'integer'], ...readOnly },
    checksum: { ...textOrNull, ...readOnly },
    os_hash_algo: { ...textOrNull, ...readOnly },
    os_hash_value: { ...textOrNull, ...readOnly },
    min_disk: { type: 'integer' },
    min_ram: { type: 'integer' },
    tags: { type: 'array', items: { type: 'string', maxLength: 255 } },
    created_at: { ...text, ...readOnly },
    updated_at: { ...text, ...readOnly },
    self: { ...text, ...readOnly },
    file: { ...text, ...readOnly },
    schema: { ...text, ...readOnly },
  },
  additionalProperties: { type: 'string' },
  links: [
    { href: '{self}', rel: 'self' },
    { href: '{file}', rel: 'enclosure' },
    { href: '{schema}', rel: 'describedby' },
  ],
};

const member = {
  name: 'member',
  properties: {
    image_id: text,
    member_id: text,
    status: { ...text, enum: ['pending', 'accepted', 'rejected'] },
    created_at: text,
    updated_at: text,
    schema: { ...text, ...readOnly },
  },
};

const SCHEMAS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['image', image],
  ['member', member],
  [
    'images',
    {
      name: 'images',
      properties: { images: { type: 'array', items: image }, first: text, next: text, schema: text },
      links: [
        { href: '{first}', rel: 'first' },
        { href: '{next}', rel: 'next' },
        { href: '{schema}', rel: 'describedby' },
      ],
    },
  ],
  ['members', { name: 'members', properties: { members: { type: 'array', items: member }, schema: text } }],
]);

function show({ param }: ImageRequest): ImageAnswer {
  const schema = SCHEMAS.get(param('schema'));
  return schema === undefined ? fault(404, 'The resource could not be found.') : ok({ status: 200, json: schema });
}

const importMethods = {
  'import-methods': { description: 'Import methods available.', type: 'array', value: [] },
};

/** What clients ask about the service itself: the JSON schemas, and that there is neither import nor a choice of stores. */
export const schemaRoutes: readonly ImageRoute[] = [
  { method: 'GET', path: '/schemas/:schema', handle: show },
  { method: 'GET', path: '/info/import', handle: () => ok({ status: 200, json: importMethods }) },
  {
    method: 'GET',
    path: '/info/stores',
    handle: () => fault(404, 'Multi backend is not supported at this site.'),
  },
];
