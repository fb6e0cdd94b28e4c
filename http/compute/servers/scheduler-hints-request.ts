import * as v from 'valibot';
import { list, oneOf, parameter, type Schema, text } from '../../parameter.ts';
import { object } from '../../shape.ts';
import { always, mapSteps } from '../../stepped.ts';
import * as types from '../parameter-types.ts';

const uuids: Schema = oneOf([types.uuid, list(types.uuid)]);

const hints = object(
  {
    group: always(v.optional(oneOf([list(types.uuid), types.uuid]))),
    different_host: always(v.optional(uuids)),
    same_host: always(v.optional(oneOf([text(), list(types.uuid)]))),
    query: always(v.optional(parameter({ type: ['string', 'object'] }, (value) => value))),
    target_cell: always(v.optional(types.name)),
    different_cell: always(v.optional(oneOf([text(), list(text())]))),
    build_near_host_ip: always(v.optional(types.ipAddress)),
    cidr: always(v.optional(text({ pattern: '^/[0-9a-f.:]+$' }))),
  },
  { unknown: 'keep' },
);

/** What the scheduler is asked to heed; hints of filters that are not known pass, as in Nova. */
export const schedulerHints = mapSteps(hints, (schema) => v.optional(schema));
