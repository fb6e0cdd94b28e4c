import * as v from 'valibot';
import { choice, list, text } from '../../parameter.ts';
import { object } from '../../shape.ts';
import { always, mapSteps, stepped } from '../../stepped.ts';
import { uuid } from '../parameter-types.ts';

const FIRST = ['network-changed', 'network-vif-plugged', 'network-vif-unplugged', 'network-vif-deleted'] as const;
const WITH_EXTENDED = [...FIRST, 'volume-extended'] as const;
const WITH_POWER = [...WITH_EXTENDED, 'power-update'] as const;
const WITH_ACCELERATORS = [...WITH_POWER, 'accelerator-request-bound'] as const;
const WITH_REIMAGED = [...WITH_ACCELERATORS, 'volume-reimaged'] as const;

const event = object({
  name: stepped(
    choice(FIRST),
    ['2.51', choice(WITH_EXTENDED)],
    ['2.76', choice(WITH_POWER)],
    ['2.82', choice(WITH_ACCELERATORS)],
    ['2.93', choice(WITH_REIMAGED)],
  ),
  server_uuid: always(uuid),
  status: always(v.optional(choice(['failed', 'completed', 'in-progress']))),
  tag: always(v.optional(text({ maxLength: 255 }))),
});

/** Body of POST /os-server-external-events. */
export const createEvents = object({ events: mapSteps(event, (item) => list(item, { minItems: 1 })) });
