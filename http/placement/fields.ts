import * as v from 'valibot';
import type { Inventories, Inventory, Resources } from '../../actors/placement/row.ts';
import { canonicalUuid, INT32_MAX, uuid } from '../compute/parameter-types.ts';
import { OLDEST } from '../microversions.ts';
import { map, parameter, type Schema, text } from '../parameter.ts';
import { pythonRepr } from '../python-text.ts';
import { object, type Shape } from '../shape.ts';
import { always } from '../stepped.ts';

// The bodies of the Placement API. Their microversions are not Nova's, so each shape here stands for itself, and routes say
// from which version on one holds.

/** A shape without steps. */
export const fixed = <T>(shape: Shape<T>): Schema<T> => shape.at(OLDEST);

/** A JSON object with at least one key. */
export const notEmpty = <T>(schema: Schema<Readonly<Record<string, T>>>): Schema<Readonly<Record<string, T>>> =>
  v.pipe(
    schema,
    v.check(
      (value) => Object.keys(value).length > 0,
      ({ input }) => `${pythonRepr(input)} does not have enough properties`,
    ),
  );

/** A whole number; a text is none. */
const whole = (minimum?: number, maximum?: number): Schema<number> =>
  parameter(
    {
      type: 'integer',
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
    },
    Number,
  );

const wholeOrNull: Schema<number | null> = parameter({ type: ['integer', 'null'] }, (value) =>
  value === null ? null : Number(value),
);

/** A UUID as the key of an object: Placement lets the hyphens stand anywhere. */
const UUID_KEY = '^[0-9a-fA-F-]{36}$';

/** The first key of an object that another one before it is, in another spelling. */
function repeatedUuid(keys: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return keys.find((key) => seen.size === seen.add(canonicalUuid(key)).size);
}

/**
 * A JSON object whose keys are UUIDs, turned into the usual spelling: what is stored under another one would never be found
 * again. Two keys of one UUID are refused, for nobody could say which of them counts.
 */
export const byUuid = <T>(item: Schema<T>): Schema<Readonly<Record<string, T>>> =>
  v.pipe(
    map(UUID_KEY, item),
    v.check(
      (all) => repeatedUuid(Object.keys(all)) === undefined,
      ({ input }) => `${pythonRepr(repeatedUuid(Object.keys(input)))} is the UUID of another key in another spelling`,
    ),
    v.transform((all) =>
      Object.fromEntries(Object.entries(all).map(([key, one]): [string, T] => [canonicalUuid(key), one])),
    ),
  );

const CLASS_NAME = '^[A-Z0-9_]+$';

/** Name of a trait or class that users make. */
export const CUSTOM_NAME = '^CUSTOM_[A-Z0-9_]+$';
export const customName = text({ pattern: CUSTOM_NAME, maxLength: 255 });

export const providerName = text({ maxLength: 200 });
export const generation = whole();
export const ownerId = text({ minLength: 1, maxLength: 255 });
export const consumerType = text({ pattern: CLASS_NAME, minLength: 1, maxLength: 255 });
export const consumerGeneration = wholeOrNull;

/** The largest single-precision number, as jsonschema compares it. */
const RATIO_MAX = 3.402_82e38;

const limits = {
  total: always(whole(1, INT32_MAX)),
  reserved: always(v.optional(whole(0, INT32_MAX))),
  min_unit: always(v.optional(whole(1, INT32_MAX))),
  max_unit: always(v.optional(whole(1, INT32_MAX))),
  step_size: always(v.optional(whole(1, INT32_MAX))),
  allocation_ratio: always(v.optional(parameter({ type: 'number', maximum: RATIO_MAX }, Number))),
};

interface SentInventory {
  readonly total: number;
  readonly reserved?: number | undefined;
  readonly min_unit?: number | undefined;
  readonly max_unit?: number | undefined;
  readonly step_size?: number | undefined;
  readonly allocation_ratio?: number | undefined;
}

/** What is sent of an inventory, with Placement's defaults. */
export const inventoryOf = (sent: SentInventory): Inventory => ({
  total: sent.total,
  reserved: sent.reserved ?? 0,
  minUnit: sent.min_unit ?? 1,
  maxUnit: sent.max_unit ?? INT32_MAX,
  stepSize: sent.step_size ?? 1,
  allocationRatio: sent.allocation_ratio ?? 1,
});

/** `PUT /resource_providers/{uuid}/inventories/{class}`. */
export const oneInventory = fixed(object({ resource_provider_generation: always(generation), ...limits }));

/** `POST /resource_providers/{uuid}/inventories`. */
export const newInventory = fixed(
  object({
    resource_provider_generation: always(v.optional(generation)),
    ...limits,
    resource_class: always(text({ pattern: CLASS_NAME })),
  }),
);

const inventories: Schema<Inventories> = map(
  CLASS_NAME,
  v.pipe(
    fixed(object({ resource_provider_generation: always(v.optional(generation)), ...limits })),
    v.transform(inventoryOf),
  ),
);

/** `PUT /resource_providers/{uuid}/inventories`, and one provider of a reshape. */
export const allInventories = fixed(
  object({ resource_provider_generation: always(generation), inventories: always(inventories) }),
);

export const resources: Schema<Resources> = notEmpty(map(CLASS_NAME, whole(1)));

export const uuidField = uuid;
