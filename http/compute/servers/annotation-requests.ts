import * as v from 'valibot';
import { typeCheck } from '../../keywords.ts';
import { anything, list, parameter, runInner, type Schema, strictnessOf, text } from '../../parameter.ts';
import { pythonRepr } from '../../python-text.ts';
import { object, type Shape, wrapped } from '../../shape.ts';
import { always, stepped } from '../../stepped.ts';
import * as types from '../parameter-types.ts';

/** Body of POST and PUT /servers/{id}/metadata. */
export const setMetadata = wrapped('metadata', always(types.metadata));

const oneItem = v.pipe(
  types.metadata,
  v.check(
    (items) => Object.keys(items).length >= 1,
    ({ input }) => `${pythonRepr(input)} does not have enough properties`,
  ),
  v.check(
    (items) => Object.keys(items).length <= 1,
    ({ input }) => `${pythonRepr(input)} has too many properties`,
  ),
);

/** Body of PUT /servers/{id}/metadata/{key}. */
export const setMetadataItem = wrapped('meta', always(oneItem));

/** Body of PUT /servers/{id}/tags. */
export const setTags = object({ tags: always(list(types.tag, { maxItems: 50 })) });

/** Body of PUT /servers/{id}/tags/{tag}: none. */
export const addTag: Shape<null> = always(parameter({ type: 'null' }, () => null));

const reasonOnly = object({ locked_reason: always(v.optional(text({ minLength: 1, maxLength: 255 }))) }).at('2.73');

const nullOrObject = typeCheck(['object', 'null']);

/** Null, or an object with a reason. */
const lockReason: Schema<string | null> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, string | null>(({ dataset: { value }, config, addIssue, NEVER }) => {
    if (value === null) return null;
    const problem = nullOrObject(value);
    const checked = runInner(reasonOnly, value, strictnessOf(config));
    if (problem === null && checked.ok) return checked.value.locked_reason ?? null;
    addIssue({ message: problem ?? (checked.ok ? '' : checked.issue.message) });
    return NEVER;
  }),
);

/** Body of the action `lock`; what it says has a meaning from 2.73 on. */
export const lockServer = wrapped(
  'lock',
  stepped<Schema<string | null>>(
    v.pipe(
      anything,
      v.transform(() => null),
    ),
    ['2.73', lockReason],
  ),
);

/** Body of the action `unlock`; not looked at from 2.73 on. */
export const unlockServer: Shape<unknown> = stepped<Schema>(wrapped('unlock', always(anything)).at('2.1'), [
  '2.73',
  anything,
]);
