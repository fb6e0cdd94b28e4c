import type { Instance } from '../../../actors/instance/row.ts';
import { type LinkContext, selfAndBookmark } from '../../links.ts';
import { derived, type Stepped, stepped } from '../../stepped.ts';
import { type ViewFields, viewOf } from '../field-view.ts';
import { FULL_FIELDS, REBUILT_FIELDS, type ServerSight, UPDATED_FIELDS } from './view-fields.ts';

/** Renders the part of a server that depends on its own row: a JSON object without its closing brace. */
export type OpenServerJson = (server: Instance, sight: ServerSight) => string;

/** Which fields that other rows decide stand at the end of a server: its groups, the state of its host. */
export interface Tail {
  readonly securityGroups: boolean;
  readonly hostStatus: boolean;
  readonly serverGroups: boolean;
}

/** A view of a server at one microversion. The object itself tells views apart. */
export interface ServerView {
  readonly render: OpenServerJson;
  readonly tail: Tail;
}

const serverView = (fields: ViewFields<Instance, ServerSight>, tail: Stepped<Tail>): Stepped<ServerView> => {
  const json = viewOf(fields);
  return derived([json, tail], (version) => {
    const shown = json.at(version);
    return {
      render: (server, sight) => JSON.stringify(shown(server, sight)).slice(0, -1),
      tail: tail.at(version),
    };
  });
};

const NO_TAIL: Tail = { securityGroups: false, hostStatus: false, serverGroups: false };
const LISTED_TAIL: Tail = { securityGroups: true, hostStatus: true, serverGroups: false };
const SHOWN_TAIL: Tail = { securityGroups: true, hostStatus: true, serverGroups: true };
const oldTail: Tail = { securityGroups: true, hostStatus: false, serverGroups: false };
const listedTail = stepped<Tail>(oldTail, ['2.16', LISTED_TAIL]);
const shownTail = stepped<Tail>(oldTail, ['2.16', LISTED_TAIL], ['2.71', SHOWN_TAIL]);
const updatedTail = stepped<Tail>(NO_TAIL, ['2.71', { ...NO_TAIL, serverGroups: true }], ['2.75', SHOWN_TAIL]);

/** A server in a detailed list. */
export const detailView = serverView(FULL_FIELDS, listedTail);
/** One server. */
export const showView = serverView(FULL_FIELDS, shownTail);
/** A server in the answer to PUT. */
export const updatedView = serverView(UPDATED_FIELDS, updatedTail);
/** A server in the answer to a rebuild. */
export const rebuiltView = serverView(REBUILT_FIELDS, updatedTail);

/** A server in a plain list. */
export const briefJson = (server: Instance, links: LinkContext): string =>
  JSON.stringify({ id: server.id, name: server.name, links: selfAndBookmark(links, 'servers', server.id) });
