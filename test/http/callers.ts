import type { Caller } from '../../drivers/identity.ts';

/** The roles of an administrator, with what they imply. */
const ADMIN_ROLES = ['admin', 'manager', 'member', 'reader'] as const;

/** Whom a token stands for. */
export interface TokenHolder {
  readonly projectId: string | null;
  readonly roles: readonly string[];
}

/** `admin` of the project `admin`, members of `p1` and `p2`, and a reader of `p1`. */
export const HOLDERS = {
  admin: { projectId: 'admin', roles: ADMIN_ROLES },
  p1: { projectId: 'p1', roles: ['member', 'reader'] },
  p2: { projectId: 'p2', roles: ['member', 'reader'] },
  reader: { projectId: 'p1', roles: ['reader'] },
} as const satisfies Readonly<Record<string, TokenHolder>>;

/** An identity service that knows these tokens; each is the name of its holder, too. */
export function tokensOf(holders: Readonly<Record<string, TokenHolder>>): {
  authenticate(token: string): Caller | null;
} {
  return {
    authenticate(token) {
      const holder = Object.hasOwn(holders, token) ? holders[token] : undefined;
      if (holder === undefined) return null;
      const { projectId, roles } = holder;
      return {
        userId: token,
        userName: token,
        projectId,
        projectName: projectId,
        domainId: null,
        roles,
        isAdmin: roles.includes('admin'),
        systemScope: null,
      };
    },
  };
}
