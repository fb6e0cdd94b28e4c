/** Who makes a request, as the token says. Plain data; the policy rules are about its fields. */
export interface Caller {
  readonly userId: string;
  readonly userName: string;
  /** Project that the token is for; null for a token of a domain or of the system. */
  readonly projectId: string | null;
  readonly projectName: string | null;
  /** Domain that the token is for; null for a token of a project or of the system. */
  readonly domainId: string | null;
  /** Names of the roles, implied ones included (admin implies manager, member and reader). */
  readonly roles: readonly string[];
  /** Whether the caller has the role admin. */
  readonly isAdmin: boolean;
  /** `all` for a token of the system. */
  readonly systemScope: 'all' | null;
}

/** What the services need of identity: from a token to its caller. */
export interface IdentityTokens {
  /**
   * The caller of a token, or null when the token is unknown, expired or revoked. Called once a request, so an answer
   * that is known already should come without a promise. The token is from outside: any text.
   */
  authenticate(token: string): Caller | null | Promise<Caller | null>;
}
