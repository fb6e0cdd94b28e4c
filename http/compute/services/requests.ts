import * as v from 'valibot';
import { choice, text } from '../../parameter.ts';
import { lastOf, object, query } from '../../shape.ts';
import { always, since, stepped } from '../../stepped.ts';
import { anyText, boolean, fqdn } from '../parameter-types.ts';

/** Query of GET /os-services. */
export const listServices = query(
  { host: always(lastOf(anyText)), binary: always(lastOf(anyText)) },
  { unknown: stepped('drop', ['2.75', 'refuse']) },
);

const reason = text({ minLength: 1, maxLength: 255 });

/** Body of PUT /os-services/{action} up to 2.52: enable, disable, disable-log-reason and, from 2.11, force-down. */
export const actOnService = object({
  host: always(fqdn),
  binary: always(text({ minLength: 1, maxLength: 255 })),
  disabled_reason: always(v.optional(reason)),
  forced_down: since('2.11', v.optional(boolean)),
});

/** Body of PUT /os-services/{uuid} from 2.53. */
export const updateService = object({
  status: always(v.optional(choice(['enabled', 'disabled']))),
  disabled_reason: always(v.optional(reason)),
  forced_down: always(v.optional(boolean)),
});
