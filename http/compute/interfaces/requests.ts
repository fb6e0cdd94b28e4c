import * as v from 'valibot';
import { list, parameter, text } from '../../parameter.ts';
import { object, wrapped } from '../../shape.ts';
import { always, mapSteps, since } from '../../stepped.ts';
import * as types from '../parameter-types.ts';

const fixedIp = object({ ip_address: always(types.ipAddress) });

const interfaceAttachment = object({
  net_id: always(v.optional(types.uuid)),
  port_id: always(v.optional(types.uuid)),
  fixed_ips: mapSteps(fixedIp, (item) => v.optional(list(item, { minItems: 1, maxItems: 1 }))),
  tag: since('2.49', v.optional(types.tag)),
});

/** Body of POST /servers/{server_id}/os-interface. An empty one asks for a port on the only network. */
export const attachInterface = object({
  interfaceAttachment: mapSteps(interfaceAttachment, (item) => v.optional(item)),
});

const groupName = object({ name: always(text({ minLength: 1 })) });

/** Bodies of addSecurityGroup and removeSecurityGroup; keys beside the action are ignored. */
export const addSecurityGroup = object({ addSecurityGroup: groupName }, { unknown: 'drop' });
export const removeSecurityGroup = object({ removeSecurityGroup: groupName }, { unknown: 'drop' });

const address = always(types.ipAddress);

/** Bodies of the actions that change addresses, up to 2.43. */
export const addFloatingIp = wrapped(
  'addFloatingIp',
  object({ address, fixed_address: always(v.optional(types.ipAddress)) }),
);
export const removeFloatingIp = wrapped('removeFloatingIp', object({ address }));

/** Bodies of addFixedIp and removeFixedIp, up to 2.43. */
export const addFixedIp = wrapped(
  'addFixedIp',
  object({
    networkId: always(parameter({ type: ['string', 'number'], minLength: 1, maxLength: 36 }, String)),
  }),
);
export const removeFixedIp = wrapped('removeFixedIp', object({ address }));
