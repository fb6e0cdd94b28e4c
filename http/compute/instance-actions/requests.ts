import { query, single } from '../../shape.ts';
import { since, stepped } from '../../stepped.ts';
import * as types from '../parameter-types.ts';

/** GET /servers/{server_id}/os-instance-actions. */
export const listInstanceActions = query(
  {
    limit: since('2.58', single(types.nonNegativeInteger)),
    marker: since('2.58', single(types.anyText)),
    'changes-since': since('2.58', single(types.dateTime)),
    'changes-before': since('2.66', single(types.dateTime)),
  },
  { unknown: stepped('drop', ['2.58', 'refuse']) },
);

/** From 2.21 the actions of deleted servers can be looked at. */
export const showsDeleted = stepped(false, ['2.21', true]);

/** From 2.51 everybody who sees an action sees its events, but for what is in `traceback`. */
export const showsEventsToAll = stepped(false, ['2.51', true]);

/** From 2.58 the list comes in pages. */
export const hasPages = stepped(false, ['2.58', true]);
