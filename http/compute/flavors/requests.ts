import * as v from 'valibot';
import { PRINTABLE_TEXT } from '../../formats.ts';
import { choice, map, parameter, text, textOrNull } from '../../parameter.ts';
import { lastOf, object, query, shape, wrapped } from '../../shape.ts';
import { always, since, stepped, until } from '../../stepped.ts';
import { anyText, boolean, integerBetween, name, nonNegativeInteger } from '../parameter-types.ts';

const SORT_KEYS = [
  'created_at',
  'description',
  'disabled',
  'ephemeral_gb',
  'flavorid',
  'id',
  'is_public',
  'memory_mb',
  'name',
  'root_gb',
  'swap',
  'updated_at',
  'vcpu_weight',
  'vcpus',
] as const;

/** What flavors can be sorted by. */
export type FlavorSortKey = (typeof SORT_KEYS)[number] | 'rxtx_factor';

/** Query of GET /flavors and /flavors/detail. */
export const listFlavors = query(
  {
    limit: always(lastOf(nonNegativeInteger)),
    marker: always(lastOf(anyText)),
    is_public: always(lastOf(anyText)),
    minRam: always(lastOf(anyText)),
    minDisk: always(lastOf(anyText)),
    sort_key: stepped(lastOf<FlavorSortKey>(choice([...SORT_KEYS, 'rxtx_factor'])), [
      '2.102',
      lastOf<FlavorSortKey>(choice(SORT_KEYS)),
    ]),
    sort_dir: always(lastOf(choice(['asc', 'desc']))),
    name: since('2.102', lastOf(anyText)),
  },
  { unknown: stepped('drop', ['2.75', 'refuse']) },
);

const flavorId = parameter(
  {
    type: ['string', 'number', 'null'],
    minLength: 1,
    maxLength: 255,
    pattern: '^(?! )[a-zA-Z0-9. _-]+(?<! )$',
  },
  (value) => (value === null ? null : String(value)),
);

const rxtxFactor = parameter(
  { type: ['number', 'string'], pattern: '^[0-9]+(\\.[0-9]+)?$', exclusiveMinimum: 0, maximum: 3.40282e38 },
  Number,
);

// Longer than that of other things: Nova keeps it in a text column.
const flavorDescription = textOrNull({ minLength: 0, maxLength: 65_535, pattern: PRINTABLE_TEXT });

/** Body of POST /flavors. */
export const createFlavor = shape('flavor', {
  name: always(name),
  id: always(v.optional(flavorId)),
  ram: always(integerBetween(1)),
  vcpus: always(integerBetween(1)),
  disk: always(integerBetween(0)),
  'OS-FLV-EXT-DATA:ephemeral': always(v.optional(integerBetween(0))),
  swap: always(v.optional(integerBetween(0))),
  rxtx_factor: until('2.101', v.optional(rxtxFactor)),
  'os-flavor-access:is_public': always(v.optional(boolean)),
  description: since('2.55', v.optional(flavorDescription)),
});

/** Body of PUT /flavors/{id}, from 2.55. */
export const updateFlavor = shape('flavor', { description: always(flavorDescription) });

const tenant = object({ tenant: always(text({ minLength: 1, maxLength: 255 })) });

/** Body of the action addTenantAccess. */
export const addTenantAccess = wrapped('addTenantAccess', tenant);

/** Body of the action removeTenantAccess. */
export const removeTenantAccess = wrapped('removeTenantAccess', tenant);

/** An extra spec as it comes: numbers are taken, and answered as numbers, but kept as text. */
export type ExtraSpecValue = string | number;

const extraSpecValue = parameter(
  { type: ['string', 'number'], maxLength: 255 },
  (value): ExtraSpecValue => (typeof value === 'number' ? value : String(value)),
);

/** Any number of extra specs: keys of 1 to 255 letters, digits and `-_:. `. */
const extraSpecMap = map('^[a-zA-Z0-9-_:. ]{1,255}$', extraSpecValue);

/** Body of POST /flavors/{id}/os-extra_specs. */
export const createExtraSpecs = object({ extra_specs: always(extraSpecMap) });

/** Body of PUT /flavors/{id}/os-extra_specs/{key}: one of them. */
export const updateExtraSpec = always(
  v.pipe(
    extraSpecMap,
    v.check(
      (specs) => Object.keys(specs).length > 0,
      'An extra spec is needed: the body does not have enough properties',
    ),
    v.check((specs) => Object.keys(specs).length < 2, 'One extra spec at a time: the body has too many properties'),
  ),
);
