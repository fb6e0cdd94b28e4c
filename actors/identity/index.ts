import type { ActorKind } from '../../runtime/actor.ts';
import { handleIdentity } from './handle.ts';
import { type IdentityMessage, identity } from './protocol.ts';

/** Users, projects, roles and who holds which: one actor, `identity/main`, whose state is all in its rows. */
export const identityKind: ActorKind<null, IdentityMessage> = {
  kind: identity.kind,
  activate: () => null,
  handle: handleIdentity,
};
