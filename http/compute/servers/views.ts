import type { Instance } from '../../../actors/instance/row.ts';
import { type LinkContext, selfAndBookmark } from '../../links.ts';
import { always, derived, followedBy, type Stepped, stepped } from '../../stepped.ts';
import { type ViewFields, viewOf } from '../field-view.ts';
import { DETAIL_FIELDS, type ServerSight, SHOW_FIELDS, UPDATED_FIELDS } from './view-fields.ts';

/** Renders the part of a server that depends on its own row: a JSON object without its closing brace. */
export type OpenServerJson = (server: Instance, sight: ServerSight) => string;

/** Which fields that other rows decide stand at the end of a server: its security groups, the state of its host. */
export interface Tail {
  readonly securityGroups: boolean;
  readonly hostStatus: boolean;
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

const NO_TAIL: Tail = { securityGroups: false, hostStatus: false };
const fullTail = stepped<Tail>({ securityGroups: true, hostStatus: false }, [
  '2.16',
  { securityGroups: true, hostStatus: true },
]);

/** A server in a detailed list. */
export const detailView = serverView(DETAIL_FIELDS, fullTail);
/** One server. */
export const showView = serverView(SHOW_FIELDS, fullTail);
/** A server in the answer to PUT. */
export const updatedView = serverView(UPDATED_FIELDS, followedBy(always(NO_TAIL), '2.75', fullTail));

/** A server in a plain list. */
export const briefJson = (server: Instance, links: LinkContext): string =>
  JSON.stringify({ id: server.id, name: server.name, links: selfAndBookmark(links, 'servers', server.id) });
