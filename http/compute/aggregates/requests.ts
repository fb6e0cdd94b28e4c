import * as v from 'valibot';
import { list, map, oneOf, parameter, text, textOrNull } from '../../parameter.ts';
import { object, shape, wrapped } from '../../shape.ts';
import { always, mapSteps } from '../../stepped.ts';
import { withAnyOf } from '../any-of.ts';
import * as types from '../parameter-types.ts';

const zone = v.optional(oneOf([types.azName, parameter({ type: 'null' }, () => null)]));
const looseName = text({ format: 'name_with_leading_trailing_spaces', minLength: 1, maxLength: 255 });

/** Body of POST /os-aggregates. */
export const createAggregate = shape('aggregate', {
  name: always(types.name),
  availability_zone: always(zone),
});

/** Body of PUT /os-aggregates/{id}. */
export const updateAggregate = wrapped(
  'aggregate',
  withAnyOf(object({ name: always(v.optional(looseName)), availability_zone: always(zone) }), [
    'name',
    'availability_zone',
  ]),
);

/** Bodies of POST /os-aggregates/{id}/action. */
export const addHost = shape('add_host', { host: always(types.fqdn) });
export const removeHost = shape('remove_host', { host: always(types.fqdn) });
export const setMetadata = shape('set_metadata', {
  metadata: always(map('^[a-zA-Z0-9-_:. ]{1,255}$', textOrNull({ maxLength: 255 }))),
});

/** Body of POST /os-aggregates/{id}/images. */
export const cacheImages = object({
  cache: mapSteps(object({ id: always(types.uuid) }), (item) => list(item, { minItems: 1 })),
});
